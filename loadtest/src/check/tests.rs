use super::*;
use crate::{
    clock::Moment,
    position::{Hole, Position},
    results::{Acknowledged, Failure, Missed, Received},
};

/// A room in which these positions were acknowledged, each sent at the second of its number, and these participants,
/// subscribed at a second, received these.
fn run(acknowledged: &[u64], participants: &[(i64, &[u64])]) -> Results {
    let mut room = RoomResults::default();
    for &seq in acknowledged {
        let at = Moment(seq as i64 * 1_000_000);
        room.acknowledged.insert(seq, Acknowledged { due: at, sent: at });
    }
    for (number, &(subscribed, seen)) in participants.iter().enumerate() {
        let mut position = Position::default();
        for &seq in seen {
            position.observe(seq);
            let received = Received { due: None, last_receipt: Moment(0), deliveries: 1 };
            room.received.entry(seq).or_insert(received);
        }
        let example = number as u64;
        room.readers.push(Readers {
            start: position.start,
            last: position.last,
            participants: 1,
            subscribed: Moment(subscribed * 1_000_000),
            example,
        });
        let missed = |hole: Hole| Missed { hole, participants: 1, example };
        room.holes.extend(position.holes.into_iter().map(missed));
    }
    let mut results = Results::default();
    results.counts.participants = participants.len() as u64;
    results.counts.messages = acknowledged.len() as u64;
    results.counts.deliveries = participants.iter().map(|(_, seen)| seen.len() as u64).sum();
    results.rooms.insert(0, room);
    results
}

fn missing_in(results: &Results) -> Vec<String> {
    violations(results).into_iter().map(|violation| violation.example).collect()
}

#[test]
fn everything_to_everybody_is_no_violation() {
    let results = run(&[1, 2, 3], &[(0, &[1, 2, 3]), (0, &[1, 2, 3])]);
    assert_eq!(violations(&results), []);
    assert_eq!(voids(&results), 0);
}

#[test]
fn a_lost_message_is_found_wherever_it_was() {
    for (seen, lost) in [(&[2, 3], 1), (&[1, 3], 2), (&[1, 2], 3)] {
        let results = run(&[1, 2, 3], &[(0, &[1, 2, 3]), (0, seen)]);
        let found = missing_in(&results);
        assert_eq!(found, [format!("1 participants (number 1 for one) never got seq {lost}")]);
    }
}

#[test]
fn a_message_that_nobody_got_is_missing_when_it_was_acknowledged() {
    assert_eq!(violations(&run(&[1, 2, 3], &[(0, &[1, 3])])).len(), 1);
    let void = run(&[1, 3], &[(0, &[1, 3])]);
    assert_eq!((violations(&void), voids(&void)), (vec![], 1));
}

#[test]
fn a_message_without_acknowledgement_is_missing_when_another_got_it() {
    assert_eq!(violations(&run(&[1, 3], &[(0, &[1, 2, 3]), (0, &[1, 3])])).len(), 1);
}

#[test]
fn who_joins_late_needs_only_what_is_sent_from_then_on() {
    assert_eq!(violations(&run(&[1, 2, 3], &[(0, &[1, 2, 3]), (2, &[3])])), []);
    assert_eq!(violations(&run(&[1, 2, 3], &[(0, &[1, 2, 3]), (1, &[3])])).len(), 1);
}

#[test]
fn who_got_nothing_is_found() {
    assert_eq!(violations(&run(&[1, 2], &[(0, &[1, 2]), (0, &[])])).len(), 1);
    assert!(violations(&run(&[1, 2], &[(5, &[])])).iter().any(|it| it.kind.contains("nothing")));
}

#[test]
fn what_was_seen_to_go_wrong_is_listed() {
    let mut results = run(&[1], &[(0, &[1])]);
    results.fail("duplicate", || "seq 1".to_owned());
    results.fail("duplicate", || "seq 2".to_owned());
    assert_eq!(results.failures["duplicate"], Failure { count: 2, example: "seq 1".to_owned() });
    assert_eq!(violations(&results).len(), 1);
}

#[test]
fn two_machines_find_together_what_neither_finds_alone() {
    // One has the sender's word, the other a participant who did not get the message.
    let (mut sending, receiving) = (run(&[1, 2], &[]), run(&[], &[(0, &[1])]));
    assert_eq!(violations(&sending), []);
    assert_eq!(violations(&receiving), []);
    sending.merge(receiving);
    assert_eq!(violations(&sending).len(), 1);
}

#[test]
fn different_messages_at_one_position_are_found_when_results_merge() {
    let with_due = |due| {
        let mut results = run(&[], &[(0, &[1])]);
        let room = results.rooms.get_mut(&0).unwrap();
        room.received.get_mut(&1).unwrap().due = Some(Moment(due));
        results
    };
    let (mut same, mut other) = (with_due(5), with_due(5));
    same.merge(with_due(5));
    other.merge(with_due(6));
    assert_eq!(violations(&same), []);
    assert_eq!(violations(&other).len(), 1);
}

#[test]
fn a_position_that_two_senders_were_told_is_found() {
    let mut results = run(&[1], &[(0, &[1])]);
    results.merge(run(&[1], &[(0, &[1])]));
    assert_eq!(violations(&results)[0].kind, crate::results::TWICE);
}
