//! What the main process and its workers tell each other: lines of JSON on the worker's standard input and output.

use crate::{cli::Scenario, clock::Moment, protocol::Protocol, results::Results, schedule::spread};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// The first line: what a worker is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Assignment {
    /// The worker's number, of all on all machines. It has every so many participant.
    pub(crate) worker: u64,
    pub(crate) workers: u64,
    /// How many participants there are, on all machines.
    pub(crate) participants: u64,
    pub(crate) rooms: u32,
    /// How many have a room and a worker of their own: the last ones.
    pub(crate) small_room: u64,
    /// Messages with a higher number belong to the burst.
    pub(crate) paced: u64,
    pub(crate) run_id: String,
    pub(crate) targets: Vec<String>,
    pub(crate) tokens: Vec<String>,
    pub(crate) subscription: String,
    pub(crate) scenario: Scenario,
    pub(crate) protocol: Protocol,
    /// When the first participant is due to join.
    pub(crate) start: Moment,
    pub(crate) ramp: Duration,
    /// How long a join may take.
    pub(crate) patience: Duration,
    /// Every so many participant is slow.
    pub(crate) slow_every: u64,
    pub(crate) return_spread: Duration,
}

/// Later lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Order {
    /// Messages will be sent.
    Sending(Window),
    /// Everything was sent: end when every participant has reached these positions, or at a moment.
    Finish { heads: BTreeMap<u32, u64>, by: Moment },
}

/// The time in which messages are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    pub(crate) from: Moment,
    pub(crate) until: Moment,
}

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Report {
    Progress(Progress),
    /// The last line.
    Results(Box<Results>),
}

/// How far a worker is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// Participants who are subscribed now.
    pub(crate) subscribed: u64,
    /// Participants who have joined or given up.
    pub(crate) settled: u64,
    pub(crate) deliveries: u64,
    pub(crate) bytes: u64,
    pub(crate) failures: u64,
    /// Of the latencies until now.
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

impl Window {
    /// The moment at this share of the window.
    pub(crate) fn at(self, share: f64) -> Moment {
        self.from.plus(self.until.since(self.from).mul_f64(share))
    }
}

impl Assignment {
    /// The participants of this worker.
    pub(crate) fn mine(&self) -> impl Iterator<Item = u64> {
        let large_room = self.participants - self.small_room;
        let others = self.workers - u64::from(self.small_room > 0);
        let (all, step) = match self.small_room > 0 && self.worker == others {
            true => (large_room..self.participants, 1),
            false => (self.worker..large_room, others.max(1)),
        };
        all.step_by(step as usize)
    }

    pub(crate) fn due(&self, participant: u64) -> Moment {
        self.start.plus(spread(participant, self.participants, self.ramp))
    }

    pub(crate) fn room(&self, participant: u64) -> u32 {
        if self.small_room > 0 {
            return u32::from(self.is_in_small_room(participant));
        }
        (participant % u64::from(self.rooms)) as u32
    }

    /// Which target serves a participant: the participants of each room are spread over all.
    pub(crate) fn target(&self, participant: u64) -> usize {
        let rooms = if self.small_room > 0 { 1 } else { u64::from(self.rooms) };
        (participant / rooms % self.targets.len() as u64) as usize
    }

    pub(crate) fn is_in_small_room(&self, participant: u64) -> bool {
        participant >= self.participants - self.small_room
    }

    pub(crate) fn is_slow(&self, participant: u64) -> bool {
        self.scenario == Scenario::SlowConsumers && participant.is_multiple_of(self.slow_every)
    }

    pub(crate) fn can_resume(&self) -> bool {
        self.subscription.contains("$after")
    }
}

/// The id of a room.
pub(crate) fn room_id(run_id: &str, room: u32) -> String {
    format!("{run_id}-{room}")
}

impl Progress {
    /// The sum of several workers; of their latencies the longest.
    pub(crate) fn sum(all: impl Iterator<Item = Self>) -> Self {
        all.fold(Self::default(), |sum, it| Self {
            subscribed: sum.subscribed + it.subscribed,
            settled: sum.settled + it.settled,
            deliveries: sum.deliveries + it.deliveries,
            bytes: sum.bytes + it.bytes,
            failures: sum.failures + it.failures,
            p50: sum.p50.max(it.p50),
            p99: sum.p99.max(it.p99),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn assignment(worker: u64) -> Assignment {
        Assignment {
            worker,
            workers: 3,
            participants: 10,
            rooms: 2,
            small_room: 0,
            paced: u64::MAX,
            run_id: "r".to_owned(),
            targets: vec!["a".to_owned(), "b".to_owned()],
            tokens: vec![],
            subscription: String::new(),
            scenario: Scenario::Steady,
            protocol: Protocol::default(),
            start: Moment(0),
            ramp: Duration::from_secs(10),
            patience: Duration::ZERO,
            slow_every: 1,
            return_spread: Duration::ZERO,
        }
    }

    #[test]
    fn every_participant_is_somebodys_and_only_one_workers() {
        let all: Vec<u64> =
            (0..3).flat_map(|worker| assignment(worker).mine().collect::<Vec<_>>()).collect();
        assert_eq!(all.len(), 10);
        assert_eq!(all.into_iter().collect::<HashSet<_>>(), (0..10).collect());
    }

    #[test]
    fn a_small_room_has_a_worker_of_its_own() {
        let assigned = |worker| Assignment { small_room: 3, ..assignment(worker) };
        let mine = |worker| assigned(worker).mine().collect::<Vec<_>>();
        assert_eq!([mine(0), mine(1), mine(2)], [vec![0, 2, 4, 6], vec![1, 3, 5], vec![7, 8, 9]]);
        assert!((0..10).all(|it| assigned(0).room(it) == u32::from(it >= 7)));
    }

    #[test]
    fn each_room_has_participants_at_each_target() {
        let assignment = assignment(0);
        let places: HashSet<_> =
            (0..10).map(|it| (assignment.room(it), assignment.target(it))).collect();
        assert_eq!(places.len(), 4);
    }
}
