//! How many connections each user has on this node.

use super::{CloseCode, endpoint::Shared};
use resolvers::Identity;
use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The connections of users, counted by a keyed hash of who they are: names would take most of the room.
pub(super) struct Users {
    /// Nobody has more; 0 is no cap, and then nobody is counted.
    max: usize,
    hasher: RandomState,
    open: Mutex<HashMap<u64, usize>>,
}

/// One connection of a user, counted until it is dropped.
pub(super) struct Seat {
    shared: Arc<Shared>,
    user: u64,
}

impl Users {
    pub(super) fn new(max: usize) -> Self {
        Self { max, hasher: RandomState::new(), open: Mutex::default() }
    }

    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Counts a connection of a user who may have one more.
    pub(super) fn take(shared: &Arc<Shared>, who: &Identity) -> Result<Option<Self>, CloseCode> {
        let users = &shared.users;
        if users.max == 0 {
            return Ok(None);
        }
        let user = users.hasher.hash_one((&who.issuer, who.sub.as_str()));
        let mut open = users.lock();
        let count = open.entry(user).or_default();
        if *count >= users.max {
            return Err(CloseCode::TooManyConnections);
        }
        *count += 1;
        Ok(Some(Self { shared: shared.clone(), user }))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.shared.users.lock();
        if let Some(count) = open.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.user);
            }
        }
    }
}
