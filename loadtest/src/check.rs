//! Compares what participants received with what was acknowledged and with what others received.
//!
//! A position that nobody received and no sender was told is none that anything is said about: a server may leave
//! positions void. Every other one must have reached every participant of the room since it was subscribed.

use crate::results::{Readers, Results, RoomResults};
use std::{collections::BTreeSet, time::Duration};

/// How far the clocks of processes and machines may be apart before a message counts as sent after a subscription.
const CLOCK_SLACK: Duration = Duration::from_millis(100);

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) kind: String,
    pub(crate) count: u64,
    pub(crate) example: String,
}

/// Everything that is wrong with a run, what was seen during it first.
pub(crate) fn violations(results: &Results) -> Vec<Violation> {
    let seen = results.failures.iter().map(|(kind, failure)| Violation {
        kind: kind.clone(),
        count: failure.count,
        example: failure.example.clone(),
    });
    let missing = results.rooms.iter().flat_map(|(&number, room)| missing(number, room));
    seen.chain(missing).chain(nothing(results)).collect()
}

/// How many positions below the newest are known to nobody.
pub(crate) fn voids(results: &Results) -> u64 {
    let of = |room: &RoomResults| {
        let known = known(room);
        let span = known.first().zip(known.last()).map_or(0, |(first, last)| last - first + 1);
        span - known.len() as u64
    };
    results.rooms.values().map(of).sum()
}

fn nothing(results: &Results) -> Option<Violation> {
    let counts = results.counts;
    let is_empty = counts.participants > 0 && counts.messages > 0 && counts.deliveries == 0;
    is_empty.then(|| Violation {
        kind: "nothing was delivered".to_owned(),
        count: counts.participants,
        example: "no participant received any event".to_owned(),
    })
}

fn missing(number: u32, room: &RoomResults) -> Vec<Violation> {
    let known = known(room);
    let violation = |(participants, example, positions): (u64, u64, Vec<u64>)| Violation {
        kind: format!("missing in room {number}"),
        count: participants * positions.len() as u64,
        example: format!(
            "{participants} participants (number {example} for one) never got {}",
            listed(&positions)
        ),
    };
    let in_holes = room.holes.iter().map(|missed| {
        let positions = known.range(missed.hole.first..=missed.hole.last).copied().collect();
        (missed.participants, missed.example, positions)
    });
    let at_the_edges = room.readers.iter().map(|readers| {
        (readers.participants, readers.example, at_the_edges(readers, room, &known))
    });
    let all = in_holes.chain(at_the_edges);
    all.filter(|(_, _, positions)| !positions.is_empty()).map(violation).collect()
}

/// What readers did not get before their first and after their last position.
fn at_the_edges(readers: &Readers, room: &RoomResults, known: &BTreeSet<u64>) -> Vec<u64> {
    let subscribed = readers.subscribed.plus(CLOCK_SLACK);
    let sent_later =
        |seq: &u64| room.acknowledged.get(seq).is_some_and(|message| message.sent > subscribed);
    match (readers.start, readers.last) {
        (Some(start), Some(last)) => {
            // Subscribed means delivered, whatever the server says about the beginning.
            let before = known.range(..=start).copied().filter(sent_later);
            before.chain(known.range(last + 1..).copied()).collect()
        }
        _ => known.iter().copied().filter(sent_later).collect(),
    }
}

fn known(room: &RoomResults) -> BTreeSet<u64> {
    room.acknowledged.keys().chain(room.received.keys()).copied().collect()
}

fn listed(positions: &[u64]) -> String {
    const SHOWN: usize = 8;
    let shown: Vec<_> = positions.iter().take(SHOWN).map(u64::to_string).collect();
    let more = positions.len().saturating_sub(SHOWN);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("seq {}{rest}", shown.join(", "))
}

#[cfg(test)]
mod tests;
