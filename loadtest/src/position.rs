//! What one participant has seen of its room: the promise is every position, in order, once.

use serde::{Deserialize, Serialize};

/// Where a participant is. A hole costs a few bytes and needs a delivery behind it, so traffic bounds their number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// What came before is not the participant's to see; unknown until the server says something.
    pub(crate) start: Option<u64>,
    pub(crate) last: Option<u64>,
    pub(crate) holes: Vec<Hole>,
}

/// Positions that were passed over. Only comparing with others tells whether there was something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Hole {
    pub(crate) first: u64,
    pub(crate) last: u64,
}

/// What a delivery was to a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// New, and behind everything else.
    Forward,
    /// Seen before.
    Duplicate,
    /// New, but something behind it had been delivered before.
    Disorder,
}

impl Position {
    pub(crate) fn observe(&mut self, seq: u64) -> Step {
        if self.start.is_none() {
            self.start = Some(seq.saturating_sub(1));
            self.last = self.start;
        }
        if self.last < Some(seq) {
            self.pass_over(seq.saturating_sub(1));
            self.last = Some(seq);
            return Step::Forward;
        }
        match self.holes.iter().position(|hole| (hole.first..=hole.last).contains(&seq)) {
            Some(at) => {
                let Hole { first, last } = self.holes.swap_remove(at);
                let around = [(first, seq.saturating_sub(1)), (seq + 1, last)];
                let left = around.into_iter().filter(|(first, last)| first <= last);
                self.holes.extend(left.map(|(first, last)| Hole { first, last }));
                Step::Disorder
            }
            // What lies before its beginning was never delivered before.
            None if Some(seq) <= self.start => Step::Disorder,
            None => Step::Duplicate,
        }
    }

    /// The server says that there is nothing more up to here.
    pub(crate) fn reach(&mut self, cursor: u64) {
        if self.start.is_none() {
            self.start = Some(cursor);
            self.last = self.start;
        }
        if self.last < Some(cursor) {
            self.pass_over(cursor);
            self.last = Some(cursor);
        }
    }

    /// The server says that what comes before is to be read elsewhere.
    pub(crate) fn jump(&mut self, cursor: u64) {
        self.start = self.start.or(Some(cursor));
        self.last = self.last.max(Some(cursor));
    }

    fn pass_over(&mut self, last: u64) {
        let first = self.last.map_or(last, |known| known + 1);
        if first <= last {
            self.holes.push(Hole { first, last });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seen: &[u64]) -> (Position, Vec<Step>) {
        let mut position = Position::default();
        let steps = seen.iter().map(|&seq| position.observe(seq)).collect();
        (position, steps)
    }

    #[test]
    fn everything_in_order_leaves_no_trace() {
        let (position, steps) = after(&[4, 5, 6]);
        assert_eq!(steps, [Step::Forward; 3]);
        assert_eq!(position, Position { start: Some(3), last: Some(6), holes: vec![] });
    }

    #[test]
    fn a_gap_is_a_hole() {
        let (position, _) = after(&[1, 4]);
        assert_eq!(position.holes, [Hole { first: 2, last: 3 }]);
    }

    #[test]
    fn a_repetition_is_a_duplicate() {
        assert_eq!(after(&[1, 2, 2, 1]).1[2..], [Step::Duplicate; 2]);
    }

    #[test]
    fn what_comes_too_late_is_disorder_and_fills_its_hole() {
        let (position, steps) = after(&[1, 5, 3]);
        assert_eq!(steps[2], Step::Disorder);
        assert_eq!(position.holes, [Hole { first: 2, last: 2 }, Hole { first: 4, last: 4 }]);
        assert_eq!(after(&[1, 5, 3, 3]).1[3], Step::Duplicate);
        assert_eq!(after(&[5, 4]).1[1], Step::Disorder);
    }

    #[test]
    fn a_cursor_says_where_a_participant_begins_and_what_was_passed_over() {
        let mut position = Position::default();
        position.reach(7);
        assert_eq!(position.observe(8), Step::Forward);
        position.reach(10);
        assert_eq!((position.start, position.last), (Some(7), Some(10)));
        assert_eq!(position.holes, [Hole { first: 9, last: 10 }]);
    }

    #[test]
    fn an_announced_gap_is_no_hole() {
        let (mut position, _) = after(&[1]);
        position.jump(9);
        assert_eq!((position.observe(10), position.holes), (Step::Forward, vec![]));
    }
}
