//! The bounded queue of one subscription.

use super::BrokerEvent;
use bytes::Bytes;
use metrics::counter;
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard},
};
use tokio::sync::Notify;

/// A feed that is a thousand entries behind is served better by reading the table, which holds them all.
pub(super) const INBOX_PAYLOADS: usize = 1024;

/// What waits for one subscriber. Whoever fills it never waits.
#[derive(Default)]
pub(super) struct Inbox {
    queue: Mutex<Queue>,
    filled: Notify,
}

/// At most [`INBOX_PAYLOADS`] payloads, one `Disconnected`, one `Subscribed` and one `Lagged`.
#[derive(Default)]
struct Queue {
    events: VecDeque<BrokerEvent>,
    payloads: usize,
    lagging: bool,
}

impl Inbox {
    /// Adds a payload; if there is no room for it, marks the hole.
    pub(super) fn deliver(&self, payload: Bytes) {
        self.queue().deliver(payload);
        self.filled.notify_one();
    }

    /// Tells that the subscription holds from here on.
    pub(super) fn confirm(&self) {
        self.queue().push_state(BrokerEvent::Subscribed);
        self.filled.notify_one();
    }

    /// Tells that the subscription does not hold.
    pub(super) fn disconnect(&self) {
        self.queue().disconnect();
        self.filled.notify_one();
    }

    pub(super) async fn next(&self) -> BrokerEvent {
        loop {
            let event = self.queue().pop();
            match event {
                Some(event) => return event,
                None => self.filled.notified().await,
            }
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect("nothing panics while it holds the lock")
    }
}

impl Queue {
    fn deliver(&mut self, payload: Bytes) {
        if !self.lagging && self.payloads < INBOX_PAYLOADS {
            self.payloads += 1;
            self.events.push_back(BrokerEvent::Payload(payload));
            return;
        }
        counter!("plenary_broker_dropped_total", "reason" => "lagged").increment(1);
        if !self.lagging {
            self.lagging = true;
            self.events.push_back(BrokerEvent::Lagged);
        }
    }

    /// What was said of the state before and has not been read is old news: the newest state implies that something may
    /// be missing. Forgetting it bounds the queue while the connection flaps.
    fn disconnect(&mut self) {
        self.events.retain(|event| matches!(event, BrokerEvent::Payload(_)));
        self.lagging = false;
        self.push_state(BrokerEvent::Disconnected);
    }

    fn push_state(&mut self, event: BrokerEvent) {
        if self.events.back() != Some(&event) {
            self.events.push_back(event);
        }
    }

    /// Once `Lagged` has been read, what is published arrives again.
    fn pop(&mut self) -> Option<BrokerEvent> {
        let event = self.events.pop_front()?;
        match event {
            BrokerEvent::Payload(_) => self.payloads -= 1,
            BrokerEvent::Lagged => self.lagging = false,
            BrokerEvent::Subscribed | BrokerEvent::Disconnected => {}
        }
        Some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(inbox: &Inbox) -> Vec<BrokerEvent> {
        std::iter::from_fn(|| inbox.queue().pop()).collect()
    }

    fn payload(number: usize) -> Bytes {
        Bytes::from(number.to_string())
    }

    #[test]
    fn a_full_inbox_says_once_where_the_hole_is_and_goes_on_when_that_was_read() {
        let inbox = Inbox::default();
        (0..INBOX_PAYLOADS + 10).for_each(|number| inbox.deliver(payload(number)));
        for number in 0..INBOX_PAYLOADS {
            assert_eq!(inbox.queue().pop(), Some(BrokerEvent::Payload(payload(number))));
        }
        inbox.deliver(payload(1));
        assert_eq!(drain(&inbox), [BrokerEvent::Lagged]);
        inbox.deliver(payload(2));
        assert_eq!(drain(&inbox), [BrokerEvent::Payload(payload(2))]);
    }

    #[test]
    fn an_inbox_that_nobody_reads_stays_bounded_while_the_connection_flaps() {
        let inbox = Inbox::default();
        for _ in 0..10 {
            inbox.confirm();
            (0..INBOX_PAYLOADS).for_each(|number| inbox.deliver(payload(number)));
            inbox.disconnect();
        }
        let events = drain(&inbox);
        assert_eq!(events.len(), INBOX_PAYLOADS + 1);
        assert_eq!(events.last(), Some(&BrokerEvent::Disconnected));
    }
}
