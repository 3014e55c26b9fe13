//! What is due, and when.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_connection_that_says_nothing_is_closed_in_time() {
    let now = Instant::now();
    let mut deadlines = Deadlines::new(&Arc::default(), now);
    assert_eq!(deadlines.next(), now + 10 * SECOND);
    assert_eq!(deadlines.due(now + 9 * SECOND), None);
    assert_eq!(
        deadlines.due(now + 10 * SECOND),
        Some(Due::Close(CloseCode::ConnectionInitialisationTimeout))
    );
}

#[test]
fn silence_is_answered_with_a_ping_and_then_with_the_end() {
    let (now, mut deadlines) = acknowledged();
    assert_eq!(deadlines.next(), now + 25 * SECOND);
    assert_eq!(deadlines.due(now + 25 * SECOND), Some(Due::Ping));
    assert_eq!(deadlines.due(now + 25 * SECOND), None);
    assert_eq!(deadlines.due(now + 50 * SECOND), Some(Due::Close(CloseCode::KeepAliveTimeout)));
}

#[test]
fn any_traffic_ends_the_silence() {
    let (now, mut deadlines) = acknowledged();
    assert_eq!(deadlines.due(now + 25 * SECOND), Some(Due::Ping));
    deadlines.heard(now + 26 * SECOND);
    assert_eq!(deadlines.due(now + 50 * SECOND), None);
    assert_eq!(deadlines.due(now + 51 * SECOND), Some(Due::Ping));
}

#[test]
fn a_token_ends_its_connection_after_the_grace() {
    let now = Instant::now();
    let mut deadlines = Deadlines::new(&Arc::default(), now);
    deadlines.acknowledged(now, 3 * SECOND);
    assert_eq!(deadlines.due(now + 7 * SECOND), None);
    assert_eq!(deadlines.due(now + 8 * SECOND), Some(Due::Close(CloseCode::TokenExpired)));
    let mut deadlines = Deadlines::new(&Arc::default(), now);
    deadlines.acknowledged(now, Duration::MAX);
    assert_eq!(deadlines.next(), now + 25 * SECOND);
}

#[test]
fn the_first_of_several_tokens_that_ends_counts() {
    let (now, mut deadlines) = acknowledged();
    deadlines.expires(now, 3 * SECOND);
    deadlines.expires(now, 7 * SECOND);
    assert_eq!(deadlines.due(now + 8 * SECOND), Some(Due::Close(CloseCode::TokenExpired)));
}

#[test]
fn signs_of_life_come_again_and_again_whatever_the_client_says() {
    let (now, mut deadlines) = acknowledged();
    deadlines.beats(now, 55 * SECOND);
    for minute in 1..4 {
        let then = now + minute * 60 * SECOND;
        deadlines.heard(then);
        assert_eq!(deadlines.due(then), Some(Due::Beat));
        assert_eq!(deadlines.due(then + SECOND), None);
        deadlines.beats(then, 55 * SECOND);
        assert!(deadlines.beat.is_some_and(|beat| beat <= then + 55 * SECOND));
    }
}

#[test]
fn who_says_nothing_is_not_asked_for_a_sign_of_life() {
    let (now, mut deadlines) = acknowledged();
    deadlines.hears_nothing();
    assert_eq!(deadlines.due(now + 3600 * SECOND / 2), None);
}

#[test]
fn patience_with_a_full_queue_starts_anew_when_there_is_room() {
    let (now, mut deadlines) = acknowledged();
    deadlines.queue_is_full(true, now);
    deadlines.queue_is_full(false, now + 4 * SECOND);
    deadlines.queue_is_full(true, now + 4 * SECOND);
    deadlines.queue_is_full(true, now + 8 * SECOND);
    assert_eq!(deadlines.due(now + 8 * SECOND), None);
    assert_eq!(deadlines.due(now + 9 * SECOND), Some(Due::Close(CloseCode::SlowConsumer)));
}

#[test]
fn a_drain_comes_within_the_spread_and_ends_with_the_grace() {
    let (now, mut deadlines) = acknowledged();
    deadlines.drain(now);
    assert!(deadlines.drain.is_some_and(|turn| turn <= now + 30 * SECOND));
    let turn = now + 30 * SECOND;
    deadlines.heard(turn);
    assert_eq!(deadlines.due(turn), Some(Due::Drain));
    assert_eq!(deadlines.due(turn), None);
    assert_eq!(deadlines.due(turn + 10 * SECOND), Some(Due::Close(CloseCode::ServiceRestart)));
}

fn acknowledged() -> (Instant, Deadlines) {
    let now = Instant::now();
    let mut deadlines = Deadlines::new(&Arc::default(), now);
    deadlines.acknowledged(now, Duration::from_hours(1));
    (now, deadlines)
}
