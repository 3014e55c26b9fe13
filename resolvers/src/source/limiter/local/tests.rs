use super::*;
use std::time::Duration;

const SECOND: i64 = 1_000_000;

fn every(seconds: u64, burst: u32) -> TokenBucket {
    TokenBucket { every: Duration::from_secs(seconds), burst }
}

#[test]
fn all_buckets_are_taken_from_or_none() {
    let mut buckets = Buckets::default();
    let (own, room) = ((1, every(1, 5)), (2, every(10, 1)));
    assert_eq!(buckets.decide(0, &[own, room], Intent::Take), [0, 0]);
    for _ in 0..9 {
        assert_eq!(buckets.decide(0, &[own, room], Intent::Take), [0, 10 * SECOND]);
    }
    for _ in 0..4 {
        assert_eq!(buckets.decide(0, &[own], Intent::Take), [0], "refusals took no token");
    }
    assert_eq!(buckets.decide(0, &[own], Intent::Take), [SECOND]);
}

#[test]
fn what_is_given_back_can_be_taken_again_and_is_never_more_than_was_taken() {
    let mut buckets = Buckets::default();
    let once = [(1, every(10, 1))];
    assert_eq!(buckets.decide(0, &once, Intent::GiveBack), [0]);
    for _ in 0..3 {
        assert_eq!(buckets.decide(0, &once, Intent::Take), [0]);
        assert_eq!(buckets.decide(0, &once, Intent::Take), [10 * SECOND]);
        for _ in 0..2 {
            assert_eq!(buckets.decide(0, &once, Intent::GiveBack), [0]);
        }
    }
}

#[test]
fn looking_takes_nothing() {
    let mut buckets = Buckets::default();
    let once = [(1, every(10, 1))];
    for _ in 0..3 {
        assert_eq!(buckets.decide(0, &once, Intent::Look), [0]);
    }
    assert_eq!(buckets.decide(0, &once, Intent::Take), [0]);
    assert_eq!(buckets.decide(4 * SECOND, &once, Intent::Look), [6 * SECOND]);
    assert_eq!(buckets.decide(10 * SECOND, &once, Intent::Look), [0]);
}

#[test]
fn a_million_users_take_no_more_memory_than_two_generations_and_the_busy_keep_their_buckets() {
    let mut buckets = Buckets::default();
    let (room, step) = ((u64::MAX, every(3600, 1_000_000)), 1_000);
    let mut largest = 0;
    for user in 0..1_000_000 {
        let mine = (user, every(3600, 1));
        assert_eq!(buckets.decide(0, &[mine, room], Intent::Take), [0, 0]);
        if user % step == 0 {
            largest = largest.max(buckets.recent.capacity() + buckets.before.capacity());
        }
    }
    // A table of so many entries has room for a power of two of them, less an eighth.
    assert!(largest <= 2 * (1 << 19), "{largest}");
    assert_eq!(buckets.decide(0, &[room], Intent::Look), [3600 * SECOND]);
    assert_eq!(buckets.decide(0, &[(999_999, every(3600, 1))], Intent::Look), [3600 * SECOND]);
}

#[tokio::test(start_paused = true)]
async fn time_is_the_nodes_own() {
    let local = Local::default();
    let check = |key: &str| Check {
        limit: super::super::rules::Limit::User,
        key: key.to_owned(),
        bucket: every(10, 1),
    };
    assert_eq!(local.decide(&[check("a")], Intent::Take), [0]);
    tokio::time::advance(Duration::from_secs(4)).await;
    assert_eq!(local.decide(&[check("a")], Intent::Take), [6 * SECOND]);
    assert_eq!(local.decide(&[check("b")], Intent::Take), [0]);
    tokio::time::advance(Duration::from_secs(6)).await;
    assert_eq!(local.decide(&[check("a")], Intent::Take), [0]);
}
