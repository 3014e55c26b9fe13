//! What was measured, in a form that merges: of one worker process, of a machine, of all machines.

mod distribution;
mod timeline;

pub(crate) use distribution::Distribution;
pub(crate) use timeline::Timeline;

use crate::{clock::Moment, position::Hole, usage::ProcessUse};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};

/// Everything that a report needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Results {
    /// What was asked for, in words, by option.
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) counts: Counts,
    /// From the time at which a message was due to each of its receipts.
    pub(crate) latency: Distribution,
    /// The same for participants who were made to read slowly.
    pub(crate) slow_latency: Distribution,
    /// The same for messages of the burst.
    #[serde(default)]
    pub(crate) burst_latency: Distribution,
    /// The same for the small room beside a large one.
    #[serde(default)]
    pub(crate) small_room_latency: Distribution,
    /// When messages of the burst were due.
    #[serde(default)]
    pub(crate) burst_from: Option<Moment>,
    /// From the time at which a participant was due to join until it was subscribed.
    pub(crate) joins: Distribution,
    /// From the time at which a message was due until its sender knew its position.
    pub(crate) acknowledgements: Distribution,
    pub(crate) deliveries: Timeline,
    pub(crate) joined: Timeline,
    /// When the last participant was subscribed.
    #[serde(default)]
    pub(crate) last_joined: Option<Moment>,
    pub(crate) rooms: BTreeMap<u32, RoomResults>,
    /// What was seen to go wrong, by kind.
    pub(crate) failures: BTreeMap<String, Failure>,
    pub(crate) processes: Vec<ProcessUse>,
}

/// Totals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) participants: u64,
    /// Joins that succeeded, those of participants who came back included.
    pub(crate) joins: u64,
    pub(crate) join_retries: u64,
    /// Connections that were made again after the first.
    pub(crate) returns: u64,
    /// Messages that were due.
    pub(crate) messages: u64,
    pub(crate) acknowledged: u64,
    /// Events received, once per participant.
    pub(crate) deliveries: u64,
    /// Of these, those that were due before their participant came back.
    pub(crate) replayed: u64,
    /// WebSocket messages with events, and the bytes of all.
    pub(crate) frames: u64,
    pub(crate) bytes: u64,
    /// Gaps that servers announced.
    pub(crate) gaps: u64,
}

/// What happened in a room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RoomResults {
    pub(crate) readers: Vec<Readers>,
    pub(crate) holes: Vec<Missed>,
    /// By position.
    pub(crate) received: BTreeMap<u64, Received>,
    /// By position.
    pub(crate) acknowledged: BTreeMap<u64, Acknowledged>,
}

/// Participants who saw a room from one position to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Readers {
    pub(crate) start: Option<u64>,
    pub(crate) last: Option<u64>,
    pub(crate) participants: u64,
    /// When the first of them was told to be subscribed.
    pub(crate) subscribed: Moment,
    /// One of them.
    pub(crate) example: u64,
}

/// A hole that participants had at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Missed {
    pub(crate) hole: Hole,
    pub(crate) participants: u64,
    pub(crate) example: u64,
}

/// A position that participants received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Received {
    /// The message's own word on when it was due; none when somebody else sent it.
    pub(crate) due: Option<Moment>,
    pub(crate) last_receipt: Moment,
    pub(crate) deliveries: u64,
}

/// A position that a sender was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Acknowledged {
    pub(crate) due: Moment,
    pub(crate) sent: Moment,
}

/// How often something went wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) count: u64,
    pub(crate) example: String,
}

