//! A token bucket as a single number: up to when its time is spent.
//!
//! A token is worth the time in which it grows. A bucket holds the past, but no more of it than all its tokens are worth;
//! taking a token spends the oldest part of that. What is spent already cannot lie in the future, so a bucket whose next
//! token would end there is empty until then. This is GCRA with the reckoning begun at the other end, and has an
//! advantage here: the number stays right when the rate changes, as it does when a moderator slows a room down.

use std::time::Duration;

/// Microseconds since some beginning.
pub(super) type Instant = i64;
/// Microseconds to wait; 0 is none.
pub(super) type Wait = i64;

/// About 50 days, so that nothing overflows.
const LONGEST: i64 = 1 << 42;

/// How often something may be done: `burst` times at once, and one time more for each `every` that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenBucket {
    /// The time in which one token grows.
    pub every: Duration,
    /// How many tokens the bucket holds, 1 at least.
    pub burst: u32,
}

/// What a decision is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Intent {
    /// Take a token from each bucket, or from none.
    Take,
    /// Only look.
    Look,
    /// Give back to each bucket the token that was taken for what did not happen then.
    GiveBack,
}

impl TokenBucket {
    /// `rate` tokens a second after a burst of `burst`; none for a rate of 0, which stands for no limit.
    #[must_use]
    pub fn per_second(rate: u32, burst: u32) -> Option<Self> {
        Self::per(Duration::from_secs(1), rate, burst)
    }

    /// `rate` tokens in each such time after a burst of `burst`; none for a rate of 0, which stands for no limit.
    #[must_use]
    pub fn per(time: Duration, rate: u32, burst: u32) -> Option<Self> {
        Some(Self { every: time.checked_div(rate)?, burst })
    }

    /// A bucket of one token.
    pub(super) fn once_in(every: Duration) -> Self {
        Self { every, burst: 1 }
    }

    /// Up to when the bucket's time would be spent if a token were taken now. In the future: there is no token yet.
    pub(super) fn spend(&self, spent: Option<Instant>, now: Instant) -> Instant {
        let oldest = now.saturating_sub(self.interval().saturating_mul(self.capacity()));
        // A clock that was set back, as that of another server may be, costs nobody more than one token's time.
        spent.map_or(oldest, |spent| spent.min(now).max(oldest)).saturating_add(self.interval())
    }

    /// The microseconds in which one token grows.
    pub(super) fn interval(&self) -> i64 {
        i64::try_from(self.every.as_micros()).unwrap_or(LONGEST).clamp(1, LONGEST)
    }

    /// How many tokens the bucket holds.
    pub(super) fn capacity(&self) -> i64 {
        i64::from(self.burst.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    /// Takes a token at each of these instants and says how long each would have had to wait.
    fn waits(bucket: TokenBucket, instants: &[Instant]) -> Vec<Wait> {
        let mut spent = None;
        let mut take = |now| {
            let next = bucket.spend(spent, now);
            if next <= now {
                spent = Some(next);
            }
            (next - now).max(0)
        };
        instants.iter().map(|now| take(*now)).collect()
    }

    #[test]
    fn a_burst_passes_and_then_the_rate_holds() {
        let bucket = TokenBucket::per_second(2, 3).unwrap();
        let half = SECOND / 2;
        assert_eq!(waits(bucket, &[0, 0, 0, 0, 0]), [0, 0, 0, half, half]);
        assert_eq!(waits(bucket, &[0, 0, 0, half - 1, half, half]), [0, 0, 0, 1, 0, half]);
    }

    #[test]
    fn idling_saves_up_no_more_than_a_burst() {
        let bucket = TokenBucket::per_second(10, 3).unwrap();
        let later = 3600 * SECOND;
        assert_eq!(waits(bucket, &[0, later, later, later, later]), [0, 0, 0, 0, SECOND / 10]);
    }

    #[test]
    fn one_token_is_the_pause_between_two() {
        let bucket = TokenBucket::once_in(Duration::from_secs(30));
        let instants = [5, 6, 30 * SECOND + 4, 30 * SECOND + 5, 30 * SECOND + 6];
        assert_eq!(waits(bucket, &instants), [0, 30 * SECOND - 1, 1, 0, 30 * SECOND - 1]);
    }

    #[test]
    fn a_new_rate_counts_from_what_was_done() {
        let slow = TokenBucket::once_in(Duration::from_secs(60));
        let quick = TokenBucket::once_in(Duration::from_secs(10));
        let spent = Some(slow.spend(None, 0));
        assert_eq!(slow.spend(spent, 4 * SECOND), 60 * SECOND);
        assert_eq!(quick.spend(spent, 4 * SECOND), 10 * SECOND);
    }

    #[test]
    fn a_clock_that_was_set_back_costs_one_token() {
        let bucket = TokenBucket::per_second(1, 5).unwrap();
        assert_eq!(bucket.spend(Some(3600 * SECOND), 0), SECOND);
    }

    #[test]
    fn no_rate_is_no_bucket_and_no_number_is_too_large() {
        assert_eq!(TokenBucket::per_second(0, 5), None);
        let largest = TokenBucket { every: Duration::MAX, burst: u32::MAX };
        assert_eq!(largest.spend(Some(i64::MAX), i64::MAX), i64::MAX);
        assert_eq!(largest.spend(None, i64::MIN), i64::MIN + LONGEST);
        let smallest = TokenBucket { every: Duration::ZERO, burst: 0 };
        assert_eq!(smallest.spend(None, 7), 7);
    }
}
