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
    /// When the client was last heard; never, where it has nothing to say.
    heard_at: Option<Instant>,
    /// When the next sign of life is due, in protocols that have one.
    beat: Option<Instant>,
    /// Since when an answer to a ping has been waited for.
    pinged_at: Option<Instant>,
    /// When patience with a full queue ends.
    patience: Option<Instant>,
    drain: Option<Instant>,
    /// When mutations in flight are no longer waited for.
    drain_grace: Option<Instant>,
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
            heard_at: Some(now),
            beat: None,
            pinged_at: None,
            patience: None,
            drain: None,
            drain_grace: None,
        }
    }

    /// The earliest instant at which something may be due.
    pub(super) fn next(&self) -> Instant {
        let silence = self.silence_ends();
        let optional = [
            self.init,
            self.expiry,
            self.beat,
            silence,
            self.patience,
            self.drain,
            self.drain_grace,
        ];
        optional.into_iter().flatten().fold(self.lifetime, Instant::min)
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

    /// The next sign of life is due in so long, up to a tenth earlier.
    pub(super) fn beats(&mut self, now: Instant, period: Duration) {
        let early = 0.9 + 0.1 * fastrand::f64();
        self.beat = Some(after(now, period.mul_f64(early)));
    }

    /// The client says nothing by itself and answers no ping.
    pub(super) fn hears_nothing(&mut self) {
        self.heard_at = None;
    }

    /// The client has sent something, no matter what.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard_at = Some(now);
        self.pinged_at = None;
    }

    /// How long the ping took that is answered now; nothing if none was sent.
    pub(super) fn ping_took(&self, now: Instant) -> Option<Duration> {
        self.pinged_at.map(|pinged_at| now - pinged_at)
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
        if passed(self.beat) {
            self.beat = None;
            return Some(Due::Beat);
        }
        self.silence(now)
    }

    fn silence(&mut self, now: Instant) -> Option<Due> {
        if self.silence_ends().is_none_or(|end| end > now) {
            return None;
        }
        if self.pinged_at.is_some() {
            return Some(Due::Close(CloseCode::KeepAliveTimeout));
        }
        self.pinged_at = Some(now);
        Some(Due::Ping)
    }

    fn silence_ends(&self) -> Option<Instant> {
        let since = self.pinged_at.or(self.heard_at)?;
        Some(after(since, self.limits.keep_alive))
    }
}

/// An instant that exists, however long the duration: a token may say it never expires.
fn after(now: Instant, duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_hours(24 * 365);
    now + duration.min(FAR)
}

#[cfg(test)]
mod tests;
