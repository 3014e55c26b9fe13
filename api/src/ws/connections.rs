//! All open connections, and the one clock that they share.
//!
//! A connection has no timer. It says when it wants to be looked at next, and the sweep looks through all connections in
//! slices, so that what falls due together does not run together. A deadline is met up to [`SWEEP`] late.

use super::{endpoint::Shared, metrics::Metrics, outlet::Outlet};
use slab::Slab;
use std::{
    num::NonZeroU64,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Once in this time every connection is looked at.
pub(super) const SWEEP: Duration = Duration::from_millis(500);

const SLICES: u32 = 10;

/// Every so many sweeps, what connections have yet to send is measured: every ten seconds.
const MEASURED_SWEEP: usize = 20;

/// The connections of a node.
pub(super) struct Connections {
    epoch: Instant,
    slices: [Mutex<Slice>; SLICES as usize],
    next: AtomicUsize,
}

type Slice = Slab<Entry>;

/// A connection among the others.
struct Entry {
    outlet: Arc<Outlet>,
    /// A keyed hash of whose it is, once that is known: a name would take more room.
    user: Option<NonZeroU64>,
    /// The same of others who have begun operations on it.
    guests: Vec<NonZeroU64>,
}

/// So many others may begin operations on one connection, as long as it lives: nobody has the tokens of more.
const MAX_GUESTS: usize = 32;

/// A connection's place among the others; free again when dropped.
pub(super) struct Place {
    shared: Arc<Shared>,
    slice: usize,
    key: usize,
}

impl Connections {
    pub(super) fn new() -> Self {
        Self { epoch: Instant::now(), slices: Default::default(), next: AtomicUsize::new(0) }
    }

    /// An instant on the node's clock.
    pub(super) fn millis(&self, at: Instant) -> u64 {
        let millis = at.saturating_duration_since(self.epoch).as_millis();
        u64::try_from(millis).unwrap_or(u64::MAX)
    }

    fn lock(&self, slice: usize) -> MutexGuard<'_, Slice> {
        self.slices[slice].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake_due(&self, slice: usize) {
        let now = self.millis(Instant::now());
        self.lock(slice).iter().for_each(|(_, entry)| entry.outlet.wake_if_due(now));
    }

    fn measure(&self, slice: usize, metrics: &Metrics) {
        self.lock(slice).iter().for_each(|(_, entry)| metrics.queued(entry.outlet.queued()));
    }

    fn wake_all(&self) {
        for slice in 0..self.slices.len() {
            self.lock(slice).iter().for_each(|(_, entry)| entry.outlet.wake());
        }
    }

    /// The connections of a user, or of everybody. Numbers are compared: a look through 50,000 takes less than a millisecond.
    pub(super) fn of(&self, user: Option<NonZeroU64>) -> Vec<Arc<Outlet>> {
        let is_wanted = |entry: &&Entry| user.is_none() || entry.is_of(user);
        let of_slice = |slice| -> Vec<_> {
            let slice = self.lock(slice);
            let entries = slice.iter().map(|(_, entry)| entry);
            entries.filter(is_wanted).map(|entry| entry.outlet.clone()).collect()
        };
        (0..self.slices.len()).flat_map(of_slice).collect()
    }
}

impl Place {
    pub(super) fn take(shared: &Arc<Shared>, outlet: Arc<Outlet>) -> Self {
        let connections = &shared.connections;
        let slice = connections.next.fetch_add(1, Ordering::Relaxed) % connections.slices.len();
        let key = connections.lock(slice).insert(Entry { outlet, user: None, guests: Vec::new() });
        Self { shared: shared.clone(), slice, key }
    }

    /// Says whose connection this is.
    pub(super) fn belongs_to(&self, user: NonZeroU64) {
        if let Some(entry) = self.shared.connections.lock(self.slice).get_mut(self.key) {
            entry.user = Some(user);
        }
    }

    /// Notes that somebody else is about to begin an operation, so that the connection is found when they are expelled; false if there
    /// are too many already.
    pub(super) fn admits(&self, guest: NonZeroU64) -> bool {
        let mut slice = self.shared.connections.lock(self.slice);
        let Some(entry) = slice.get_mut(self.key) else { return false };
        if entry.is_of(Some(guest)) {
            return true;
        }
        let has_room = entry.guests.len() < MAX_GUESTS;
        if has_room {
            entry.guests.push(guest);
        }
        has_room
    }
}

impl Entry {
    fn is_of(&self, user: Option<NonZeroU64>) -> bool {
        self.user == user || user.is_some_and(|user| self.guests.contains(&user))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.connections.lock(self.slice).remove(self.key);
    }
}

/// Looks after all connections for as long as there is an endpoint.
pub(super) async fn sweep(shared: Weak<Shared>) {
    let Some(shutdown) = shared.upgrade().map(|shared| shared.shutdown.clone()) else { return };
    let mut beat = interval(SWEEP / SLICES);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut drains = false;
    for turn in (0..MEASURED_SWEEP * SLICES as usize).cycle() {
        let slice = turn % SLICES as usize;
        beat.tick().await;
        let Some(shared) = shared.upgrade() else { return };
        if shutdown.is_cancelled() && !drains {
            drains = true;
            shared.draining.store(true, Ordering::Release);
            shared.connections.wake_all();
        }
        shared.connections.wake_due(slice);
        if turn < SLICES as usize {
            shared.connections.measure(slice, &shared.metrics);
        }
    }
}
