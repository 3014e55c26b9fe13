//! Whether the hook answers, for the log: said when it changes, not for every question.

use super::client::Failure;
use std::{
    error::Error,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use tracing::{info, warn};

/// A hook is well again when nothing has failed for so long. One that fails now and then would else fill the log.
const QUIET: Duration = Duration::from_secs(10);

/// When something failed last, until it is well again.
#[derive(Default)]
pub(super) struct Health {
    failed_at: Mutex<Option<Instant>>,
}

/// What is worth a line.
#[derive(Debug, PartialEq, Eq)]
enum Change {
    Ill,
    Well,
}

impl Health {
    /// Notes an answer or a failure.
    pub(super) fn note(&self, failure: Option<&Failure>) {
        match (self.change(failure.is_some(), Instant::now()), failure) {
            (Some(Change::Ill), Some(failure)) => {
                warn!(error = failure as &dyn Error, "the review hook fails");
            }
            (Some(Change::Well), _) => info!("the review hook answers again"),
            _ => {}
        }
    }

    fn change(&self, failed: bool, now: Instant) -> Option<Change> {
        let mut failed_at = self.failed_at.lock().unwrap_or_else(PoisonError::into_inner);
        match (*failed_at, failed) {
            (before, true) => {
                *failed_at = Some(now);
                before.is_none().then_some(Change::Ill)
            }
            (Some(before), false) if now.saturating_duration_since(before) >= QUIET => {
                *failed_at = None;
                Some(Change::Well)
            }
            (_, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_a_change_and_none_for_a_relapse() {
        let (health, start) = (Health::default(), Instant::now());
        let noted = [(true, 0), (true, 1), (false, 2), (true, 3), (false, 13), (false, 14)];
        let changes = noted
            .map(|(failed, second)| health.change(failed, start + Duration::from_secs(second)));
        assert_eq!(changes, [Some(Change::Ill), None, None, None, Some(Change::Well), None]);
    }
}
