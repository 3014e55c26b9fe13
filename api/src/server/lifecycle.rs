//! From the first connection to the last.

use super::{addresses::Place, door::Slot};
use crate::config::ConnectionLimits;
use serde::Serialize;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Semaphore, task::JoinHandle, time};
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerWaitFuture},
};

/// Whether the node still takes work, and what it still has to finish.
#[derive(Clone, Debug)]
pub struct Lifecycle {
    draining: CancellationToken,
    tasks: TaskTracker,
    slots: Arc<Semaphore>,
    max_connections: usize,
}

/// How many connections there are, WebSockets and event streams among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ConnectionCount {
    /// As many are open.
    pub open: usize,
    /// As many may be.
    pub max: usize,
}

impl Lifecycle {
    pub(crate) fn new(limits: &ConnectionLimits) -> Self {
        // "As many as there are" may be written as a number that no semaphore takes.
        let max_connections = limits.max_connections.min(Semaphore::MAX_PERMITS);
        Self {
            draining: CancellationToken::new(),
            tasks: TaskTracker::new(),
            slots: Arc::new(Semaphore::new(max_connections)),
            max_connections,
        }
    }

    /// Whether the node ends and takes no more work.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// A token that is canceled when the node begins to end.
    #[must_use]
    pub fn draining(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Returns when the node begins to end.
    pub async fn drain_begins(&self) {
        self.draining.cancelled().await;
    }

    /// Whether the node has as many connections as it may have.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.slots.available_permits() == 0
    }

    /// How many connections there are and may be.
    #[must_use]
    pub fn connections(&self) -> ConnectionCount {
        let open = self.max_connections - self.slots.available_permits();
        ConnectionCount { open, max: self.max_connections }
    }

    /// Starts a task that the node waits for before it ends.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        self.tasks.spawn(task)
    }

    pub(super) fn take_slot(&self, place: Place) -> Option<Slot> {
        let permit = Arc::clone(&self.slots).try_acquire_owned().ok()?;
        Some(Slot::new(permit, place))
    }

    /// Tells everyone, and waits for the tasks as long as it may take.
    pub(super) async fn drain(&self, patience: Duration) {
        self.draining.cancel();
        self.tasks.close();
        tracing::info!(tasks = self.tasks.len(), "draining");
        let finished: TaskTrackerWaitFuture<'_> = self.tasks.wait();
        if time::timeout(patience, finished).await.is_err() {
            tracing::warn!(
                tasks = self.tasks.len(),
                "connections were still open when the time to drain was over"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Cli, Command};
    use clap::Parser;

    #[test]
    fn a_node_may_have_any_number_of_connections() {
        let max = usize::MAX.to_string();
        let cli = Cli::parse_from(["plenary", "serve", "--max-connections", &max]);
        let Command::Serve(config) = cli.command else { panic!("another command") };
        assert!(!Lifecycle::new(&config.connection).is_full());
    }
}
