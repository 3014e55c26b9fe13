//! What one connection has yet to send, bounded in bytes.

use bytes::{Buf, Bytes};
use std::{collections::VecDeque, io::IoSlice};

/// A first-in-first-out queue of frames, of two kinds.
///
/// *Answers* are what the client asked for: whoever makes them asks [`SendQueue::is_full`] first and waits, so that the queue
/// holds at most its capacity and one more answer, however large that one is. *Pushed* frames come by themselves and cannot wait:
/// when they alone reach the capacity, the queue overflows.
#[derive(Debug, Default)]
pub(super) struct SendQueue {
    frames: VecDeque<Frame>,
    bytes: usize,
    pushed_bytes: usize,
    full: bool,
    /// Whether the first frame has been sent in part, so that it must be sent to its end.
    first_is_cut: bool,
}

#[derive(Debug)]
struct Frame {
    bytes: Bytes,
    is_pushed: bool,
}

/// How many frames are handed to the kernel at once.
pub(super) const FRAMES_PER_WRITE: usize = 64;

impl SendQueue {
    /// Queues an answer.
    pub(super) fn answer(&mut self, frame: Bytes, capacity: usize) {
        self.push(Frame { bytes: frame, is_pushed: false }, capacity);
    }

    /// Queues a frame that was pushed, of which some bytes may have been sent already. False when the queue overflows.
    pub(super) fn pushed(&mut self, rest: Bytes, is_cut: bool, capacity: usize) -> bool {
        debug_assert!(
            !is_cut || self.is_empty(),
            "only the first frame can have been sent in part"
        );
        self.first_is_cut |= is_cut;
        self.pushed_bytes += rest.len();
        self.push(Frame { bytes: rest, is_pushed: true }, capacity);
        self.pushed_bytes < capacity
    }

    fn push(&mut self, frame: Frame, capacity: usize) {
        self.bytes += frame.bytes.len();
        self.full |= self.bytes >= capacity;
        self.frames.push_back(frame);
    }

    /// The first frames, as the kernel takes them.
    pub(super) fn slices(&self) -> impl Iterator<Item = IoSlice<'_>> {
        self.frames.iter().take(FRAMES_PER_WRITE).map(|frame| IoSlice::new(&frame.bytes))
    }

    /// Takes the first frame, for somebody who sends it whole; tells whether it was an answer.
    pub(super) fn pop(&mut self, capacity: usize) -> Option<(Bytes, usize)> {
        let first = self.frames.front()?.bytes.clone();
        let answers = self.sent(first.len(), capacity);
        Some((first, answers))
    }

    /// Forgets what was sent. Tells how many answers were sent to their end; what is pushed was counted by who pushed it.
    pub(super) fn sent(&mut self, mut bytes: usize, capacity: usize) -> usize {
        self.bytes -= bytes;
        let mut ended = 0;
        while let Some(first) = self.frames.front_mut() {
            let taken = bytes.min(first.bytes.len());
            self.pushed_bytes -= if first.is_pushed { taken } else { 0 };
            if taken < first.bytes.len() {
                first.bytes.advance(taken);
                self.first_is_cut |= taken > 0;
                break;
            }
            bytes -= taken;
            ended += usize::from(!first.is_pushed);
            self.first_is_cut = false;
            self.frames.pop_front();
        }
        // Only half empty is no longer full: a reader that takes one frame now and then is slow all the same.
        self.full &= self.bytes > capacity / 2;
        if self.frames.is_empty() {
            // An idle connection keeps no buffer.
            self.frames = VecDeque::new();
        }
        ended
    }

    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// How much there is.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Drops what nobody will read, but for the rest of a frame that has begun.
    pub(super) fn clear(&mut self) {
        let rest = self.first_is_cut.then(|| self.frames.pop_front()).flatten();
        *self = Self::default();
        if let Some(rest) = rest {
            self.bytes = rest.bytes.len();
            self.first_is_cut = true;
            self.frames.push_back(Frame { is_pushed: false, ..rest });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPACITY: usize = 100;

    fn answers(count: usize) -> SendQueue {
        let mut queue = SendQueue::default();
        (0..count).for_each(|_| queue.answer(Bytes::from_static(b"0123456789"), CAPACITY));
        queue
    }

    fn contents(queue: &SendQueue) -> Vec<u8> {
        queue.slices().flat_map(|slice| slice.to_vec()).collect()
    }

    #[test]
    fn a_full_queue_is_full_until_half_of_it_is_gone() {
        assert!(!answers(9).is_full());
        let mut queue = answers(10);
        assert!(queue.is_full());
        assert_eq!(queue.sent(49, CAPACITY), 4);
        assert!(queue.is_full());
        assert_eq!(queue.sent(1, CAPACITY), 1);
        assert!(!queue.is_full());
    }

    #[test]
    fn frames_leave_in_the_order_they_came_wherever_a_write_ends() {
        let mut queue = SendQueue::default();
        queue.answer(Bytes::from_static(b"abc"), CAPACITY);
        assert!(queue.pushed(Bytes::from_static(b"def"), false, CAPACITY));
        queue.answer(Bytes::from_static(b"ghi"), CAPACITY);
        for (taken, ended, rest) in [(2, 0, "cdefghi"), (3, 1, "fghi"), (4, 1, "")] {
            assert_eq!(queue.sent(taken, CAPACITY), ended);
            assert_eq!(contents(&queue), rest.as_bytes());
        }
        assert!(queue.is_empty());
    }

    #[test]
    fn only_what_is_pushed_overflows() {
        let mut queue = answers(20);
        assert!(queue.pushed(Bytes::from_static(&[0; 99]), false, CAPACITY));
        assert!(!queue.pushed(Bytes::from_static(&[0; 1]), false, CAPACITY));
        queue.sent(250, CAPACITY);
        assert!(queue.pushed(Bytes::from_static(&[0; 1]), false, CAPACITY));
    }

    #[test]
    fn a_frame_that_has_begun_survives_the_clearing() {
        let mut queue = answers(3);
        queue.sent(13, CAPACITY);
        queue.clear();
        assert_eq!(contents(&queue), b"3456789");
        queue.clear();
        assert_eq!(contents(&queue), b"3456789");
        queue.sent(7, CAPACITY);
        queue.answer(Bytes::from_static(b"x"), CAPACITY);
        queue.clear();
        assert!(queue.is_empty());
    }
}
