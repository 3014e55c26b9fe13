//! Adds entries to a room's log: takes positions, writes all or nothing, publishes.

use super::{Entry, Feed};
use crate::{
    Sources,
    row::{Marker, WRITER, entry_item, marker_item},
    source::{
        Request,
        table::{Condition, Item, Key, Put, Write, Written},
    },
    trace::TARGET,
};
use schema::{DateTime, Error, Result, RoomId, Seq};
use std::sync::Arc;
use tracing::{Instrument, debug_span, warn};

/// How often positions are taken anew because others voided them. Once is rare: it takes a writer that was away for a second.
const MAX_ATTEMPTS: usize = 5;

/// Entries to add to a room's log, with what belongs to them.
#[derive(Clone)]
pub struct Append {
    feed: Feed,
    now: DateTime,
    entries: Vec<Entry>,
    marker: Option<(Key, String)>,
    companions: Vec<Companion>,
}

/// A write of another row, given the position of the first entry.
type Companion = Arc<dyn Fn(Seq) -> Write + Send + Sync>;

/// How an [`Append`] ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Appended {
    /// Everything is written and published: the entries at their positions, each with the message it is about.
    Done(Vec<Entry>),
    /// Nothing is written: there is a marker already. Its row.
    Duplicate(Item),
    /// Nothing is written: a companion's condition did not hold. Its row as it is.
    Refused(Option<Item>),
}

impl Append {
    /// Adds one entry; its position is given when it is written.
    #[must_use]
    pub fn new(feed: &Feed, now: DateTime, entry: Entry) -> Self {
        Self { feed: feed.clone(), now, entries: vec![entry], marker: None, companions: vec![] }
    }

    /// Adds another one behind it.
    #[must_use]
    pub fn and(mut self, entry: Entry) -> Self {
        self.entries.push(entry);
        self
    }

    /// Only if there is no marker of this key yet, and together with one.
    #[must_use]
    pub fn once(mut self, key: Key, digest: String) -> Self {
        self.marker = Some((key, digest));
        self
    }

    /// Together with a write of another row.
    #[must_use]
    pub fn with(self, companion: impl Into<Write>) -> Self {
        let write = companion.into();
        self.with_placed(move |_| write.clone())
    }

    /// Together with a write of another row that names the position of the first entry.
    #[must_use]
    pub fn with_placed(mut self, companion: impl Fn(Seq) -> Write + Send + Sync + 'static) -> Self {
        self.companions.push(Arc::new(companion));
        self
    }

    /// The row of another message that this changes.
    fn changes(&self) -> Option<(RoomId, Seq)> {
        let of_another =
            |entry: &&Entry| matches!(entry, Entry::Changed { .. } | Entry::Deleted { .. });
        // The last: many reply to one root message, which stands behind what is about the reply.
        let target = self.entries.iter().rev().find(of_another).and_then(Entry::target);
        target.map(|target| (self.feed.id().clone(), target))
    }

    async fn run(self, sources: Sources) -> Result<Appended> {
        let _turn = sources.admission.turn(self.changes()).await?;
        for _ in 0..MAX_ATTEMPTS {
            let count = self.entries.len();
            let first = sources.sequencer.take(self.feed.id(), count as u64).await?;
            let entries: Vec<Entry> = (first..)
                .zip(&self.entries)
                .map(|(seq, entry)| entry.clone().placed(seq))
                .collect();
            let writer = ulid::Ulid::generate().to_string();
            let written = sources.table.transact(self.writes(&entries, first, &writer)).await;
            if written.is_err() {
                // Whether it was written is not known; after this it is: the entry stands there, or a void one.
                self.give_up(&sources, first).await;
            }
            match written? {
                Written::Done => return self.publish(&sources, entries).await,
                Written::Refused { write, row } if write < count => match row {
                    // The call was repeated because its answer was lost.
                    Some(row) if is_ours(&row, &writer) => {
                        return self.publish(&sources, entries).await;
                    }
                    _ => self.give_up(&sources, first).await,
                },
                Written::Refused { write, row } => {
                    self.give_up(&sources, first).await;
                    return Ok(match row {
                        Some(row) if self.marker.is_some() && write == count => {
                            Appended::Duplicate(row)
                        }
                        row => Appended::Refused(row),
                    });
                }
            }
        }
        Err(Error::unavailable("every position taken was voided before it was written"))
    }

    fn writes(&self, entries: &[Entry], first: Seq, writer: &str) -> Vec<Write> {
        let retention = self.feed.retention();
        let entry = |entry| {
            Put::new(entry_item(self.feed.id(), entry, writer, retention))
                .when(Condition::Absent)
                .into()
        };
        let marker = self.marker.iter().map(|(key, digest)| {
            let marker = Marker { seq: first, digest: digest.clone() };
            Put::new(marker_item(key.clone(), &marker, self.now))
                .when(Condition::AbsentOrExpired(self.now))
                .into()
        });
        let companions = self.companions.iter().map(|companion| companion(first));
        entries.iter().map(entry).chain(marker).chain(companions).collect()
    }

    async fn publish(&self, sources: &Sources, mut entries: Vec<Entry>) -> Result<Appended> {
        // The entries are written: if a message cannot be read now, the readers will do it.
        if let Err(error) = self.feed.loader().carry(&mut entries).await {
            warn!(room.id = %self.feed.id(), error = &error as &dyn std::error::Error, "a changed message could not be read");
            self.feed.check_head();
            return Err(error);
        }
        debug_span!(target: TARGET, "publish", otel.kind = "producer")
            .in_scope(|| sources.feeds.publish(self.feed.id(), entries.clone()));
        Ok(Appended::Done(entries))
    }

    /// Voids positions that will not be used, so that no reader waits for them.
    async fn give_up(&self, sources: &Sources, first: Seq) {
        for seq in first..first + self.entries.len() as Seq {
            match self.feed.loader().void(seq, self.feed.retention()).await {
                Ok(entry) => sources.feeds.publish(self.feed.id(), vec![entry]),
                Err(error) => warn!(
                    error = &error as &dyn std::error::Error,
                    "a position is left to the readers"
                ),
            }
        }
    }
}

impl Request for Append {
    const NAME: &'static str = "append";
    type Output = Appended;

    async fn send(self, sources: &Sources) -> Result<Appended> {
        // A task of its own: a caller that goes away must not leave a position without its entry.
        let run = self.run(sources.clone()).in_current_span();
        tokio::spawn(run).await.map_err(Error::internal)?
    }
}

fn is_ours(row: &Item, writer: &str) -> bool {
    row.get(WRITER).and_then(|writer| writer.as_s().ok()).is_some_and(|found| found == writer)
}
