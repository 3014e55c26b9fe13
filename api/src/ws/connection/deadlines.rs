//! Everything that a connection does because of the clock.

use crate::ws::{CloseCode, Limits};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// When something is due. Traffic only moves a value here; the timer is not touched per message.
#[derive(Debug)]
pub(super) struct Deadlines {
    limits: Arc<Limits>,
    /// Until the caller is known.
    init: Option<Instant>,
    /// When the token ends.
    expiry: Option<Instant>,
    lifetime: Instant,
    heard_at: Instant,
    /// When the next sign of life is due, in protocols that have one.
    beat: Option<Beat>,
    /// Since when an answer to a ping has been waited for.
    pinged_at: Option<Instant>,
    /// When patience with a full queue ends.
    patience: Option<Instant>,
    drain: Option<Instant>,
    /// When mutations in flight are no longer waited for.
    drain_grace: Option<Instant>,
}

/// A sign of life that comes again and again.
#[derive(Clone, Copy, Debug)]
struct Beat {
    at: Instant,
    period: Duration,
}

/// What is due.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Close(CloseCode),
    Ping,
    Beat,
    Drain,
}

impl Deadlines {
    pub(super) fn new(limits: &Arc<Limits>, now: Instant) -> Self {
        Self {
            limits: limits.clone(),
            init: Some(after(now, limits.init_timeout)),
            expiry: None,
            lifetime: after(now, limits.max_lifetime.mul_f64(0.9 + 0.1 * fastrand::f64())),
            heard_at: now,
            beat: None,
            pinged_at: None,
            patience: None,
            drain: None,
            drain_grace: None,
        }
    }

    /// The earliest instant at which something may be due.
    pub(super) fn next(&self) -> Instant {
        let beat = self.beat.map(|beat| beat.at);
        let optional = [self.init, self.expiry, beat, self.patience, self.drain, self.drain_grace];
        optional.into_iter().flatten().fold(self.lifetime.min(self.silence_ends()), Instant::min)
    }

    /// The caller is known, by a token that is valid for so long.
    pub(super) fn acknowledged(&mut self, now: Instant, token_left: Duration) {
        self.init = None;
        self.expires(now, token_left);
    }

    /// A token that something on the connection rests on is valid for so long. The first that ends, ends the connection.
    pub(super) fn expires(&mut self, now: Instant, token_left: Duration) {
        let expiry = after(now, token_left.saturating_add(self.limits.expiry_grace));
        self.expiry = Some(self.expiry.map_or(expiry, |earlier| earlier.min(expiry)));
    }

    /// Signs of life are sent from now on, one in each period, up to a tenth earlier.
    pub(super) fn beats(&mut self, now: Instant, period: Duration) {
        let early = 0.9 + 0.1 * fastrand::f64();
        self.beat = Some(Beat { at: after(now, period.mul_f64(early)), period });
    }

    /// The client has sent something, no matter what.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard_at = now;
        self.pinged_at = None;
    }

    /// Says how the queue is; patience starts when it becomes full.
    pub(super) fn queue_is_full(&mut self, full: bool, now: Instant) {
        self.patience = match full {
            true => self.patience.or_else(|| Some(after(now, self.limits.slow_consumer_patience))),
            false => None,
        };
    }

    /// The node stops: at some random instant within the spread it is this connection's turn. Only the first time counts.
    pub(super) fn drain(&mut self, now: Instant) {
        if self.drain.is_none() && self.drain_grace.is_none() {
            self.drain = Some(after(now, self.limits.drain_spread.mul_f64(fastrand::f64())));
        }
    }

    /// Takes one thing that is due.
    pub(super) fn due(&mut self, now: Instant) -> Option<Due> {
        let passed = |deadline: Option<Instant>| deadline.is_some_and(|deadline| deadline <= now);
        if passed(self.init) {
            return Some(Due::Close(CloseCode::ConnectionInitialisationTimeout));
        }
        if passed(self.expiry) {
            return Some(Due::Close(CloseCode::TokenExpired));
        }
        if passed(self.patience) {
            return Some(Due::Close(CloseCode::SlowConsumer));
        }
        if passed(self.drain_grace) {
            return Some(Due::Close(CloseCode::ServiceRestart));
        }
        if passed(self.drain) {
            self.drain = None;
            self.drain_grace = Some(after(now, self.limits.drain_grace));
            return Some(Due::Drain);
        }
        if self.lifetime <= now {
            return Some(Due::Close(CloseCode::LifetimeReached));
        }
        if let Some(Beat { period, .. }) = self.beat.filter(|beat| beat.at <= now) {
            self.beats(now, period);
            return Some(Due::Beat);
        }
        self.silence(now)
    }

    fn silence(&mut self, now: Instant) -> Option<Due> {
        if self.silence_ends() > now {
            return None;
        }
        if self.pinged_at.is_some() {
            return Some(Due::Close(CloseCode::KeepAliveTimeout));
        }
        self.pinged_at = Some(now);
        Some(Due::Ping)
    }

    fn silence_ends(&self) -> Instant {
        after(self.pinged_at.unwrap_or(self.heard_at), self.limits.keep_alive)
    }
}

/// An instant that exists, however long the duration: a token may say it never expires.
fn after(now: Instant, duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_hours(24 * 365);
    now + duration.min(FAR)
}

#[cfg(test)]
mod tests {
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
            assert!(deadlines.beat.is_some_and(|beat| beat.at <= then + 55 * SECOND));
        }
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
}
