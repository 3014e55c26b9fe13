//! From log to sockets: what many subscribe to alike is executed once, serialized once, and written to each.
//!
//! Subscriptions with the same [key](GroupKey) and the same audience form a [group](Group), in which one task reads the room
//! and executes GraphQL. Its responses go out in [rounds](Round): at once when the group is idle, and whatever comes
//! while a round is written goes out together in the next. A frame is a short head of its connection's own, which
//! names the operation, and bytes that all members share.

mod driver;
mod group;
mod part;
mod round;

pub(super) use group::{Group, Membership};
pub(super) use part::Member;
pub(super) use round::Round;

use super::{
    endpoint::{Execute, Shared},
    group_key::GroupKey,
};
use async_graphql::Request;
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use resolvers::{Audience, Identity};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

/// All groups of a node.
pub(super) struct Hub {
    groups: Mutex<HashMap<Key, Weak<Group>>>,
    interval: Duration,
    metrics: HubMetrics,
}

type Key = (GroupKey, Audience);

#[derive(Clone)]
struct HubMetrics {
    groups: Gauge,
    executions: Counter,
    rounds: Counter,
    fan_out: Histogram,
    publish_to_socket: Histogram,
}

impl Hub {
    /// A hub whose large groups write no more than one round in an interval.
    pub(super) fn new(interval: Duration) -> Self {
        let metrics = HubMetrics {
            groups: gauge!("plenary_groups"),
            executions: counter!("plenary_group_executions_total"),
            rounds: counter!("plenary_fan_out_rounds_total"),
            fan_out: histogram!("plenary_fan_out_duration_seconds"),
            publish_to_socket: histogram!("plenary_publish_to_socket_seconds"),
        };
        Self { groups: Mutex::default(), interval, metrics }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Weak<Group>>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The group for these subscriptions. The first who asks begins it, with a request of its own.
pub(super) fn group(
    shared: &Arc<Shared>,
    key: GroupKey,
    audience: Audience,
    request: Request,
    identity: Arc<Identity>,
) -> Arc<Group> {
    let mut groups = shared.hub.lock();
    let key = (key, audience);
    if let Some(group) = groups.get(&key).and_then(Weak::upgrade) {
        return group;
    }
    let execute: &Execute = &shared.execute;
    let group =
        Arc::new(Group::begin(shared, key.clone(), |reading| execute(request, identity, reading)));
    groups.insert(key, Arc::downgrade(&group));
    group
}
