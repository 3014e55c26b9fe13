//! Finds what the feed does not know: compares the head with the table, reads holes, voids what nobody wrote.

use super::Feed;
use crate::log::Feeds;
use futures_util::{StreamExt, stream};
use schema::{Result, Seq};
use std::{collections::BTreeMap, sync::atomic::Ordering, time::Duration};
use tokio::time::{Instant, sleep_until};
use tokio_util::task::AbortOnDropHandle;
use tracing::{debug, warn};

/// How long a missing entry may be on its way before the table is asked, and how often it is asked then.
const READ_AFTER: Duration = Duration::from_millis(100);
/// How long a position may stay empty. Its writer has had its time: the whole append takes milliseconds.
const VOID_AFTER: Duration = Duration::from_secs(1);
/// How often the head is compared with the table while the broker delivers.
const SLOW_BEAT: Duration = Duration::from_secs(5);
/// How often while it does not.
const FAST_BEAT: Duration = Duration::from_secs(1);
/// How many missing positions are looked after at once; the rest follow.
const MAX_MISSING: usize = 2_000;

/// How many positions are voided at once.
const VOIDS_AT_ONCE: usize = 16;

/// Runs until nobody has used the feed for a while.
pub(super) async fn run(feed: Feed, feeds: Feeds, head: Seq, receiver: AbortOnDropHandle<()>) {
    let gauge = metrics::gauge!("plenary_feeds");
    gauge.increment(1.0);
    let mut healer = Healer {
        next_check: Instant::now() + beat(&feed),
        feeds,
        feed,
        head,
        missing: BTreeMap::new(),
        next_read: None,
    };
    healer.note_missing();
    loop {
        tokio::select! {
            () = healer.feed.shared.healer.notified() => {}
            () = sleep_until(healer.deadline()) => {}
        }
        if let Err(error) = healer.step().await {
            warn!(room.id = %healer.feed.id(), error = &error as &dyn std::error::Error, "the table could not be read");
            healer.next_check = Instant::now() + FAST_BEAT;
            healer.next_read = None;
        }
        if healer.feeds.close_if_idle(&healer.feed) {
            break;
        }
    }
    debug!(room.id = %healer.feed.id(), "feed closed");
    drop(receiver);
    gauge.decrement(1.0);
}

/// How long the head may go without being compared.
fn beat(feed: &Feed) -> Duration {
    match feed.shared.connected.load(Ordering::Acquire) {
        true => SLOW_BEAT,
        false => FAST_BEAT,
    }
}

struct Healer {
    feeds: Feeds,
    feed: Feed,
    /// The highest position known to have been handed out.
    head: Seq,
    /// When each missing position was first missed.
    missing: BTreeMap<Seq, Instant>,
    next_check: Instant,
    next_read: Option<Instant>,
}

impl Healer {
    fn deadline(&self) -> Instant {
        self.next_read.map_or(self.next_check, |read| read.min(self.next_check))
    }

    async fn step(&mut self) -> Result<()> {
        let behind = self.feed.shared.behind.swap(false, Ordering::AcqRel);
        if behind || Instant::now() >= self.next_check {
            self.check_head().await?;
        }
        self.note_missing();
        if self.next_read.is_some_and(|read| Instant::now() >= read) {
            self.read_missing().await?;
            self.void_overdue().await?;
            self.note_missing();
        }
        Ok(())
    }

    async fn check_head(&mut self) -> Result<()> {
        self.next_check = Instant::now() + beat(&self.feed);
        self.head = self.head.max(self.feed.loader().head().await?);
        self.note_missing();
        if !self.missing.is_empty() {
            self.read_missing().await?;
        }
        Ok(())
    }

    /// Brings the list of missing positions up to date, and with it the time to read them.
    fn note_missing(&mut self) {
        let now = Instant::now();
        let ranges = self.feed.tail().missing(self.head);
        let missing = ranges.into_iter().flatten().take(MAX_MISSING);
        let known = std::mem::take(&mut self.missing);
        self.missing = missing.map(|seq| (seq, known.get(&seq).copied().unwrap_or(now))).collect();
        self.next_read = match (self.missing.is_empty(), self.next_read) {
            (true, _) => None,
            (false, Some(read)) => Some(read),
            (false, None) => Some(now + READ_AFTER),
        };
    }

    async fn read_missing(&mut self) -> Result<()> {
        let (Some((&low, _)), Some((&high, _))) =
            (self.missing.first_key_value(), self.missing.last_key_value())
        else {
            return Ok(());
        };
        metrics::counter!("plenary_log_hole_reads_total").increment(1);
        self.next_read = Some(Instant::now() + READ_AFTER);
        let found = self.feed.loader().range(low, high).await?;
        self.feed.offer(found);
        Ok(())
    }

    async fn void_overdue(&mut self) -> Result<()> {
        self.note_missing();
        let overdue =
            |(&seq, since): (&Seq, &Instant)| (since.elapsed() >= VOID_AFTER).then_some(seq);
        let overdue: Vec<Seq> = self.missing.iter().filter_map(overdue).collect();
        // A sequencer's call whose answer was lost leaves a hole as wide as its group.
        let voided =
            stream::iter(overdue).map(|seq| self.feed.loader().void(seq, self.feed.retention()));
        let mut voided = voided.buffered(VOIDS_AT_ONCE);
        while let Some(entry) = voided.next().await {
            self.feeds.publish(self.feed.id(), vec![entry?]);
        }
        Ok(())
    }
}
