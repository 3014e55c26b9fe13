//! One reader of a room, from a position on: nothing missed, nothing twice, or one explicit gap.

use super::{
    Feed,
    feed::Listener,
    live::{Heard, News},
    replay::{Replays, STEP},
    tail::{DisplayCap, Event, Most, Stretch, Tail},
};
use crate::{Audience, Reading, Sources, source::Request};
use schema::{Cursor, DateTime, Result, Resume, RoomEventBatch, RoomId, Seq};

/// How far back a subscription may begin; beyond it reading the room again is cheaper for everybody.
const MAX_REPLAY: Seq = 10_000;
/// The most entries of one batch, so that a frame stays small.
const MAX_BATCH: usize = STEP;
/// About how much text one batch has. What goes to many at once must fit in the queue of each, behind what went before.
const MAX_BATCH_BYTES: usize = 32 * 1024;

/// Begins to follow a room after a position, or from now on.
#[derive(Clone, Debug)]
pub struct Follow {
    /// The room.
    pub room: RoomId,
    /// The position that the reader knows.
    pub after: Option<Cursor>,
    /// For whom it is.
    pub audience: Audience,
    /// What is wanted beside its events.
    pub interest: Interest,
    /// Who is told where the reader stands, and may bound it.
    pub reading: Reading,
}

/// What a reader wants of what is true only now, beside what happened. Nothing else of it wakes the reader: 250,000 people who
/// look at reactions alone are sent nothing because somebody came or went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// How many are here.
    pub headcount: bool,
    /// Reactions on the room.
    pub reactions: bool,
    /// The counts of messages.
    pub counts: bool,
}

/// Reads a room's events in order. Dropping it ends the reading.
pub struct Follower {
    listener: Listener,
    /// Where the room was when it began to follow.
    began: Seq,
    /// Up to where it has given everything away.
    given: Seq,
    replays: Replays,
    audience: Audience,
    reading: Reading,
    position: Seq,
    interest: Interest,
    /// What it has heard of what is true only now, if it wants to.
    heard: Option<Heard>,
    /// Messages that were not shown and of which nobody has been told.
    skipped: u32,
    /// What may still be shown of a flood behind what was last read from the table.
    display_cap: Option<DisplayCap>,
    /// What the first batch says; taken by it.
    first: Option<Resume>,
}

/// Some events in a row.
pub struct Batch {
    room: RoomId,
    /// The position after them.
    pub(crate) position: Seq,
    resume: Resume,
    pub(crate) events: Vec<Event>,
    skipped: u32,
    news: News,
}

impl Request for Follow {
    const NAME: &'static str = "follow";
    type Output = Follower;

