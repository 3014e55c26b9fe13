//! What one participant has seen, counted.

use crate::{
    clock::Moment,
    mark::Mark,
    position::{Position, Step},
    results::{DIFFERENT, Received, Results},
    scanner::Event,
};
use std::collections::HashMap;

/// Where a participant is.
#[derive(Debug, Default)]
pub(in crate::worker) struct Place {
    pub(in crate::worker) room: u32,
    pub(in crate::worker) number: u64,
    pub(in crate::worker) position: Position,
    /// When it was first told to be subscribed.
    pub(super) subscribed: Option<Moment>,
    /// When it came back, if it did: what was due before is replayed.
    pub(super) returned: Option<Moment>,
    pub(super) is_slow: bool,
    pub(super) is_in_small_room: bool,
}

impl Place {
    pub(super) fn observe(
        &mut self,
        event: Event,
        now: Moment,
        results: &mut Results,
        room: &mut HashMap<u64, Received>,
        paced: u64,
    ) {
        let Some(seq) = event.seq else {
            results.fail("an event without a position", || format!("participant {}", self.number));
            return;
        };
        let wrong = match self.position.observe(seq) {
            Step::Forward => None,
            Step::Duplicate => Some("delivered twice"),
            Step::Disorder => Some("delivered out of order"),
        };
        if let Some(wrong) = wrong {
            let (number, at) = (self.number, self.room);
            results.fail(wrong, || format!("participant {number} in room {at}: seq {seq}"));
        }
        results.counts.deliveries += 1;
        let due = event.mark.map(|mark| mark.due);
        let unknown = Received { due, last_receipt: Moment(0), deliveries: 0 };
        let received = room.entry(seq).or_insert(unknown);
        if received.due != due {
            results.fail(DIFFERENT, || format!("position {seq}"));
        }
        received.deliveries += 1;
        if self.times(event.mark, now, results, paced) {
            received.last_receipt = received.last_receipt.max(now);
        }
    }

    /// Whether the delivery counts among those that are in time or late.
    fn times(&self, mark: Option<Mark>, now: Moment, results: &mut Results, paced: u64) -> bool {
        let Some(mark) = mark else { return false };
        if self.is_slow {
            results.slow_latency.record(now.since(mark.due));
            return false;
        }
        if self.returned.is_some_and(|returned| mark.due < returned) {
            results.counts.replayed += 1;
            return false;
        }
        let latency = match mark.number < paced {
            _ if self.is_in_small_room => &mut results.small_room_latency,
            true => &mut results.latency,
            false => &mut results.burst_latency,
        };
        latency.record(now.since(mark.due));
        true
    }
}
