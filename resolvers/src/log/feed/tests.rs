use super::*;
use crate::log::Payload;
use crate::{
    access::room_for_tests,
    function::message::message_for_tests,
    log::{Change, Counts},
    source::table::Table,
};
use aws_sdk_dynamodb::{Client, Config, config::BehaviorVersion};
use schema::DateTime;
use std::{sync::atomic::AtomicU64, thread};

/// A feed that never asks its table.
pub(in crate::log) fn feed() -> Feed {
    let config = Config::builder().behavior_version(BehaviorVersion::latest()).build();
    let room = room_for_tests();
    let table = Table::new(Client::from_conf(config), "none");
    let tail = Tail::new(room.clone(), Arc::default(), 0);
    let told = (broadcast::Sender::new(1), Sweeper::new(table.clone()));
    Feed::new(Loader { table, room: room.id }, tail, true, told)
}

#[test]
fn the_position_that_listeners_wait_for_never_goes_back() {
    let (feed, next) = (feed(), AtomicU64::new(1));
    for round in 1..=4_000 {
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let seq = next.fetch_add(1, Ordering::Relaxed);
                    feed.offer([Entry::Void { seq, at: DateTime::from_millis(0) }]);
                });
            }
        });
        assert_eq!(feed.position(), 2 * round);
        assert_eq!(*feed.shared.position.borrow(), 2 * round, "listeners would wait in vain");
    }
}

#[test]
fn counts_that_were_told_are_not_taken_back_by_an_entry_that_comes_late() {
    let feed = feed();
    let at = DateTime::from_millis(0);
    let old = Message {
        seq: 900,
        count_version: 5,
        upvote_count: 5,
        ..message_for_tests("ada", MessageKind::Question, at)
    };
    let (change, message) = (Change::Answered, Some(old.clone()));
    let answered =
        Entry::Changed { seq: 2, at, target: 900, change, reason: None, pins: None, message };
    // It waits for its turn while the votes go on.
    feed.offer([answered]);
    let counts = Counts { count_version: 6, upvote_count: 6, ..Counts::from(&old) };
    feed.hear(Payload::Counts { counts: vec![counts] });
    feed.offer([Entry::Void { seq: 1, at }]);
    assert_eq!(feed.tail().message(900).unwrap().upvote_count, 6);
}

#[test]
fn who_subscribes_again_and_again_is_one_participant() {
    let feed = feed();
    let sit = |user: &str| feed.sit(&user.parse().unwrap());
    let (first, second, other) = (sit("ada"), sit("ada"), sit("bob"));
    assert_eq!(feed.present(), 2);
    drop(first);
    assert_eq!(feed.present(), 2);
    drop(second);
    assert_eq!(feed.present(), 1);
    drop(other);
    assert_eq!(feed.present(), 0);
}
