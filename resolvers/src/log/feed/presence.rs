//! Who is here.

use super::Feed;
use std::{fmt, sync::atomic::Ordering};

/// One participant's place in a room on this node; dropping it leaves.
pub struct Seat(Feed);

impl Feed {
    /// Counts a participant for as long as the seat is kept.
    pub(crate) fn sit(&self) -> Seat {
        self.shared.present.fetch_add(1, Ordering::Relaxed);
        Seat(self.clone())
    }

    /// How many participants there are on this node.
    pub(super) fn present(&self) -> u32 {
        u32::try_from(self.shared.present.load(Ordering::Relaxed)).unwrap_or(u32::MAX)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.shared.present.fetch_sub(1, Ordering::Relaxed);
    }
}

impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seat")
    }
}
