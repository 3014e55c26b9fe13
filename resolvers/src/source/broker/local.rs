//! The broker of a node that is alone.

use super::inbox::Inbox;
use bytes::Bytes;
use metrics::{counter, gauge};
use schema::RoomId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

pub(super) struct Local {
    rooms: Mutex<HashMap<RoomId, Vec<Arc<Inbox>>>>,
}

impl Local {
    pub(super) fn new() -> Self {
        gauge!("plenary_broker_up").set(1.0);
        Self { rooms: Mutex::default() }
    }

    pub(super) fn publish(&self, room: &RoomId, payload: &Bytes) {
        counter!("plenary_broker_published_total").increment(1);
        if let Some(inboxes) = self.rooms().get(room) {
            counter!("plenary_broker_received_total").increment(1);
            inboxes.iter().for_each(|inbox| inbox.deliver(payload.clone()));
        }
    }

    pub(super) fn subscribe(&self, room: &RoomId, inbox: &Arc<Inbox>) {
        let mut rooms = self.rooms();
        inbox.confirm();
        rooms.entry(room.clone()).or_default().push(Arc::clone(inbox));
    }

    pub(super) fn unsubscribe(&self, room: &RoomId, inbox: &Arc<Inbox>) {
        let mut rooms = self.rooms();
        let Some(inboxes) = rooms.get_mut(room) else { return };
        inboxes.retain(|other| !Arc::ptr_eq(other, inbox));
        if inboxes.is_empty() {
            rooms.remove(room);
        }
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomId, Vec<Arc<Inbox>>>> {
        self.rooms.lock().expect("nothing panics while it holds the lock")
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Broker, BrokerEvent, Carrier};
    use bytes::Bytes;
    use schema::RoomId;

    #[tokio::test]
    async fn every_subscription_of_the_room_hears_what_is_published_there() {
        let (broker, room, other) = (Broker::local(), RoomId::generate(), RoomId::generate());
        let mut subscriptions =
            [broker.subscribe(&room), broker.subscribe(&room), broker.subscribe(&other)];
        for subscription in &mut subscriptions {
            assert_eq!(subscription.next().await, BrokerEvent::Subscribed);
        }
        broker.publish(&room, Bytes::from_static(b"to the room"));
        broker.publish(&other, Bytes::from_static(b"to the other"));
        let [first, second, third] = &mut subscriptions;
        assert_eq!(first.next().await, BrokerEvent::Payload(Bytes::from_static(b"to the room")));
        assert_eq!(second.next().await, BrokerEvent::Payload(Bytes::from_static(b"to the room")));
        assert_eq!(third.next().await, BrokerEvent::Payload(Bytes::from_static(b"to the other")));
    }

    #[tokio::test]
    async fn a_room_that_nobody_listens_to_is_forgotten() {
        let (broker, room) = (Broker::local(), RoomId::generate());
        let (first, second) = (broker.subscribe(&room), broker.subscribe(&room));
        let Carrier::Local(local) = &broker.carrier else { unreachable!("the broker is local") };
        drop(first);
        assert_eq!(local.rooms()[&room].len(), 1);
        drop(second);
        assert!(local.rooms().is_empty());
    }
}
