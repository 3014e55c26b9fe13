//! One message.

use crate::{Sources, log::Feed, source::Request};
use schema::{Error, Message, Result, Seq};

/// One message as it is now: from memory, else one strongly consistent read.
#[derive(Clone)]
pub struct FindMessage {
    /// The room.
    pub feed: Feed,
    /// Its position.
    pub seq: Seq,
}

/// One message as the table has it, whatever this node remembers of it: one strongly consistent read. What is hidden is hidden
/// here too.
#[derive(Clone)]
pub struct ReadMessage {
    /// The room.
    pub feed: Feed,
    /// Its position.
    pub seq: Seq,
}

impl Request for FindMessage {
    const NAME: &'static str = "find_message";
    type Output = Message;

    async fn send(self, _: &Sources) -> Result<Message> {
        self.feed.message(self.seq).await
    }
}

impl Request for ReadMessage {
    const NAME: &'static str = "read_message";
    type Output = Message;

    async fn send(self, _: &Sources) -> Result<Message> {
        let message = self.feed.loader().message(self.seq).await?;
        message.map(|message| self.feed.shown(message)).ok_or(Error::NotFound("message"))
    }
}
