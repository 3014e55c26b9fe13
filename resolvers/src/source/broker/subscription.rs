//! One listener in one room.

use super::{Broker, BrokerEvent, inbox::Inbox};
use schema::RoomId;
use std::sync::Arc;

/// A listener in a room; dropping it unsubscribes.
pub struct Subscription {
    broker: Broker,
    room: RoomId,
    inbox: Arc<Inbox>,
}

impl Subscription {
    pub(super) fn new(broker: Broker, room: RoomId, inbox: Arc<Inbox>) -> Self {
        Self { broker, room, inbox }
    }

    /// Waits for what happens next. No event is lost when the future is dropped.
    ///
    /// While the broker is away at the time of subscribing, [`BrokerEvent::Disconnected`] comes first, so that nobody
    /// waits in vain for a confirmation.
    pub async fn next(&mut self) -> BrokerEvent {
        self.inbox.next().await
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.broker.unsubscribe(&self.room, &self.inbox);
    }
}