impl Results {
    /// Adds what was measured elsewhere in the same run.
    pub(crate) fn merge(&mut self, other: Self) {
        self.settings.extend(other.settings);
        self.counts.merge(other.counts);
        self.latency.merge(&other.latency);
        self.slow_latency.merge(&other.slow_latency);
        self.burst_latency.merge(&other.burst_latency);
        self.small_room_latency.merge(&other.small_room_latency);
        self.burst_from = self.burst_from.max(other.burst_from);
        self.last_joined = self.last_joined.max(other.last_joined);
        self.joins.merge(&other.joins);
        self.acknowledgements.merge(&other.acknowledgements);
        self.deliveries.merge(other.deliveries);
        self.joined.merge(other.joined);
        for (room, results) in other.rooms {
            let merged = self.rooms.entry(room).or_default();
            merged.merge(results, &mut self.failures);
        }
        for (kind, failure) in other.failures {
            fail(&mut self.failures, &kind, failure.count, || failure.example);
        }
        self.processes.extend(other.processes);
    }

    pub(crate) fn fail(&mut self, kind: &str, example: impl FnOnce() -> String) {
        fail(&mut self.failures, kind, 1, example);
    }

    /// From the time at which each message was due to the last of its receipts, without the burst.
    pub(crate) fn last_receipts(&self) -> Distribution {
        self.last_receipts_of(|due| self.burst_from.is_none_or(|burst| due < burst))
    }

    /// The same for the burst.
    pub(crate) fn last_burst_receipts(&self) -> Distribution {
        self.last_receipts_of(|due| self.burst_from.is_some_and(|burst| due >= burst))
    }

    fn last_receipts_of(&self, counts: impl Fn(Moment) -> bool) -> Distribution {
        let mut distribution = Distribution::default();
        for received in self.rooms.values().flat_map(|room| room.received.values()) {
            if let Some(due) = received.due.filter(|&due| counts(due)) {
                distribution.record(received.last_receipt.since(due));
            }
        }
        distribution
    }

    /// How long it took until everybody had joined.
    pub(crate) fn joining(&self) -> Duration {
        self.last_joined.map_or(Duration::ZERO, |last| last.since(self.joined.started))
    }

    /// The time in which live deliveries came: from the first message's due time to the last receipt.
    pub(crate) fn delivering(&self) -> Duration {
        let received = || self.rooms.values().flat_map(|room| room.received.values());
        let first = received().filter_map(|message| message.due).min();
        let last = received().map(|message| message.last_receipt).max();
        first.zip(last).map_or(Duration::ZERO, |(first, last)| last.since(first))
    }
}

impl Counts {
    fn merge(&mut self, other: Self) {
        self.participants += other.participants;
        self.joins += other.joins;
        self.join_retries += other.join_retries;
        self.returns += other.returns;
        self.messages += other.messages;
        self.acknowledged += other.acknowledged;
        self.deliveries += other.deliveries;
        self.replayed += other.replayed;
        self.frames += other.frames;
        self.bytes += other.bytes;
        self.gaps += other.gaps;
    }
}

impl RoomResults {
    fn merge(&mut self, other: Self, failures: &mut BTreeMap<String, Failure>) {
        self.readers.extend(other.readers);
        self.holes.extend(other.holes);
        for (seq, received) in other.received {
            let Some(known) = self.received.get_mut(&seq) else {
                self.received.insert(seq, received);
                continue;
            };
            if known.due != received.due {
                fail(failures, DIFFERENT, 1, || format!("position {seq}"));
            }
            known.last_receipt = known.last_receipt.max(received.last_receipt);
            known.deliveries += received.deliveries;
        }
        for (seq, acknowledged) in other.acknowledged {
            if self.acknowledged.insert(seq, acknowledged).is_some() {
                fail(failures, TWICE, 1, || format!("position {seq}"));
            }
        }
    }
}

/// Two participants were given different messages as the same position.
pub(crate) const DIFFERENT: &str = "different messages at one position";
/// Two senders were told the same position.
pub(crate) const TWICE: &str = "a position was acknowledged twice";

/// Counts a failure; the first one of a kind is the example.
pub(crate) fn fail(
    failures: &mut BTreeMap<String, Failure>,
    kind: &str,
    count: u64,
    example: impl FnOnce() -> String,
) {
    match failures.get_mut(kind) {
        Some(failure) => failure.count += count,
        None => {
            failures.insert(kind.to_owned(), Failure { count, example: example() });
        }
    }
}
