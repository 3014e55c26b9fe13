//! What a resolver has: the caller, the time, and one door to the data sources.

use crate::{
    GroupRoles, Guards, Identity, Reading,
    log::{Admission, Ballot, Expelled, Feeds, Sequencer},
    source::{
        Request,
        broker::{Broker, Status},
        limiter,
        profiles::Profiles,
        table::Table,
    },
    trace::TARGET,
};
use async_graphql::Context;
use schema::{DateTime, Result};
use std::{sync::Arc, time::Instant};
use tokio::sync::broadcast;
use tracing::{Instrument, debug_span};

/// The data sources of a node. Cheap to clone.
#[derive(Clone)]
pub struct Sources {
    pub(crate) table: Table,
    pub(crate) broker: Broker,
    pub(crate) feeds: Feeds,
    pub(crate) sequencer: Sequencer,
    pub(crate) admission: Arc<Admission>,
    pub(crate) ballot: Ballot,
    pub(crate) profiles: Profiles,
    pub(crate) roles: Arc<GroupRoles>,
    pub(crate) guards: Arc<Guards>,
}

impl Sources {
    /// The table and the broker, and the room log over them.
    #[must_use]
    pub fn new(table: Table, broker: Broker, roles: GroupRoles) -> Self {
        let sequencer = Sequencer::new(table.clone());
        let feeds = Feeds::new(table.clone(), broker.clone());
        let profiles = Profiles::new(table.clone());
        let (admission, roles, guards) = (Arc::default(), Arc::new(roles), Arc::default());
        let ballot = Ballot::default();
        Self { table, broker, feeds, sequencer, admission, ballot, profiles, roles, guards }
    }

    /// The same with what stands between a sender and the room.
    #[must_use]
    pub fn guarded_by(self, guards: Guards) -> Self {
        Self { guards: Arc::new(guards), ..self }
    }

    /// How the broker is doing.
    #[must_use]
    pub fn broker_status(&self) -> Status {
        self.broker.status()
    }

    /// Where the limiter counts.
    #[must_use]
    pub fn limiter_status(&self) -> limiter::Status {
        self.guards.limiter.status()
    }

    /// Who must not go on as before, from now on: the server ends the person's connections.
    #[must_use]
    pub fn expelled(&self) -> broadcast::Receiver<Expelled> {
        self.feeds.expelled().subscribe()
    }

    /// How many rooms are open on this node.
    #[must_use]
    pub fn open_rooms(&self) -> usize {
        self.feeds.count()
    }
}

/// One operation's context.
#[derive(Clone)]
pub struct Ctx {
    /// The caller.
    pub identity: Arc<Identity>,
    /// When the operation began.
    pub now: DateTime,
    /// How a subscription is seen and bounded from outside.
    pub(crate) reading: Reading,
    sources: Sources,
}

impl Ctx {
    /// The context of an operation that begins now.
    #[must_use]
    pub fn new(identity: Arc<Identity>, sources: Sources, reading: Reading) -> Self {
        Self { identity, now: DateTime::now(), reading, sources }
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
        let span = debug_span!(target: TARGET, "source", call = R::NAME, otel.name = R::NAME);
        let answer = request.send(&self.sources).instrument(span).await;
        let ended = if answer.is_ok() { "ok" } else { "error" };
        metrics::histogram!("plenary_source_duration_seconds", "call" => R::NAME, "result" => ended)
            .record(began.elapsed().as_secs_f64());
        answer
    }

    /// What stands between a sender and the room.
    pub fn guards(&self) -> &Guards {
        &self.sources.guards
    }

    pub(crate) fn roles(&self) -> &GroupRoles {
        &self.sources.roles
    }
}
