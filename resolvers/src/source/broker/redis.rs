//! The broker over Redis or Valkey.
//!
//! One connection carries all rooms, publications and subscriptions alike; with a cluster, one to each primary, over sharded
//! publish and subscribe, so that a payload visits one shard instead of all.

mod backoff;
mod config;
mod connection;
mod iam;
mod lanes;
mod link;
mod rooms;
mod shared;
mod supervisor;
mod topology;

pub(in crate::source) use backoff::Backoff;
pub use config::{MalformedUrl, RedisConfig};
pub(in crate::source) use connection::{Failure, Mode};
pub use iam::{ElastiCache, MalformedCache, UnfitForIam};

use self::{shared::Shared, supervisor::Supervisor};
use super::{Status, inbox::Inbox};
use bytes::Bytes;
use schema::RoomId;
use std::sync::Arc;
use tokio_util::sync::DropGuard;

/// The handle's side: it only touches memory, tasks do the rest. They end when this is dropped.
pub(super) struct Redis {
    shared: Arc<Shared>,
    _tasks: DropGuard,
}

impl Redis {
    pub(super) fn start(config: RedisConfig) -> Self {
        let shared = Arc::new(Shared::new());
        tokio::spawn(Supervisor::new(Arc::clone(&shared), config).run());
        Self { _tasks: shared.closed.clone().drop_guard(), shared }
    }

    pub(super) fn publish(&self, room: &RoomId, payload: Bytes) {
        self.shared.rooms().publish(room, payload);
    }

    pub(super) fn subscribe(&self, room: &RoomId, inbox: &Arc<Inbox>) {
        self.shared.rooms().add(room, inbox);
    }

    pub(super) fn unsubscribe(&self, room: &RoomId, inbox: &Arc<Inbox>) {
        self.shared.rooms().remove(room, inbox);
    }

    pub(super) fn status(&self) -> Status {
        self.shared.status()
    }
}
