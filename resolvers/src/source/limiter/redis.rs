//! Buckets in Redis or Valkey, for all nodes together. Chat must go on while it is away, so this node's own buckets are
//! asked then, at once.

mod connection;
mod keeper;

use self::keeper::Shared;
use super::{
    Status,
    bucket::{Intent, Wait},
    local::Local,
    rules::Check,
};
use crate::source::broker::{Failure, RedisConfig};
use metrics::counter;
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;
use tokio_util::sync::DropGuard;

/// A sender waits for no decision longer than this. The script takes microseconds, so a server that needs more is ill.
const TIME_LIMIT: Duration = Duration::from_millis(150);

/// The keeper's task ends when this is dropped.
pub(super) struct Redis {
    shared: Arc<Shared>,
    local: Local,
    _keeper: DropGuard,
}

impl Redis {
    pub(super) fn start(config: RedisConfig) -> Self {
        let shared = Arc::new(Shared::default());
        let keeper = keeper::start(Arc::clone(&shared), config);
        Self { shared, local: Local::default(), _keeper: keeper }
    }

    pub(super) fn status(&self) -> Status {
        match self.shared.link() {
            Some(_) => Status::Shared,
            None => Status::Fallback,
        }
    }

    pub(super) async fn decide(&self, checks: &[Check], intent: Intent) -> Vec<Wait> {
        if let Some(mut link) = self.shared.link() {
            let failure = match timeout(TIME_LIMIT, link.connection.decide(checks, intent)).await {
                Ok(Ok(waits)) => return waits,
                Ok(Err(error)) => Failure::of(&error),
                Err(_) => Failure(format!("no answer within {TIME_LIMIT:?}")),
            };
            self.shared.give_up(link.number, &failure);
        }
        counter!("plenary_limiter_fallbacks_total").increment(1);
        self.local.decide(checks, intent)
    }
}
