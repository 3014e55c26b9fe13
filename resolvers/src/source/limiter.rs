//! The limits that people feel: how often one person may act, slow mode, the same text again, and what a room takes in.
//!
//! ```text
//! Admit ── checks: one bucket per limit, by key (rules.rs)
//!            ├─ Local: this node's memory
//!            └─ Redis: one script, all checks or none; while Redis is away, Local
//! ```
//!
//! Every limit is a [`TokenBucket`]: slow mode is one with a single token per user, unique messages one with a single
//! token per user and text. So a decision is one question about a list of buckets: take one token from each, or from none.

mod bucket;
mod local;
mod redis;
mod rules;

pub use bucket::TokenBucket;
pub use rules::{Action, Fingerprint, Rules};

use self::{
    bucket::{Intent, Wait},
    local::Local,
    redis::Redis,
    rules::{Check, Limit},
};
use super::{Request, broker::RedisConfig};
use crate::Sources;
use metrics::{counter, gauge};
use schema::{Error, Result, RoomId, UserId};
use serde::Serialize;
use std::{sync::Arc, time::Duration};

/// Counts what people do, in the node or for all nodes together. A handle that is cheap to clone.
#[derive(Clone)]
pub struct Limiter {
    counter: Counter,
}

/// Where the limiter counts, for `/statusz` and for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// In this node, which is alone.
    Local,
    /// In Redis, for all nodes together.
    Shared,
    /// In this node until Redis answers again: everybody has the same limits on each node anew.
    Fallback,
}

/// Counts one action of a user in a room, if all the rules allow it; else nothing is counted.
///
/// The refusals are `RATE_LIMITED`, `SLOW_MODE`, `DUPLICATE_CONTENT` and `ROOM_BUSY`, looked for in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admit {
    /// The room.
    pub room: RoomId,
    /// Who acts.
    pub user: UserId,
    /// What is done.
    pub action: Action,
    /// What applies; whoever is exempt has fewer rules.
    pub rules: Rules,
    /// The text, where there is one: what [`Rules::unique_for`] is about.
    pub text: Option<Fingerprint>,
}

/// Asks how long a user has to wait before the rules about him allow this action; nothing is counted. What the room has
/// to do with everybody together is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhenMaySend {
    /// The room.
    pub room: RoomId,
    /// Who would act.
    pub user: UserId,
    /// What would apply.
    pub rules: Rules,
}

/// Gives back what an action was counted for that did not happen then. A token that was counted elsewhere is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GiveBack(pub Admit);

#[derive(Clone)]
enum Counter {
    Local(Arc<Local>),
    Redis(Arc<Redis>),
}

impl Limiter {
    /// A limiter within the process, for a node that is alone.
    #[must_use]
    pub fn local() -> Self {
        gauge!("plenary_limiter_up").set(1.0);
        Self { counter: Counter::Local(Arc::default()) }
    }

    /// A limiter over Redis or Valkey, a single server or a cluster; which of them, the server says.
    ///
    /// It connects in the background. Must be called within a Tokio runtime.
    #[must_use]
    pub fn redis(config: RedisConfig) -> Self {
        Self { counter: Counter::Redis(Arc::new(Redis::start(config))) }
    }

    /// Where it counts now.
    #[must_use]
    pub fn status(&self) -> Status {
        match &self.counter {
            Counter::Local(_) => Status::Local,
            Counter::Redis(redis) => redis.status(),
        }
    }

    /// What [`Admit`] does.
    ///
    /// # Errors
    /// When a rule refuses it.
    pub async fn admit(&self, admit: &Admit) -> Result<()> {
        let checks = admit.rules.checks(admit);
        let waits = self.decide(&checks, Intent::Take).await;
        let refused = checks.iter().zip(waits).find(|(_, wait)| *wait > 0);
        let outcome = refused.as_ref().map_or("admitted", |(check, _)| check.limit.label());
        let action = admit.action.label();
        counter!("plenary_limiter_decisions_total", "action" => action, "outcome" => outcome)
            .increment(1);
        match refused {
            Some((check, wait)) => Err(check.limit.refusal(duration(wait))),
            None => Ok(()),
        }
    }

    /// What [`WhenMaySend`] does.
    pub async fn when_may_send(&self, when: &WhenMaySend) -> Option<Duration> {
        let rules = Rules { room: None, unique_for: None, ..when.rules };
        let (room, user) = (when.room.clone(), when.user.clone());
        let checks = rules.checks(&Admit { room, user, action: Action::Send, rules, text: None });
        let waits = self.decide(&checks, Intent::Look).await;
        waits.into_iter().max().filter(|wait| *wait > 0).map(duration)
    }

    /// What [`GiveBack`] does.
    pub async fn give_back(&self, admit: &Admit) {
        self.decide(&admit.rules.checks(admit), Intent::GiveBack).await;
    }

    /// How long each check would have to wait; where none has to, and it was meant, all have taken a token.
    async fn decide(&self, checks: &[Check], intent: Intent) -> Vec<Wait> {
        match &self.counter {
            _ if checks.is_empty() => Vec::new(),
            Counter::Local(local) => local.decide(checks, intent),
            Counter::Redis(redis) => redis.decide(checks, intent).await,
        }
    }
}

impl Default for Limiter {
    fn default() -> Self {
        Self::local()
    }
}

impl Request for Admit {
    const NAME: &'static str = "admit";
    type Output = ();

    async fn send(self, sources: &Sources) -> Result<()> {
        sources.guards.limiter.admit(&self).await
    }
}

impl Request for GiveBack {
    const NAME: &'static str = "give_back";
    type Output = ();

    async fn send(self, sources: &Sources) -> Result<()> {
        sources.guards.limiter.give_back(&self.0).await;
        Ok(())
    }
}

impl Request for WhenMaySend {
    const NAME: &'static str = "when_may_send";
    type Output = Option<Duration>;

    async fn send(self, sources: &Sources) -> Result<Option<Duration>> {
        Ok(sources.guards.limiter.when_may_send(&self).await)
    }
}

impl Limit {
    fn refusal(self, retry_after: Duration) -> Error {
        match self {
            Self::User => Error::RateLimited { retry_after: Some(retry_after) },
            Self::SlowMode => Error::SlowMode { retry_after },
            Self::Duplicate => Error::DuplicateContent { retry_after },
            Self::Room => Error::RoomBusy { retry_after },
        }
    }

    /// The limit's name in metrics, as an outcome.
    fn label(self) -> &'static str {
        match self {
            Self::User => "rate_limited",
            Self::SlowMode => "slow_mode",
            Self::Duplicate => "duplicate",
            Self::Room => "room_busy",
        }
    }
}

/// Rounded up to what clients are told, for who comes back a moment early is refused again.
fn duration(wait: Wait) -> Duration {
    Duration::from_millis(u64::try_from(wait).unwrap_or_default().div_ceil(1000))
}

#[cfg(test)]
mod tests;
