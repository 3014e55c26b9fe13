//! What the participants of a worker have seen.

mod place;

use crate::{
    clock::Moment,
    control::{Assignment, Progress},
    results::{Counts, Missed, Readers, Received, Results, Timeline},
    scanner::Scanned,
    socket::Lost,
};
use place::Place;
use std::collections::{BTreeMap, HashMap};

/// Counts everything, and knows where each participant is.
#[derive(Default)]
pub(super) struct Tally {
    results: Results,
    places: Vec<Place>,
    /// By room, then by position: a hash, because every delivery looks here.
    received: Vec<HashMap<u64, Received>>,
    paced: u64,
    scanned: Scanned,
    subscribed: u64,
    settled: u64,
}

/// What a frame brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Brought {
    Events,
    Nothing,
}

impl Tally {
    pub(super) fn new(assignment: &Assignment) -> Self {
        let place = |number| Place {
            room: assignment.room(number),
            number,
            is_slow: assignment.is_slow(number),
            is_in_small_room: assignment.is_in_small_room(number),
            ..Place::default()
        };
        let places: Vec<_> = assignment.mine().map(place).collect();
        let start = assignment.start;
        let results = Results {
            counts: Counts { participants: places.len() as u64, ..Counts::default() },
            deliveries: Timeline::new(start),
            joined: Timeline::new(start),
            ..Results::default()
        };
        let received = vec![HashMap::new(); assignment.rooms as usize];
        Self { results, places, received, paced: assignment.paced, ..Self::default() }
    }

    pub(super) fn place(&self, index: usize) -> &Place {
        &self.places[index]
    }

    /// A participant asks for its subscription.
    pub(super) fn asks(&mut self, index: usize, now: Moment) {
        let place = &mut self.places[index];
        if place.subscribed.is_some() {
            place.returned = Some(now);
            self.results.counts.returns += 1;
        }
    }

    /// A participant was told that it is subscribed.
    pub(super) fn joins(&mut self, index: usize, due: Moment, now: Moment) {
        let place = &mut self.places[index];
        self.settled += u64::from(place.subscribed.is_none());
        place.subscribed.get_or_insert(now);
        self.subscribed += 1;
        self.results.counts.joins += 1;
        self.results.joins.record(now.since(due));
        self.results.joined.count(now, 1);
        self.results.last_joined = Some(now);
    }

    pub(super) fn retries(&mut self) {
        self.results.counts.join_retries += 1;
    }

    pub(super) fn leaves(&mut self) {
        self.subscribed -= 1;
    }

    /// A participant could not join.
    pub(super) fn gives_up(&mut self, index: usize, why: &Lost) {
        self.settled += u64::from(self.places[index].subscribed.is_none());
        self.fail(index, &format!("did not join: {why}"));
    }

    pub(super) fn fail(&mut self, index: usize, kind: &str) {
        let place = &self.places[index];
        self.results.fail(kind, || format!("participant {} in room {}", place.number, place.room));
    }

    /// Counts a frame of a participant's subscription.
    pub(super) fn frame(&mut self, index: usize, frame: &[u8], now: Moment) -> Brought {
        let Self { results, places, received, scanned, paced, .. } = self;
        scanned.look(frame);
        let Scanned { events, batch, .. } = scanned;
        let place = &mut places[index];
        let room = &mut received[place.room as usize];
        let before = place.position.last;
        for &event in &*events {
            place.observe(event, now, results, room, *paced);
        }
        results.counts.frames += 1;
        results.counts.bytes += on_the_wire(frame.len());
        results.deliveries.count(now, events.len() as u64);
        match batch.cursor {
            Some(cursor) if batch.is_gap => {
                results.counts.gaps += 1;
                results.fail("a gap was announced", || {
                    format!("participant {} from {before:?} to {cursor}", place.number)
                });
                place.position.jump(cursor);
            }
            Some(cursor) => place.position.reach(cursor),
            None => {}
        }
        if !events.is_empty() || batch.cursor.is_some() {
            Brought::Events
        } else {
            Brought::Nothing
        }
    }

    pub(super) fn progress(&self) -> Progress {
        let results = &self.results;
        Progress {
            subscribed: self.subscribed,
            settled: self.settled,
            deliveries: results.counts.deliveries,
            bytes: results.counts.bytes,
            failures: results.failures.values().map(|failure| failure.count).sum(),
            p50: results.latency.quantile(0.5),
            p99: results.latency.quantile(0.99),
        }
    }

    /// Whether everybody who ever joined is at the end of its room.
    pub(super) fn has_reached(&self, heads: &BTreeMap<u32, u64>) -> bool {
        let mut joined = self.places.iter().filter(|place| place.subscribed.is_some());
        joined.all(|place| place.position.last >= heads.get(&place.room).copied())
    }

    /// Everything, with participants who saw the same in one line.
    pub(super) fn results(self, assignment: &Assignment) -> Results {
        let mut results = self.results;
        for (room, received) in self.received.into_iter().enumerate() {
            if !received.is_empty() {
                results.rooms.entry(room as u32).or_default().received.extend(received);
            }
        }
        let mut readers: BTreeMap<_, Readers> = BTreeMap::new();
        let mut missed: BTreeMap<_, Missed> = BTreeMap::new();
        for place in self.places {
            let Some(subscribed) = place.subscribed else { continue };
            let (start, last, example) = (place.position.start, place.position.last, place.number);
            let alike = Readers { start, last, participants: 0, subscribed, example };
            let group = readers.entry((place.room, start, last)).or_insert(alike);
            group.participants += 1;
            group.subscribed = group.subscribed.min(subscribed);
            for hole in place.position.holes {
                let alike = Missed { hole, participants: 0, example };
                missed.entry((place.room, hole)).or_insert(alike).participants += 1;
            }
        }
        for ((room, ..), readers) in readers {
            results.rooms.entry(room).or_default().readers.push(readers);
        }
        for ((room, _), missed) in missed {
            results.rooms.entry(room).or_default().holes.push(missed);
        }
        debug_assert!(results.rooms.len() <= assignment.rooms as usize);
        results
    }
}

/// A message with the head of its frame.
fn on_the_wire(bytes: usize) -> u64 {
    let head = match bytes {
        0..126 => 2,
        126..65_536 => 4,
        _ => 10,
    };
    (bytes + head) as u64
}

#[cfg(test)]
mod tests;
