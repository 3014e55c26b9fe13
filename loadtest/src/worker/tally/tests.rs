use super::*;
use crate::{check, cli::Scenario, mark::Mark, protocol::Protocol, results::DIFFERENT};
use std::time::Duration;

const START: Moment = Moment(1_000_000_000);

fn tally(scenario: Scenario) -> (Tally, Assignment) {
    let assignment = Assignment {
        worker: 0,
        workers: 1,
        participants: 2,
        rooms: 1,
        small_room: 0,
        paced: u64::MAX,
        run_id: "r".to_owned(),
        targets: vec![String::new()],
        tokens: vec![],
        subscription: String::new(),
        scenario,
        protocol: Protocol::default(),
        start: START,
        ramp: Duration::ZERO,
        patience: Duration::ZERO,
        slow_every: 2,
        return_spread: Duration::ZERO,
    };
    let mut tally = Tally::new(&assignment);
    for participant in 0..2 {
        tally.asks(participant, START);
        tally.joins(participant, START, after(1));
        tally.frame(participant, br#"{"cursor":"0","resume":"LIVE","events":[]}"#, after(1));
    }
    (tally, assignment)
}

fn after(milliseconds: u64) -> Moment {
    START.plus(Duration::from_millis(milliseconds))
}

/// A frame with a message due so many milliseconds after the start.
fn frame(seq: u64, due: u64) -> Vec<u8> {
    let content = Mark { due: after(due), number: seq }.content(60);
    let event = format!(r#"{{"seq":{seq},"message":{{"content":"{content}"}}}}"#);
    format!(r#"{{"cursor":"{seq}","resume":"LIVE","events":[{event}]}}"#).into_bytes()
}

fn kinds(results: &Results) -> Vec<String> {
    check::violations(results).into_iter().map(|violation| violation.kind).collect()
}

#[test]
fn latency_is_from_the_time_at_which_a_message_was_due() {
    let (mut tally, assignment) = tally(Scenario::Steady);
    tally.frame(0, &frame(1, 100), after(130));
    tally.frame(1, &frame(1, 100), after(150));
    assert!(tally.has_reached(&BTreeMap::from([(0, 1)])));
    let results = tally.results(&assignment);
    assert_eq!(kinds(&results), [""; 0]);
    assert_eq!(results.latency.count(), 2);
    assert_eq!(results.latency.max().as_millis(), 50);
    assert_eq!(results.last_receipts().max().as_millis(), 50);
    assert_eq!(results.joins.max().as_millis(), 1);
    assert_eq!(results.rooms[&0].readers.len(), 1);
}

#[test]
fn a_planted_loss_duplicate_disorder_and_gap_are_found() {
    let (mut tally, assignment) = tally(Scenario::Steady);
    for seq in [1, 2, 3, 4] {
        tally.frame(0, &frame(seq, seq), after(10));
    }
    for seq in [1, 1, 4, 3] {
        tally.frame(1, &frame(seq, seq), after(10));
    }
    tally.frame(1, br#"{"cursor":"9","resume":"GAP","events":[]}"#, after(11));
    let found = kinds(&tally.results(&assignment));
    let planted =
        ["a gap was announced", "delivered out of order", "delivered twice", "missing in room 0"];
    assert_eq!(found, planted);
}

#[test]
fn one_position_with_two_messages_is_found() {
    let (mut tally, assignment) = tally(Scenario::Steady);
    tally.frame(0, &frame(1, 5), after(10));
    tally.frame(1, &frame(1, 6), after(10));
    assert_eq!(kinds(&tally.results(&assignment)), [DIFFERENT]);
}

#[test]
fn what_is_replayed_and_what_the_slow_get_is_not_counted_as_latency() {
    let (mut tally, assignment) = tally(Scenario::SlowConsumers);
    tally.frame(0, &frame(1, 5), after(9_000));
    tally.leaves();
    tally.asks(1, after(5_000));
    tally.joins(1, after(4_000), after(5_001));
    tally.frame(1, &frame(1, 5), after(5_002));
    tally.frame(1, &frame(2, 5_100), after(5_103));
    tally.frame(0, &frame(2, 5_100), after(9_000));
    let results = tally.results(&assignment);
    assert_eq!(kinds(&results), [""; 0]);
    assert_eq!((results.latency.count(), results.latency.max().as_millis()), (1, 3));
    assert_eq!((results.slow_latency.count(), results.counts.replayed), (2, 1));
}
