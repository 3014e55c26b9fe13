//! How long to wait before another attempt: anything up to a ceiling that doubles (full jitter), so that those who lost their
//! connections together do not come back together. The scheme is that of "Exponential Backoff And Jitter" in the AWS
//! Architecture Blog.

use std::time::Duration;

/// No first wait is longer.
const FIRST: Duration = Duration::from_secs(1);
/// No wait is longer.
const LONGEST: Duration = Duration::from_secs(8);

/// The waits of somebody who tries again.
#[derive(Debug)]
pub(crate) struct Backoff {
    ceiling: Duration,
}

impl Backoff {
    pub(crate) fn new() -> Self {
        Self { ceiling: FIRST }
    }

    /// The next wait.
    pub(crate) fn wait(&mut self) -> Duration {
        let wait = self.ceiling.mul_f64(fastrand::f64());
        self.ceiling = (self.ceiling * 2).min(LONGEST);
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_anything_up_to_a_ceiling_that_doubles() {
        let mut backoff = Backoff::new();
        for ceiling in [1, 2, 4, 8, 8, 8].map(Duration::from_secs) {
            assert_eq!(backoff.ceiling, ceiling);
            assert!(backoff.wait() < ceiling);
        }
    }
}
