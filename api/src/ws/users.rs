//! What each user has on this node: connections, and the fields they subscribe to.

use super::{CloseCode, endpoint::Shared};
use resolvers::Identity;
use schema::UserId;
use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
    num::NonZeroU64,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What users have, by a keyed hash of who they are: names would take most of the room.
pub(super) struct Users {
    /// Nobody has more connections; 0 is no cap, and then nobody is counted.
    max: usize,
    hasher: RandomState,
    open: Mutex<HashMap<u64, Usage>>,
}

#[derive(Default)]
struct Usage {
    connections: usize,
    fields: usize,
}

/// One connection of a user, counted until it is dropped.
pub(super) struct Seat(User);

/// Fields of a user's subscription, counted until they are dropped.
pub(super) struct Fields {
    user: User,
    count: usize,
}

#[derive(Clone)]
struct User {
    shared: Arc<Shared>,
    hash: u64,
}

impl Users {
    pub(super) fn new(max: usize) -> Self {
        Self { max, hasher: RandomState::new(), open: Mutex::default() }
    }

    /// A number that stands for a user on this node, whoever vouches for it: rooms know users by their names alone.
    pub(super) fn number(&self, user: &UserId) -> NonZeroU64 {
        NonZeroU64::new(self.hasher.hash_one(user.as_str())).unwrap_or(NonZeroU64::MIN)
    }

    /// Nothing panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Usage>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Counts a connection of a user who may have one more.
    pub(super) fn take(shared: &Arc<Shared>, who: &Identity) -> Result<Option<Self>, CloseCode> {
        let users = &shared.users;
        // An application stands for any number of people.
        if users.max == 0 || who.api_key.is_some() {
            return Ok(None);
        }
        let hash = users.hasher.hash_one((&who.issuer, who.sub.as_str()));
        let mut open = users.lock();
        let usage = open.entry(hash).or_default();
        if usage.connections >= users.max {
            return Err(CloseCode::TooManyConnections);
        }
        usage.connections += 1;
        Ok(Some(Self(User { shared: shared.clone(), hash })))
    }

    /// Counts the fields of one more subscription; `None` if they are too many beside those that the user has, on whichever
    /// connection. Each is executed for each event, so twenty connections must not cost twenty times what one may.
    pub(super) fn subscribe(&self, count: usize) -> Option<Fields> {
        let Self(user) = self;
        let mut open = user.shared.users.lock();
        let usage = open.entry(user.hash).or_default();
        let fields = usage.fields.saturating_add(count);
        (fields <= user.shared.limits.max_subscribed_fields).then(|| {
            usage.fields = fields;
            Fields { user: user.clone(), count }
        })
    }
}

impl User {
    /// Gives something back; a user who has nothing left is forgotten.
    fn release(&self, give_back: impl FnOnce(&mut Usage)) {
        let mut open = self.shared.users.lock();
        if let Some(usage) = open.get_mut(&self.hash) {
            give_back(usage);
            if usage.connections == 0 && usage.fields == 0 {
                open.remove(&self.hash);
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.release(|usage| usage.connections -= 1);
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        self.user.release(|usage| usage.fields -= self.count);
    }
}
