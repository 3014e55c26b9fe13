//! What one connection has yet to send, bounded in bytes.

use std::collections::VecDeque;
use tokio_tungstenite::tungstenite::Message;

/// A first-in-first-out queue that says when it is full. It never refuses: whoever fills it asks [`SendQueue::is_full`]
/// first, so that it holds at most its capacity and one more message, however large that one is.
#[derive(Debug)]
pub(super) struct SendQueue {
    messages: VecDeque<Message>,
    bytes: usize,
    capacity: usize,
    full: bool,
}

impl SendQueue {
    /// An empty queue, which is full at so many bytes.
    pub(super) fn new(capacity: usize) -> Self {
        Self { messages: VecDeque::new(), bytes: 0, capacity, full: false }
    }

    pub(super) fn push(&mut self, message: Message) {
        self.bytes += message.len();
        self.full |= self.bytes >= self.capacity;
        self.messages.push_back(message);
    }

    pub(super) fn pop(&mut self) -> Option<Message> {
        let message = self.messages.pop_front()?;
        self.bytes -= message.len();
        // Only half empty is no longer full: a reader that takes one message now and then is slow all the same.
        self.full &= self.bytes > self.capacity / 2;
        if self.messages.is_empty() {
            // An idle connection keeps no buffer.
            self.messages = VecDeque::new();
        }
        Some(message)
    }

    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Drops what nobody will read.
    pub(super) fn clear(&mut self) {
        *self = Self::new(self.capacity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_is_full_until_half_of_it_is_gone() {
        let mut queue = SendQueue::new(100);
        (0..9).for_each(|_| queue.push(Message::text("0123456789")));
        assert!(!queue.is_full());
        queue.push(Message::text("0123456789"));
        assert!(queue.is_full());
        (0..4).for_each(|_| drop(queue.pop()));
        assert!(queue.is_full());
        queue.pop();
        assert!(!queue.is_full());
    }

    #[test]
    fn messages_leave_in_the_order_they_came() {
        let mut queue = SendQueue::new(10);
        ["a", "b", "c"].into_iter().for_each(|text| queue.push(Message::text(text)));
        let left: Vec<Message> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(left, ["a", "b", "c"].map(Message::text));
        assert!(queue.is_empty() && !queue.is_full());
    }
}
