//! The broker carries room entries to the other nodes as soon as they are written.
//!
//! It may lose payloads, for the log is in the table. What it must not do is claim a subscription that it does not have:
//! a feed reads the table when it is told [`BrokerEvent::Subscribed`] and relies on the broker from there on.
//!
//! ```text
//! Broker ── Local: inboxes of this process
//!        └─ Redis: supervisor ── link (one connection to the server, or one to each primary of a cluster)
//!                                  └─ rooms: which inbox hears which room through which link
//! ```

mod inbox;
mod local;
mod redis;
mod status;
mod subscription;

pub(super) use redis::{Backoff, Failure, Mode};
pub use redis::{ElastiCache, MalformedCache, MalformedUrl, RedisConfig, UnfitForIam};
pub use status::Status;
pub use subscription::Subscription;

use self::{inbox::Inbox, local::Local, redis::Redis};
use bytes::Bytes;
use schema::RoomId;
use std::sync::Arc;

/// Publish and subscribe between nodes, by room. A handle that is cheap to clone.
#[derive(Clone)]
pub struct Broker {
    carrier: Carrier,
}

/// What happened to a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BrokerEvent {
    /// The broker has confirmed the subscription, also again after each outage: whatever is published from now on
    /// arrives, what was published before may be missing.
    Subscribed,
    /// The subscription does not hold at present; it comes back by itself.
    Disconnected,
    /// The subscription's queue was full and at least one payload is missing here.
    Lagged,
    /// What somebody published in the room, possibly this node.
    Payload(Bytes),
}

#[derive(Clone)]
enum Carrier {
    Local(Arc<Local>),
    Redis(Arc<Redis>),
}

impl Broker {
    /// A broker within the process, for a node that is alone.
    #[must_use]
    pub fn local() -> Self {
        Self { carrier: Carrier::Local(Arc::new(Local::new())) }
    }

    /// A broker over Redis or Valkey, a single server or a cluster; which of them, the server says.
    ///
    /// It connects in the background and for as long as any handle or subscription lives, so it starts while the server
    /// is away. Must be called within a Tokio runtime.
    #[must_use]
    pub fn redis(config: RedisConfig) -> Self {
        Self { carrier: Carrier::Redis(Arc::new(Redis::start(config))) }
    }

    /// Hands a payload to every subscription of the room on every node, this one included.
    ///
    /// Never waits and never fails: what cannot be sent now is dropped and counted. Payloads that one node publishes in
    /// a room arrive in the order of the calls.
    pub fn publish(&self, room: &RoomId, payload: Bytes) {
        match &self.carrier {
            Carrier::Local(local) => local.publish(room, &payload),
            Carrier::Redis(redis) => redis.publish(room, payload),
        }
    }

    /// Subscribes to a room until the subscription is dropped.
    #[must_use]
    pub fn subscribe(&self, room: &RoomId) -> Subscription {
        let inbox = Arc::new(Inbox::default());
        match &self.carrier {
            Carrier::Local(local) => local.subscribe(room, &inbox),
            Carrier::Redis(redis) => redis.subscribe(room, &inbox),
        }
        Subscription::new(self.clone(), room.clone(), inbox)
    }

    /// How the broker is doing. It says nothing of credentials.
    #[must_use]
    pub fn status(&self) -> Status {
        match &self.carrier {
            Carrier::Local(_) => Status::Local,
            Carrier::Redis(redis) => redis.status(),
        }
    }

    fn unsubscribe(&self, room: &RoomId, inbox: &Arc<Inbox>) {
        match &self.carrier {
            Carrier::Local(local) => local.unsubscribe(room, inbox),
            Carrier::Redis(redis) => redis.unsubscribe(room, inbox),
        }
    }
}
