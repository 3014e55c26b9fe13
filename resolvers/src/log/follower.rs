//! One reader of a room, from a position on: nothing missed, nothing twice, or one explicit gap.

use super::{
    Feed,
    feed::Listener,
    replay::{Replays, STEP},
    tail::{Event, Tail},
};
use crate::{Sources, source::Request};
use schema::{Cursor, Result, Resume, RoomEventBatch, RoomId, Seq};

/// How far back a subscription may begin; beyond it reading the room again is cheaper for everybody.
const MAX_REPLAY: Seq = 10_000;
/// The most entries of one batch, so that a frame stays small.
const MAX_BATCH: usize = STEP;

/// Begins to follow a room after a position, or from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    /// The room.
    pub room: RoomId,
    /// The position that the reader knows.
    pub after: Option<Cursor>,
}

/// Reads a room's events in order. Dropping it ends the reading.
pub struct Follower {
    listener: Listener,
    replays: Replays,
    position: Seq,
    /// What the first batch says; taken by it.
    first: Option<Resume>,
}

/// Some events in a row.
pub struct Batch {
    room: RoomId,
    /// The position after them.
    position: Seq,
    resume: Resume,
    pub(crate) events: Vec<Event>,
}

impl Request for Follow {
    const NAME: &'static str = "follow";
    type Output = Follower;

    async fn send(self, sources: &Sources) -> Result<Follower> {
        let feed = sources.feeds.open(&self.room).await?;
        // Listening first keeps the room open, however long the table takes.
        let listener = feed.listen();
        let here = feed.position();
        let (position, resume) = match self.after {
            None => (here, Resume::Live),
            Some(Cursor(after)) => begin(&feed, here, after).await?,
        };
        let replays = sources.feeds.replays().clone();
        Ok(Follower { listener, replays, position, first: Some(resume) })
    }
}

/// Where to begin, and what to say about it.
async fn begin(feed: &Feed, here: Seq, after: Seq) -> Result<(Seq, Resume)> {
    if after > here {
        // The reader comes from a node that is ahead of this one, or brings a cursor that never was.
        let known = after <= feed.loader().head().await?;
        feed.check_head();
        return Ok(if known { (after, Resume::Live) } else { (here, Resume::Gap) });
    }
    Ok(match here - after {
        0 => (after, Resume::Live),
        missed if missed <= MAX_REPLAY => (after, Resume::Replayed),
        _ => (here, Resume::Gap),
    })
}

impl Follower {
    /// The next events. The first batch comes at once and may be empty: it says how the reading begins.
    pub async fn next(&mut self) -> Result<Batch> {
        let first = self.first.take();
        loop {
            if first.is_none() {
                self.listener.beyond(self.position).await;
            }
            let batch = match first {
                Some(Resume::Gap) => self.batch(Vec::new(), self.position, Resume::Gap),
                Some(resume) => self.read(resume).await?,
                None => self.read(Resume::Live).await?,
            };
            self.position = batch.position;
            if first.is_some() || batch.resume == Resume::Gap || !batch.events.is_empty() {
                return Ok(batch);
            }
        }
    }

    async fn read(&self, resume: Resume) -> Result<Batch> {
        let in_memory = self.listener.feed.tail().after(self.position, MAX_BATCH);
        let from = if in_memory.is_some() { "memory" } else { "table" };
        if resume == Resume::Replayed {
            metrics::counter!("plenary_replays_total", "from" => from).increment(1);
        }
        match in_memory {
            Some((events, position)) => Ok(self.batch(events, position, resume)),
            None => self.read_table(resume).await,
        }
    }

    /// Reads what is no longer in memory. What is missing in the table there has expired.
    async fn read_table(&self, resume: Resume) -> Result<Batch> {
        let feed = &self.listener.feed;
        let (entries, high) = self.replays.after(feed, self.position).await?;
        let mut replay = Tail::new(feed.room(), self.position);
        for entry in entries.iter() {
            replay.offer(entry.clone());
        }
        match replay.after(self.position, MAX_BATCH) {
            Some((events, position)) if position == high => {
                Ok(self.batch(events, position, resume))
            }
            _ => Ok(self.batch(Vec::new(), feed.position(), Resume::Gap)),
        }
    }

    fn batch(&self, events: Vec<Event>, position: Seq, resume: Resume) -> Batch {
        if resume == Resume::Gap {
            metrics::counter!("plenary_gaps_total").increment(1);
        }
        Batch { room: self.listener.feed.id().clone(), position, resume, events }
    }
}

impl From<Batch> for RoomEventBatch {
    fn from(batch: Batch) -> Self {
        Self {
            room_id: batch.room,
            cursor: Cursor(batch.position).to_string(),
            resume: batch.resume,
            events: batch.events.into_iter().map(|event| event.event).collect(),
        }
    }
}
