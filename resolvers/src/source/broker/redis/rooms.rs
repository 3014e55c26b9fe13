//! Who listens to which room, and how far its subscription has come: the part without I/O.

use super::lanes::{Lane, Lanes, LinkId, Routes};
use crate::source::broker::inbox::Inbox;
use bytes::Bytes;
use schema::RoomId;
use std::{collections::HashMap, mem, sync::Arc};

/// Every room that somebody listens to.
#[derive(Default)]
pub(super) struct Rooms {
    rooms: HashMap<RoomId, Room>,
    lanes: Lanes,
    attempted: bool,
}

/// The subscriptions that a link is to change now.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) subscribe: Vec<RoomId>,
    pub(super) unsubscribe: Vec<RoomId>,
}

/// Why a subscription ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    OnRequest,
    ByServer,
}

#[derive(Default)]
struct Room {
    inboxes: Vec<Arc<Inbox>>,
    phase: Phase,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Away,
    Subscribing(LinkId),
    Subscribed(LinkId),
    Unsubscribing(LinkId),
}

impl Rooms {
    pub(super) fn add(&mut self, id: &RoomId, inbox: &Arc<Inbox>) {
        let room = self.rooms.entry(id.clone()).or_default();
        room.inboxes.push(Arc::clone(inbox));
        match room.phase {
            Phase::Subscribed(_) => inbox.confirm(),
            Phase::Subscribing(_) | Phase::Unsubscribing(_) => {}
            Phase::Away if self.attempted && self.lanes.serving(id).is_none() => inbox.disconnect(),
            Phase::Away => self.lanes.call(id),
        }
    }

    pub(super) fn remove(&mut self, id: &RoomId, inbox: &Arc<Inbox>) {
        let Some(room) = self.rooms.get_mut(id) else { return };
        room.inboxes.retain(|other| !Arc::ptr_eq(other, inbox));
        match (room.inboxes.is_empty(), room.phase) {
            (true, Phase::Away) => drop(self.rooms.remove(id)),
            (true, Phase::Subscribed(_)) => self.lanes.call(id),
            _ => {}
        }
    }

    pub(super) fn publish(&self, id: &RoomId, payload: Bytes) {
        self.lanes.publish(id, payload);
    }

    /// A payload has come in.
    pub(super) fn deliver(&self, link: LinkId, id: &RoomId, payload: &Bytes) {
        if let Some(room) = self.rooms.get(id).filter(|room| room.phase == Phase::Subscribed(link))
        {
            room.inboxes.iter().for_each(|inbox| inbox.deliver(payload.clone()));
        }
    }

    pub(super) fn open(&mut self, link: LinkId, lane: Lane) {
        self.lanes.open(link, lane);
    }

    /// A link is gone. Its rooms are away until they are routed anew.
    pub(super) fn close(&mut self, link: LinkId) {
        self.rooms.retain(|id, room| {
            let waiting = room.phase == Phase::Away && self.lanes.serving(id) == Some(link);
            if waiting || room.phase.link() == Some(link) {
                room.leave();
            }
            !room.is_idle()
        });
        self.lanes.close(link);
    }

    /// Says which link serves which slots, and has every room subscribed that should be and is not.
    pub(super) fn route(&mut self, routes: Routes) {
        let before = self.lanes.route(routes);
        self.rooms.retain(|id, room| {
            let link = self.lanes.serving(id);
            let holder = room.phase.link().or_else(|| before.serving(id));
            if holder.is_some() && holder != link {
                room.leave();
            }
            if room.phase == Phase::Away {
                self.lanes.call(id);
            }
            !room.is_idle()
        });
    }

    /// The first attempt to connect has ended, so rooms that nobody serves are now told.
    pub(super) fn conclude_attempt(&mut self) {
        if !mem::replace(&mut self.attempted, true) {
            let unserved = self.rooms.iter().filter(|(id, _)| self.lanes.serving(id).is_none());
            unserved.for_each(|(_, room)| room.tell_disconnected());
        }
    }

    /// Takes at most `limit` changes for a link to make.
    pub(super) fn take_changes(&mut self, link: LinkId, limit: usize) -> Changes {
        let mut changes = Changes::default();
        for id in self.lanes.take_pending(link, limit) {
            let Some(room) = self.rooms.get_mut(&id) else { continue };
            match (room.phase, room.inboxes.is_empty()) {
                (Phase::Away, false) if self.lanes.serving(&id) == Some(link) => {
                    room.phase = Phase::Subscribing(link);
                    changes.subscribe.push(id);
                }
                (Phase::Subscribed(holder), true) if holder == link => {
                    room.phase = Phase::Unsubscribing(link);
                    changes.unsubscribe.push(id);
                }
                _ => {}
            }
        }
        changes
    }

    /// The server has confirmed a subscription.
    pub(super) fn confirm(&mut self, link: LinkId, id: &RoomId) {
        let Some(room) =
            self.rooms.get_mut(id).filter(|room| room.phase == Phase::Subscribing(link))
        else {
            return;
        };
        room.phase = Phase::Subscribed(link);
        room.inboxes.iter().for_each(|inbox| inbox.confirm());
        if room.inboxes.is_empty() {
            self.lanes.call(id);
        }
    }

    /// The server has ended a subscription.
    pub(super) fn end(&mut self, link: LinkId, id: &RoomId) -> Ended {
        let Some(room) = self.rooms.get_mut(id) else { return Ended::ByServer };
        if room.phase == Phase::Unsubscribing(link) {
            self.conclude_unsubscription(id);
            return Ended::OnRequest;
        }
        if room.phase == Phase::Subscribed(link) {
            room.leave();
        }
        Ended::ByServer
    }

    /// The server has answered to all changes: what it did not confirm it refused. Returns how many subscriptions that is.
    pub(super) fn conclude(&mut self, link: LinkId, changes: &Changes) -> usize {
        let mut refused = 0;
        for id in &changes.subscribe {
            if let Some(room) =
                self.rooms.get_mut(id).filter(|room| room.phase == Phase::Subscribing(link))
            {
                room.leave();
                refused += 1;
            }
        }
        for id in &changes.unsubscribe {
            if self.rooms.get(id).is_some_and(|room| room.phase == Phase::Unsubscribing(link)) {
                self.conclude_unsubscription(id);
            }
        }
        refused
    }

    /// Somebody may have subscribed again in the meantime.
    fn conclude_unsubscription(&mut self, id: &RoomId) {
        let Some(room) = self.rooms.get_mut(id) else { return };
        room.phase = Phase::Away;
        match room.is_idle() {
            true => drop(self.rooms.remove(id)),
            false => self.lanes.call(id),
        }
    }
}

impl Room {
    fn leave(&mut self) {
        self.phase = Phase::Away;
        self.tell_disconnected();
    }

    fn tell_disconnected(&self) {
        self.inboxes.iter().for_each(|inbox| inbox.disconnect());
    }

    fn is_idle(&self) -> bool {
        self.inboxes.is_empty() && self.phase == Phase::Away
    }
}

impl Phase {
    fn link(self) -> Option<LinkId> {
        match self {
            Self::Away => None,
            Self::Subscribing(link) | Self::Subscribed(link) | Self::Unsubscribing(link) => {
                Some(link)
            }
        }
    }
}

#[cfg(test)]
mod tests;