    async fn send(self, sources: &Sources) -> Result<Follower> {
        let feed = sources.feeds.open(&self.room).await?;
        // Listening first keeps the room open, however long the table takes.
        let listener = feed.listen();
        let here = feed.position();
        let (position, first) = match self.after {
            _ if self.reading.is_from_now() => (here, None),
            None => (here, Some(Resume::Live)),
            Some(Cursor(after)) => {
                let (position, resume) = begin(&feed, here, after).await?;
                (position, Some(resume))
            }
        };
        Ok(Follower {
            replays: sources.feeds.replays().clone(),
            audience: self.audience,
            reading: self.reading,
            position,
            interest: self.interest,
            heard: (self.interest != Interest::default()).then(|| feed.begin_to_hear()),
            skipped: 0,
            display_cap: None,
            first,
            began: feed.follows(),
            given: position,
            listener,
        })
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
                // Whoever asks for more has given away what there was.
                self.reading.settle(self.position);
                self.listener.feed.gave_away(self.began, self.given, self.position);
                self.given = self.position;
                self.more().await;
            }
            let mut batch = match first {
                Some(Resume::Gap) => self.gap(self.position),
                Some(resume) => self.read(resume).await?,
                None => self.read(Resume::Live).await?,
            };
            self.position = batch.position;
            self.skipped += batch.skipped;
            batch.news = self.news();
            let has_something = !batch.events.is_empty() || !batch.news.is_empty();
            if first.is_some() || batch.resume == Resume::Gap || has_something {
                batch.skipped = std::mem::take(&mut self.skipped);
                return Ok(batch);
            }
        }
    }

    /// Waits until there is more to read than has been read, and until it may be read; or until there is something to
    /// hear.
    async fn more(&mut self) {
        let is_beyond = match self.heard {
            Some(_) => self.listener.beyond_or_beat(self.position).await,
            None => self.listener.beyond(self.position).await,
        };
        if is_beyond && let Some(mut high_watermark) = self.reading.high_watermark() {
            // If those who are ahead are gone, there is nobody left to wait for.
            let position = Some(self.position);
            let _ = high_watermark.wait_for(|&reached| reached > position).await;
        }
    }

    /// What is true only now and has not been heard, as far as it is wanted.
    fn news(&mut self) -> News {
        let feed = &self.listener.feed;
        let news = self.heard.as_mut().map(|heard| feed.news(heard)).unwrap_or_default();
        let Interest { headcount, reactions, counts } = self.interest;
        News {
            participant_count: news.participant_count.filter(|_| headcount),
            reactions: if reactions { news.reactions } else { Vec::new() },
            counts: if counts { news.counts } else { Vec::new() },
        }
    }

    /// How much may be read now.
    fn most(&self) -> Most {
        // Those who were ahead and are gone bound nobody: their last word would hold this reader for ever.
        let ahead = self.reading.high_watermark().filter(|ahead| ahead.has_changed().is_ok());
        let bound = ahead.and_then(|reached| *reached.borrow());
        let allowed = bound.map(|bound| bound.saturating_sub(self.position));
        let allowed = allowed.and_then(|allowed| usize::try_from(allowed).ok());
        let entries = allowed.unwrap_or(MAX_BATCH).min(MAX_BATCH);
        Most { entries, bytes: MAX_BATCH_BYTES }
    }

    async fn read(&mut self, resume: Resume) -> Result<Batch> {
        let (position, audience) = (self.position, self.audience);
        let in_memory = self.listener.feed.tail().after(position, self.most(), audience);
        let from = if in_memory.is_some() { "memory" } else { "table" };
        if resume == Resume::Replayed {
            metrics::counter!("plenary_replays_total", "from" => from).increment(1);
        }
        match in_memory {
            Some(stretch) => Ok(self.batch(stretch, resume)),
            None => self.read_table(resume).await,
        }
    }

    /// Reads what is no longer in memory. What is missing in the table there has expired.
    async fn read_table(&mut self, resume: Resume) -> Result<Batch> {
        let feed = &self.listener.feed;
        let (entries, high) = self.replays.after(feed, self.position).await?;
        let mut replay = Tail::new(feed.room(), feed.people(), self.position);
        if let Some(display_cap) = self.display_cap.take() {
            replay = replay.going_on(display_cap);
        }
        for entry in entries.iter() {
            replay.offer(entry.clone());
        }
        let most = Most { entries: MAX_BATCH, bytes: usize::MAX };
        let stretch = replay.after(self.position, most, self.audience);
        let Some(stretch) = stretch.filter(|stretch| stretch.position == high) else {
            return Ok(self.gap(feed.position()));
        };
        self.display_cap = Some(replay.display_cap().clone());
        Ok(self.batch(stretch, resume))
    }

    fn gap(&self, position: Seq) -> Batch {
        metrics::counter!("plenary_gaps_total").increment(1);
        self.batch(Stretch { events: Vec::new(), skipped: 0, position }, Resume::Gap)
    }

    fn batch(&self, stretch: Stretch, resume: Resume) -> Batch {
        let Stretch { events, skipped, position } = stretch;
        let (room, news) = (self.listener.feed.id().clone(), News::default());
        Batch { room, position, resume, events, skipped, news }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.listener.feed.unfollows(self.began, self.given);
    }
}

impl Batch {
    /// When the newest of the events happened; now, if there are none.
    pub(crate) fn happened_at(&self) -> DateTime {
        self.events.last().map_or_else(DateTime::now, |event| event.event.happened().1)
    }
}

impl From<Batch> for RoomEventBatch {
    fn from(batch: Batch) -> Self {
        Self {
            room_id: batch.room,
            cursor: Cursor(batch.position).to_string(),
            resume: batch.resume,
            events: batch.events.into_iter().map(|event| event.event).collect(),
            skipped_messages: batch.skipped,
            participant_count: batch.news.participant_count,
            reactions: batch.news.reactions,
            counts: batch.news.counts,
        }
    }
}

#[cfg(test)]
mod tests;
