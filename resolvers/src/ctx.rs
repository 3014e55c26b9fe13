//! What a resolver has: the caller, the time, and one door to the data sources.

use crate::{
    GroupRoles, Identity,
    log::{Feeds, Sequencer},
    source::{Request, broker::Broker, table::Table},
};
use async_graphql::Context;
use schema::{DateTime, Result};
use std::{sync::Arc, time::Instant};
use tracing::{Instrument, debug_span};

/// The data sources of a node. Cheap to clone.
#[derive(Clone)]
pub struct Sources {
    pub(crate) table: Table,
    pub(crate) feeds: Feeds,
    pub(crate) sequencer: Sequencer,
    pub(crate) roles: Arc<GroupRoles>,
}

impl Sources {
    /// The table and the broker, and the room log over them.
    #[must_use]
    pub fn new(table: Table, broker: Broker, roles: GroupRoles) -> Self {
        let sequencer = Sequencer::new(table.clone());
        Self { feeds: Feeds::new(table.clone(), broker), sequencer, table, roles: Arc::new(roles) }
    }
}

/// One operation's context.
#[derive(Clone)]
pub struct Ctx {
    /// The caller.
    pub identity: Arc<Identity>,
    /// When the operation began.
    pub now: DateTime,
    sources: Sources,
}

impl Ctx {
    /// The context of an operation that begins now.
    #[must_use]
    pub fn new(identity: Arc<Identity>, sources: Sources) -> Self {
        Self { identity, now: DateTime::now(), sources }
    }

    /// The context that the server gave to this operation.
    pub(crate) fn of<'a>(gql: &Context<'a>) -> &'a Self {
        gql.data_unchecked()
    }

    /// Sends one request to its data source.
    ///
    /// Every call of every resolver passes here, so this is where calls are traced and timed.
    pub async fn run<R: Request>(&self, request: R) -> Result<R::Output> {
        let began = Instant::now();
        let answer =
            request.send(&self.sources).instrument(debug_span!("source", call = R::NAME)).await;
        let ended = if answer.is_ok() { "ok" } else { "error" };
        metrics::histogram!("plenary_source_duration_seconds", "call" => R::NAME, "result" => ended)
            .record(began.elapsed().as_secs_f64());
        answer
    }

    pub(crate) fn roles(&self) -> &GroupRoles {
        &self.sources.roles
    }
}
