//! The ways from the handle to the tasks of the links.

use super::topology;
use bytes::Bytes;
use metrics::counter;
use schema::RoomId;
use std::{
    collections::{HashMap, HashSet},
    mem,
    ops::RangeInclusive,
    sync::Arc,
};
use tokio::sync::{
    Notify,
    mpsc::{self, error::TrySendError},
};

/// One connection's life. A new connection has a new id, so that whatever an old one still says is ignored.
pub(super) type LinkId = u64;

/// Every open link, and which of them serves which slots.
#[derive(Default)]
pub(super) struct Lanes {
    lanes: HashMap<LinkId, Lane>,
    routes: Routes,
}

/// The way to one link's task.
pub(super) struct Lane {
    pub(super) publications: mpsc::Sender<Publication>,
    /// Rings when rooms are pending.
    pub(super) bell: Arc<Notify>,
    /// Rooms whose subscription may have to change.
    pub(super) pending: HashSet<RoomId>,
}

/// A payload on its way to the server.
pub(super) struct Publication {
    pub(super) channel: String,
    pub(super) payload: Bytes,
}

/// Which link serves which slots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Routes(pub(super) Vec<(RangeInclusive<u16>, LinkId)>);

impl Lanes {
    pub(super) fn open(&mut self, link: LinkId, lane: Lane) {
        self.lanes.insert(link, lane);
    }

    pub(super) fn close(&mut self, link: LinkId) {
        self.lanes.remove(&link);
        self.routes.0.retain(|(_, other)| *other != link);
    }

    /// Returns the routes that held until now. A link that has closed in the meantime gets none.
    pub(super) fn route(&mut self, mut routes: Routes) -> Routes {
        routes.0.retain(|(_, link)| self.lanes.contains_key(link));
        mem::replace(&mut self.routes, routes)
    }

    /// The link that serves a room.
    pub(super) fn serving(&self, room: &RoomId) -> Option<LinkId> {
        self.routes.serving(room)
    }

    /// Has the room's link look at the room.
    pub(super) fn call(&mut self, room: &RoomId) {
        if let Some(lane) = self.serving(room).and_then(|link| self.lanes.get_mut(&link)) {
            lane.pending.insert(room.clone());
            lane.bell.notify_one();
        }
    }

    /// Takes at most `limit` rooms to look at, and rings again when more are left.
    pub(super) fn take_pending(&mut self, link: LinkId, limit: usize) -> Vec<RoomId> {
        let Some(lane) = self.lanes.get_mut(&link) else { return Vec::new() };
        let taken = lane.pending.extract_if(|_| true).take(limit).collect();
        if !lane.pending.is_empty() {
            lane.bell.notify_one();
        }
        taken
    }

    pub(super) fn publish(&self, room: &RoomId, payload: Bytes) {
        let Some(lane) = self.serving(room).and_then(|link| self.lanes.get(&link)) else {
            return count_dropped("disconnected", 1);
        };
        match lane.publications.try_send(Publication { channel: topology::channel(room), payload })
        {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => count_dropped("full", 1),
            Err(TrySendError::Closed(_)) => count_dropped("disconnected", 1),
        }
    }
}

impl Routes {
    pub(super) fn serving(&self, room: &RoomId) -> Option<LinkId> {
        let slot = topology::slot(room);
        self.0.iter().find(|(slots, _)| slots.contains(&slot)).map(|(_, link)| *link)
    }
}

/// Counts payloads that did not get through.
pub(super) fn count_dropped(reason: &'static str, count: u64) {
    counter!("plenary_broker_dropped_total", "reason" => reason).increment(count);
}
