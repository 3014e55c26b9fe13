//! Finds what the feed does not know: compares the head with the table, reads holes, voids what nobody wrote.

use super::Feed;
use crate::log::Feeds;
use futures_util::{StreamExt, stream};
use schema::{Result, Seq};
use std::{collections::VecDeque, sync::atomic::Ordering, time::Duration};
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

/// The other tasks of a feed; they end with this one.
pub(super) type Tasks = (AbortOnDropHandle<()>, AbortOnDropHandle<()>);

/// Runs until nobody has used the feed for a while.
pub(super) async fn run(feed: Feed, feeds: Feeds, head: Seq, tasks: Tasks) {
    let gauge = metrics::gauge!("plenary_feeds");
    gauge.increment(1.0);
    let mut healer = Healer {
        next_check: Instant::now() + beat(&feed),
        feeds,
        feed,
        head,
        known: VecDeque::new(),
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
    drop(tasks);
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
    /// The highest position that the table knows to have been handed out.
    head: Seq,
    /// Until which position something was known to exist, since when; what is missing there is missing since then.
    known: VecDeque<(Seq, Instant)>,
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
        if self.next_read.is_some() {
            self.read_missing().await?;
        }
        Ok(())
    }

    /// Remembers since when something is missing, and with it when to read it.
    fn note_missing(&mut self) {
        let now = Instant::now();
        let (position, known) = {
            let tail = self.feed.tail();
            (tail.position(), tail.seen().max(self.head))
        };
        while self.known.front().is_some_and(|(until, _)| *until <= position) {
            self.known.pop_front();
        }
        if known > self.known.back().map_or(position, |(until, _)| *until) {
            self.known.push_back((known, now));
        }
        self.next_read = match (self.known.is_empty(), self.next_read) {
            (true, _) => None,
            (false, Some(read)) => Some(read),
            (false, None) => Some(now + READ_AFTER),
        };
    }

    /// The lowest missing positions.
    fn missing(&self) -> impl Iterator<Item = Seq> + use<> {
        self.feed.tail().missing(self.head).into_iter().flatten().take(MAX_MISSING)
    }

    async fn read_missing(&mut self) -> Result<()> {
        let missing: Vec<Seq> = self.missing().collect();
        let (Some(&low), Some(&high)) = (missing.first(), missing.last()) else { return Ok(()) };
        metrics::counter!("plenary_log_hole_reads_total").increment(1);
        self.next_read = Some(Instant::now() + READ_AFTER);
        let found = self.feed.loader().range(low, high).await?;
        self.feed.offer(found);
        Ok(())
    }

    async fn void_overdue(&mut self) -> Result<()> {
        let now = Instant::now();
        let overdue = |(_, since): &&(Seq, Instant)| now.duration_since(*since) >= VOID_AFTER;
        let Some(&(until, _)) = self.known.iter().rev().find(overdue) else { return Ok(()) };
        if until > self.head {
            // Only what was handed out is voided, whatever the broker carried.
            self.head = self.head.max(self.feed.loader().head().await?);
            self.feed.tail().forget_beyond(self.head);
            self.known.retain(|(until, _)| *until <= self.head);
        }
        let until = until.min(self.head);
        let overdue: Vec<Seq> = self.missing().take_while(|seq| *seq <= until).collect();
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
