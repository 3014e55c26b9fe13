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

    /// Takes so many, or says when there will be so many. All that there can be is enough for anything.
    pub(super) fn take(&mut self, count: u32, now: Instant) -> Result<(), Duration> {
        let count = f64::from(count.min(self.rate.burst.max(1)));
        let per_second = f64::from(self.rate.per_second.max(1));
        let gained = now.saturating_duration_since(self.filled_at).as_secs_f64() * per_second;
        self.level = (self.level + gained).min(f64::from(self.rate.burst));
        self.filled_at = now;
        if self.level < count {
            return Err(Duration::from_secs_f64((count - self.level) / per_second));
        }
        self.level -= count;
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
        assert_eq!((0..5).filter(|_| bucket.take(1, start).is_ok()).count(), 3);
        assert_eq!(bucket.take(1, start), Err(Duration::from_millis(100)));
        let later = start + Duration::from_millis(100);
        assert_eq!((bucket.take(1, later).is_ok(), bucket.take(1, later).is_ok()), (true, false));
    }

    #[test]
    fn many_are_taken_at_once_or_not_at_all() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(Rate { per_second: 10, burst: 5 }, start);
        assert_eq!(bucket.take(3, start), Ok(()));
        assert_eq!(bucket.take(4, start), Err(Duration::from_millis(200)));
        assert_eq!(bucket.take(2, start), Ok(()));
        let later = start + Duration::from_secs(1);
        assert_eq!(bucket.take(9, later), Ok(()));
        assert_eq!(bucket.take(1, later), Err(Duration::from_millis(100)));
    }

    #[test]
    fn idling_saves_up_no_more_than_a_burst() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(Rate { per_second: 10, burst: 3 }, start);
        let much_later = start + Duration::from_hours(1);
        assert_eq!((0..9).filter(|_| bucket.take(1, much_later).is_ok()).count(), 3);
    }
}
