//! Who is here.

use super::Feed;
use schema::UserId;
use std::{
    collections::HashMap,
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// One participant's place in a room on this node; dropping it leaves.
pub struct Seat {
    feed: Feed,
    person: Person,
}

/// The people on this node with how many seats each has: who subscribes a hundred times is one participant all the same.
#[derive(Default)]
pub(super) struct Present {
    hasher: RandomState,
    seats: Mutex<HashMap<Person, u32>>,
}

/// A user's hash under a secret of this process: a crowd's names would cost more than its count is worth.
type Person = u64;

impl Feed {
    /// Counts a participant for as long as the seat is kept.
    pub(crate) fn sit(&self, user: &UserId) -> Seat {
        let present = &self.shared.present;
        let person = present.hasher.hash_one(user);
        *present.seats().entry(person).or_default() += 1;
        Seat { feed: self.clone(), person }
    }

    /// How many participants there are on this node.
    pub(super) fn present(&self) -> u32 {
        u32::try_from(self.shared.present.seats().len()).unwrap_or(u32::MAX)
    }
}

impl Present {
    fn seats(&self) -> MutexGuard<'_, HashMap<Person, u32>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.feed.shared.present.seats();
        if let Some(others) = seats.get_mut(&self.person) {
            *others -= 1;
            if *others == 0 {
                seats.remove(&self.person);
            }
        }
    }
}

impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seat")
    }
}
