//! Reports of messages: counted in turn, and told to those who keep order.

use super::Feed;
use crate::{Sources, log::Payload, source::Request};
use schema::{Error, Result, Seq};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{Mutex as AsyncMutex, MutexGuard as AsyncGuard, Semaphore, SemaphorePermit};
use tracing::warn;

/// How many reports of one message are counted. Those who keep order know by then, and ten thousand people who report the
/// same message must not all write to its row.
const COUNTED: u32 = 100;
/// Reports of one room that wait on this node to be counted. A longer queue would only answer later.
const WAITING: usize = 1_000;
/// Of how many messages the count is remembered. One that is forgotten is counted once more before it is known again.
const MAX_MESSAGES: usize = 1_000;
/// How many messages are read at once because they were reported and are no longer in memory. A report beyond that is not
/// told here; it is in the audit log.
const READS: usize = 16;

/// A room's reports on this node.
pub(super) struct Reports {
    waiting: Semaphore,
    /// One after the other: in transactions on one row all but one would collide.
    turn: AsyncMutex<()>,
    counts: Mutex<HashMap<Seq, u32>>,
    reads: Arc<Semaphore>,
}

/// The right to count a report. It ends when it is dropped.
pub(crate) struct CountTurn<'a> {
    _turn: AsyncGuard<'a, ()>,
    _waiting: SemaphorePermit<'a>,
}

/// Tells those who keep order, on all nodes, that somebody has reported a message.
#[derive(Clone)]
pub(crate) struct TellReport {
    /// The room.
    pub(crate) feed: Feed,
    /// The message's position.
    pub(crate) target: Seq,
    /// How many have reported it.
    pub(crate) count: u32,
    /// Why it was reported now.
    pub(crate) reason: String,
}

impl Request for TellReport {
    const NAME: &'static str = "tell_report";
    type Output = ();

    async fn send(self, sources: &Sources) -> Result<()> {
        let Self { feed, target, count, reason } = self;
        let node = sources.feeds.node().to_owned();
        sources.feeds.tell(&feed, Payload::Reported { node, target, count, reason });
        Ok(())
    }
}

impl Default for Reports {
    fn default() -> Self {
        Self {
            waiting: Semaphore::new(WAITING),
            turn: AsyncMutex::default(),
            counts: Mutex::default(),
            reads: Arc::new(Semaphore::new(READS)),
        }
    }
}

impl Reports {
    fn has_enough(&self, seq: Seq) -> bool {
        self.counts().get(&seq).is_some_and(|count| *count >= COUNTED)
    }

    fn learn(&self, seq: Seq, count: u32) {
        let mut counts = self.counts();
        let known = counts.entry(seq).or_default();
        *known = count.max(*known);
        if counts.len() > MAX_MESSAGES {
            let least = counts.iter().min_by_key(|(_, count)| **count).map(|(seq, _)| *seq);
            least.and_then(|least| counts.remove(&least));
        }
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<Seq, u32>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Feed {
    /// Waits for the turn to count a report of a message; `None` when enough were counted.
    pub(crate) async fn turn_to_count(&self, seq: Seq) -> Result<Option<CountTurn<'_>>> {
        let reports = &self.shared.reports;
        if reports.has_enough(seq) {
            return Ok(None);
        }
        let busy = |_| Error::RoomBusy { retry_after: Duration::from_secs(1) };
        let waiting = reports.waiting.try_acquire().map_err(busy)?;
        let turn = reports.turn.lock().await;
        // Whoever came first may have been the last that counts.
        let counts = !reports.has_enough(seq);
        Ok(counts.then_some(CountTurn { _turn: turn, _waiting: waiting }))
    }

    /// Somebody has reported a message.
    pub(super) fn hear_report(&self, target: Seq, count: u32, reason: String) {
        self.shared.reports.learn(target, count);
        if !self.shared.watchers.has_moderators() {
            return;
        }
        let in_memory = self.tail().message(target).cloned();
        match in_memory {
            Some(message) => self.shared.watchers.reported(message, count, reason),
            None => self.find_reported(target, count, reason),
        }
    }

    /// Reads an older message from the table before it tells.
    fn find_reported(&self, target: Seq, count: u32, reason: String) {
        let Ok(read) = self.shared.reports.reads.clone().try_acquire_owned() else {
            warn!(room.id = %self.id(), "too many reports of old messages at once");
            return;
        };
        let feed = self.clone();
        tokio::spawn(async move {
            let _read = read;
            match feed.message(target).await {
                Ok(message) => feed.shared.watchers.reported(message, count, reason),
                Err(error) => {
                    warn!(room.id = %feed.id(), error = &error as &dyn std::error::Error, "a reported message could not be read");
                }
            }
        });
    }
}
