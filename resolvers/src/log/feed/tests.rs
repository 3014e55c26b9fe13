use super::*;
use crate::{access::room_for_tests, source::table::Table};
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
