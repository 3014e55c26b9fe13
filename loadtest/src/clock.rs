//! Wall-clock time in microseconds that never runs backwards within a process.
//!
//! The time at which a message is due travels in its content and is compared in other processes, perhaps on other
//! machines: so it is the wall clock's. Several machines need clocks in step (NTP).

use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// Microseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Moment(pub(crate) i64);

/// Reads the wall clock once and the monotonic clock from then on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    origin: Moment,
    started: Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { origin: Moment(micros(since_1970)), started: Instant::now() }
    }

    pub(crate) fn now(&self) -> Moment {
        self.origin.plus(self.started.elapsed())
    }

    /// Returns at a moment, at once when it has passed.
    pub(crate) async fn reach(&self, moment: Moment) {
        tokio::time::sleep_until(self.started + moment.since(self.origin)).await;
    }
}

impl Moment {
    pub(crate) fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(micros(duration)))
    }

    pub(crate) fn before(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(micros(duration)))
    }

    /// The time since an earlier moment; zero when it is a later one.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
