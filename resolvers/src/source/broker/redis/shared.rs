//! What the handle and the tasks of one broker share.

use super::{connection::Failure, lanes::LinkId, rooms::Rooms};
use crate::source::broker::Status;
use metrics::{counter, gauge};
use schema::DateTime;
use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU64, Ordering},
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

pub(super) struct Shared {
    rooms: Mutex<Rooms>,
    health: Mutex<Health>,
    links: AtomicU64,
    /// Something needs the supervisor's eye: a link is lost, a slot has moved, a subscription was refused.
    pub(super) trouble: Notify,
    /// No handle is left.
    pub(super) closed: CancellationToken,
}

struct Health {
    status: Status,
    reconnects: u64,
    was_up: bool,
}

impl Shared {
    pub(super) fn new() -> Self {
        gauge!("plenary_broker_up").set(0.0);
        let status = Status::Down {
            since: DateTime::now(),
            reconnects: 0,
            last_error: "not connected yet".to_owned(),
        };
        Self {
            rooms: Mutex::default(),
            health: Mutex::new(Health { status, reconnects: 0, was_up: false }),
            links: AtomicU64::new(0),
            trouble: Notify::new(),
            closed: CancellationToken::new(),
        }
    }

    /// Held only for moments: everybody who publishes or receives passes here.
    pub(super) fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.rooms.lock().expect("nothing panics while it holds the lock")
    }

    pub(super) fn next_link(&self) -> LinkId {
        self.links.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn status(&self) -> Status {
        self.health().status.clone()
    }

    pub(super) fn report_up(&self) {
        let mut health = self.health();
        if matches!(health.status, Status::Up { .. }) {
            return;
        }
        if health.was_up {
            health.reconnects += 1;
            counter!("plenary_broker_reconnects_total").increment(1);
        }
        health.was_up = true;
        health.status = Status::Up { since: DateTime::now(), reconnects: health.reconnects };
        gauge!("plenary_broker_up").set(1.0);
        info!(broker.reconnects = health.reconnects, "the broker is up");
    }

    pub(super) fn report_down(&self, failure: &Failure) {
        let mut health = self.health();
        let reconnects = health.reconnects;
        let since = match &health.status {
            Status::Down { since, .. } => {
                debug!(error = %failure, "the broker is still down");
                *since
            }
            Status::Up { .. } | Status::Local => {
                warn!(error = %failure, "the broker is down");
                DateTime::now()
            }
        };
        health.status = Status::Down { since, reconnects, last_error: failure.to_string() };
        gauge!("plenary_broker_up").set(0.0);
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().expect("nothing panics while it holds the lock")
    }
}
