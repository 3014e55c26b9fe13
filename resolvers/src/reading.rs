//! A subscription's reading of its room, as the server sees and bounds it.
//!
//! The server executes a room-wide subscription once for many. Each subscriber begins with a reading of its own, from its
//! own position; when it has reached the position that is delivered to the many, it joins them. For that the server has
//! to know where a reading stands, and to keep it from running ahead: the terms are Kafka's, whose consumers have a
//! position and read no further than the high watermark.

use crate::log::Seat;
use schema::{DateTime, Seq};
use std::sync::{
    Arc, Mutex, OnceLock, PoisonError,
    atomic::{AtomicI64, AtomicU64, Ordering},
};
use tokio::sync::watch;

/// For whom what a subscription delivers is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// For nobody but the caller.
    Caller,
    /// For everybody who may follow the room.
    Participants,
    /// For the staff, who see more.
    Staff,
}

/// One subscription's reading. A cheap handle: the resolver holds one end, the server the other.
#[derive(Clone, Debug)]
pub struct Reading(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    from_now: bool,
    audience: watch::Sender<Option<Audience>>,
    settled: watch::Sender<Option<Seq>>,
    taken: AtomicU64,
    happened_at: AtomicI64,
    high_watermark: OnceLock<HighWatermark>,
    seat: Mutex<Option<Seat>>,
}

/// The position that has been reached by others; `None` as long as nobody has begun.
pub type HighWatermark = watch::Receiver<Option<Seq>>;

impl Reading {
    /// A reading that begins where its subscriber asks, and says how it begins.
    #[must_use]
    pub fn of_subscriber() -> Self {
        Self::new(false)
    }

    /// A reading for many, which begins now, whatever `after` says, and does not say so.
    #[must_use]
    pub fn for_many() -> Self {
        Self::new(true)
    }

    fn new(from_now: bool) -> Self {
        Self(Arc::new(Inner {
            from_now,
            audience: watch::Sender::new(None),
            settled: watch::Sender::new(None),
            taken: AtomicU64::new(0),
            happened_at: AtomicI64::new(0),
            high_watermark: OnceLock::new(),
            seat: Mutex::default(),
        }))
    }

    /// Counts the subscriber as present in the room, for as long as the seat is kept here or by the server.
    pub(crate) fn sit(&self, seat: Seat) {
        if !self.0.from_now {
            *self.0.seat.lock().unwrap_or_else(PoisonError::into_inner) = Some(seat);
        }
    }

    /// Hands the seat over to whoever keeps it when the reading ends.
    #[must_use]
    pub fn take_seat(&self) -> Option<Seat> {
        self.0.seat.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Says that the subscription is live: whatever happens from now on is delivered.
    pub fn begin(&self, audience: Audience) {
        self.0.audience.send_replace(Some(audience));
    }

    /// For whom the subscription is, once it is live.
    #[must_use]
    pub fn audience(&self) -> Option<Audience> {
        *self.0.audience.borrow()
    }

    /// Waits until the subscription is live.
    pub async fn begun(&self) {
        let _ = self.0.audience.subscribe().wait_for(Option::is_some).await;
    }

    /// Keeps the reading from going beyond what others have reached. Only the first bound counts.
    pub fn bound(&self, high_watermark: HighWatermark) {
        let _ = self.0.high_watermark.set(high_watermark);
    }

    /// The position that the last response ends at, and when its newest event happened.
    #[must_use]
    pub fn taken(&self) -> (Seq, DateTime) {
        let happened_at = self.0.happened_at.load(Ordering::Acquire);
        (self.0.taken.load(Ordering::Acquire), DateTime::from_millis(happened_at))
    }

    /// The position up to which there is nothing left to respond with; `None` before the reading has begun.
    #[must_use]
    pub fn settled(&self) -> watch::Receiver<Option<Seq>> {
        self.0.settled.subscribe()
    }

    pub(crate) fn is_from_now(&self) -> bool {
        self.0.from_now
    }

    /// Says what the response ends at that is given away next.
    pub(crate) fn take(&self, position: Seq, happened_at: DateTime) {
        self.0.taken.store(position, Ordering::Release);
        self.0.happened_at.store(happened_at.as_millis(), Ordering::Release);
    }

    /// Says that all responses up to here have been given away.
    pub(crate) fn settle(&self, position: Seq) {
        self.0.settled.send_if_modified(|settled| settled.replace(position) != Some(position));
    }

    pub(crate) fn high_watermark(&self) -> Option<HighWatermark> {
        self.0.high_watermark.get().cloned()
    }
}
