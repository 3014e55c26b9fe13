//! Entries that are no longer in memory, read again for whoever comes back late.
//!
//! After an outage thousands come back with cursors that differ a little. They are served in steps that begin at the same
//! positions for everybody, and a step that many ask for at once is read once.

use super::{Entry, Feed};
use moka::future::Cache;
use schema::{Error, Result, RoomId, Seq};
use std::{sync::Arc, time::Duration};

/// How many positions one step has.
pub(super) const STEP: usize = 100;
/// How many bytes of entries are kept for others who come back, roughly, and for how long.
const BYTES: u64 = 64 << 20;
const LIFETIME: Duration = Duration::from_secs(10);

/// Steps read from the table. Cheap to clone.
#[derive(Clone)]
pub(super) struct Replays {
    steps: Cache<Step, Arc<Vec<Entry>>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Step {
    room: RoomId,
    low: Seq,
    high: Seq,
    /// The newest change, which may be one of a message in this step.
    version: Seq,
}

impl Default for Replays {
    fn default() -> Self {
        let steps = Cache::builder().max_capacity(BYTES).weigher(weight).time_to_live(LIFETIME);
        Self { steps: steps.build() }
    }
}

impl Replays {
    /// The entries of the step that holds the position after this one, and where it ends: at the latest where the
    /// feed's memory begins.
    pub(super) async fn after(&self, feed: &Feed, position: Seq) -> Result<(Arc<Vec<Entry>>, Seq)> {
        let (base, version) = {
            let tail = feed.tail();
            (tail.base(), tail.last_change())
        };
        let begin = position - position % STEP as Seq;
        let high = base.min(begin + STEP as Seq);
        let step = Step { room: feed.id().clone(), low: begin + 1, high, version };
        let read = async { feed.loader().range(begin + 1, high).await.map(Arc::new) };
        let entries = Box::pin(self.steps.try_get_with(step, read)).await;
        Ok((entries.map_err(|error: Arc<Error>| (*error).clone())?, high))
    }
}

fn weight(_: &Step, entries: &Arc<Vec<Entry>>) -> u32 {
    let content =
        |entry: &Entry| entry.message().and_then(|m| m.content.as_ref()).map_or(0, String::len);
    let bytes: usize = entries.iter().map(|entry| size_of::<Entry>() + content(entry)).sum();
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
