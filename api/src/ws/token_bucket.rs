//! A rate limit for one connection.

use super::Rate;
use std::time::Duration;
use tokio::time::Instant;

/// Lets `burst` through at once and `per_second` in the long run.
#[derive(Debug)]
pub(super) struct TokenBucket {
    rate: Rate,
    level: f64,
    filled_at: Instant,
}

impl TokenBucket {
    /// A full bucket.
    pub(super) fn new(rate: Rate, now: Instant) -> Self {
        Self { rate, level: f64::from(rate.burst), filled_at: now }
    }

    /// Takes one, or says when there will be one.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let per_second = f64::from(self.rate.per_second.max(1));
        let gained = now.saturating_duration_since(self.filled_at).as_secs_f64() * per_second;
        self.level = (self.level + gained).min(f64::from(self.rate.burst));
        self.filled_at = now;
        if self.level < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - self.level) / per_second));
        }
        self.level -= 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_the_rate_holds() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(Rate { per_second: 10, burst: 3 }, start);
        assert_eq!((0..5).filter(|_| bucket.take(start).is_ok()).count(), 3);
        assert_eq!(bucket.take(start), Err(Duration::from_millis(100)));
        let later = start + Duration::from_millis(100);
        assert_eq!((bucket.take(later).is_ok(), bucket.take(later).is_ok()), (true, false));
    }

    #[test]
    fn idling_saves_up_no_more_than_a_burst() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(Rate { per_second: 10, burst: 3 }, start);
        let much_later = start + Duration::from_hours(1);
        assert_eq!((0..9).filter(|_| bucket.take(much_later).is_ok()).count(), 3);
    }
}
