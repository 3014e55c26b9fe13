//! How long to wait before the next attempt.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);

/// Exponential, with full jitter: nodes that lost the same server do not come back in step.
#[derive(Default)]
pub(in crate::source) struct Backoff {
    attempts: u32,
}

impl Backoff {
    /// A random time below a ceiling that doubles with each call.
    pub(in crate::source) fn next(&mut self) -> Duration {
        let ceiling = ceiling(self.attempts);
        self.attempts = self.attempts.saturating_add(1);
        ceiling.mul_f64(fastrand::f64())
    }

    pub(in crate::source) fn reset(&mut self) {
        self.attempts = 0;
    }
}

fn ceiling(attempts: u32) -> Duration {
    FIRST.saturating_mul(2_u32.saturating_pow(attempts)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_two_seconds() {
        let ceilings: Vec<u128> = (0..8).map(|attempts| ceiling(attempts).as_millis()).collect();
        assert_eq!(ceilings, [50, 100, 200, 400, 800, 1600, 2000, 2000]);
        assert_eq!(ceiling(u32::MAX), LONGEST);
    }
}
