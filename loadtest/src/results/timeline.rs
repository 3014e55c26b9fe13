//! What happened in each second of a run.

use crate::clock::Moment;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A run that is longer has its rest in the last second.
const LONGEST: usize = 24 * 3600;

/// Counts by second since a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Timeline {
    pub(crate) started: Moment,
    pub(crate) seconds: Vec<u64>,
}

impl Timeline {
    pub(crate) fn new(started: Moment) -> Self {
        Self { started, seconds: Vec::new() }
    }

    pub(crate) fn count(&mut self, at: Moment, events: u64) {
        let second = at.since(self.started).as_secs() as usize;
        *self.second(second) += events;
    }

    /// Adds what was counted elsewhere, perhaps since another moment.
    pub(crate) fn merge(&mut self, mut other: Self) {
        if self.seconds.is_empty() || (!other.seconds.is_empty() && other.started < self.started) {
            std::mem::swap(self, &mut other);
        }
        let later = (other.started.since(self.started) + Duration::from_millis(500)).as_secs();
        for (second, events) in other.seconds.into_iter().enumerate() {
            *self.second(second + later as usize) += events;
        }
    }

    /// The count of the second with the most.
    pub(crate) fn busiest(&self) -> u64 {
        self.seconds.iter().copied().max().unwrap_or(0)
    }

    fn second(&mut self, second: usize) -> &mut u64 {
        let second = second.min(LONGEST);
        if self.seconds.len() <= second {
            self.seconds.resize(second + 1, 0);
        }
        &mut self.seconds[second]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timelines_that_began_at_other_times_merge_second_by_second() {
        let mut early = Timeline { started: Moment(0), seconds: vec![1, 1, 1] };
        let late = Timeline { started: Moment(2_000_100), seconds: vec![5, 5] };
        let mut other_way = late.clone();
        other_way.merge(early.clone());
        early.merge(late);
        assert_eq!(early.seconds, [1, 1, 6, 5]);
        assert_eq!(other_way, early);
    }

    #[test]
    fn an_event_is_counted_in_its_second() {
        let mut timeline = Timeline::new(Moment(1_000_000));
        timeline.count(Moment(3_500_000), 2);
        timeline.count(Moment(0), 1);
        assert_eq!(timeline.seconds, [1, 0, 2]);
    }
}
