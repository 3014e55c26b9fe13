//! Whether something is hidden already.

use crate::{Sources, log::Feed, source::Request};
use schema::{DateTime, Result, UserId};

/// Whether all that somebody has sent since an instant is hidden, and this node knows it: one strongly consistent read of the head.
#[derive(Clone)]
pub struct IsHidden {
    /// The room.
    pub feed: Feed,
    /// Whose messages.
    pub user: UserId,
    /// Only those sent from then on.
    pub since: Option<DateTime>,
}

impl Request for IsHidden {
    const NAME: &'static str = "is_hidden";
    type Output = bool;

    async fn send(self, _: &Sources) -> Result<bool> {
        let Some(until) = self.feed.people().hidden_until(&self.user, self.since) else {
            return Ok(false);
        };
        let head = self.feed.loader().head().await?;
        let tail = self.feed.tail();
        Ok(tail.position() >= head && tail.is_silent_since(&self.user, until))
    }
}
