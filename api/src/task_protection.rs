//! Asks Amazon ECS not to end this task while it has many clients.
//!
//! Scaling in and deployments end tasks, and ECS cannot know what hangs on one. A node does: while it has enough sockets its task is
//! protected, and it gives the protection back when it has fewer. A protection ends by itself, so a node that hangs is not kept.

mod agent;
mod policy;

use self::{agent::Agent, policy::Policy};
use crate::{config::EcsOptions, server::Lifecycle, ws::Endpoint};
use metrics::{counter, gauge};
use schema::DateTime;
use serde::Serialize;
use std::{
    error::Error,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    select,
    time::{Instant, sleep},
};
use tracing::{info, warn};

/// How often the sockets are counted.
const BEAT: Duration = Duration::from_secs(1);

/// The longest pause between attempts.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// The protection of this task, for operators. A cheap handle.
#[derive(Clone)]
pub(crate) struct TaskProtection(Arc<Mutex<Status>>);

/// How the protection is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    /// So many sockets protect the task.
    sockets: usize,
    /// Until when ECS has promised not to end the task.
    protected_until: Option<DateTime>,
    /// Attempts that failed in a row.
    failures: u32,
    last_error: Option<String>,
}

impl TaskProtection {
    /// Looks after the protection until the node drains, if it is told to.
    pub(crate) fn start(
        options: &EcsOptions,
        sockets: Endpoint,
        lifecycle: &Lifecycle,
    ) -> Result<Option<Self>, Box<dyn Error>> {
        let Some(threshold) = options.task_protection_sockets else { return Ok(None) };
        let uri = options.ecs_agent_uri.as_ref().ok_or(
            "TASK_PROTECTION_SOCKETS needs ECS_AGENT_URI, which Amazon ECS sets in the containers of its tasks",
        )?;
        let agent = Agent::new(uri)?;
        let none =
            Status { sockets: threshold, protected_until: None, failures: 0, last_error: None };
        let protection = Self(Arc::new(Mutex::new(none)));
        gauge!("plenary_task_protected").set(0.0);
        let keeper = protection.clone();
        let node = lifecycle.clone();
        lifecycle.spawn(async move { keeper.keep(&agent, &sockets, &node).await });
        Ok(Some(protection))
    }

    pub(crate) fn status(&self) -> Status {
        self.lock().clone()
    }

    async fn keep(&self, agent: &Agent, sockets: &Endpoint, node: &Lifecycle) {
        let mut policy = Policy::new(self.lock().sockets);
        loop {
            let draining = node.is_draining();
            let open = if draining { 0 } else { sockets.connections() };
            let pause = match policy.wants(open, draining, Instant::now()) {
                None => BEAT,
                Some(wish) => match agent.ask(wish).await {
                    Ok(()) => {
                        policy.granted(wish, Instant::now());
                        self.report(policy.left(Instant::now()), open);
                        BEAT
                    }
                    Err(failure) => {
                        self.report_failure(&failure.to_string(), policy.left(Instant::now()))
                    }
                },
            };
            // What is left of a protection now ends by itself.
            if draining {
                return;
            }
            select! {
                () = sleep(pause) => {}
                () = node.drain_begins() => {}
            }
        }
    }

    fn report(&self, left: Option<Duration>, open: usize) {
        counter!("plenary_task_protection_requests_total", "result" => "ok").increment(1);
        let mut status = self.lock();
        let was_protected = status.protected_until.is_some();
        status.lasts(left);
        (status.failures, status.last_error) = (0, None);
        match (was_protected, left) {
            (false, Some(_)) => info!(sockets = open, "the task is protected"),
            (true, None) => info!(sockets = open, "the task is no longer protected"),
            _ => {}
        }
    }

    /// Returns how long to wait before the next attempt.
    fn report_failure(&self, failure: &str, left: Option<Duration>) -> Duration {
        counter!("plenary_task_protection_requests_total", "result" => "failed").increment(1);
        warn!(error = failure, "ECS does not change the protection of the task");
        let mut status = self.lock();
        status.lasts(left);
        status.failures = status.failures.saturating_add(1);
        status.last_error = Some(failure.to_owned());
        pause(status.failures)
    }

    fn lock(&self) -> MutexGuard<'_, Status> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Status {
    fn lasts(&mut self, left: Option<Duration>) {
        self.protected_until = left.map(|left| DateTime::now().plus(left));
        gauge!("plenary_task_protected").set(if left.is_some() { 1.0 } else { 0.0 });
    }
}

/// Exponential, with jitter: after an outage of ECS not all tasks ask at once.
fn pause(failures: u32) -> Duration {
    let longest = BEAT.saturating_mul(2_u32.saturating_pow(failures)).min(LONGEST_PAUSE);
    longest.mul_f64(0.5 + 0.5 * fastrand::f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_become_rare_but_never_end() {
        for (failures, least, most) in [(1, 1, 2), (3, 4, 8), (10, 30, 60), (u32::MAX, 30, 60)] {
            let pause = pause(failures);
            let range = Duration::from_secs(least)..=Duration::from_secs(most);
            assert!(range.contains(&pause), "{failures}: {pause:?}");
        }
    }
}
