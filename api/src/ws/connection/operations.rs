//! The operations that run on one connection.

use super::{operation::Operation, shape::Shape};
use crate::ws::{
    Live,
    endpoint::Shared,
    protocol::{Event, OperationId},
};
use async_graphql::{ErrorExtensionValues, Request, ServerError, parser::types::OperationType};
use futures_util::{
    StreamExt,
    stream::{AbortHandle, Abortable, SelectAll},
};
use resolvers::Identity;
use schema::Error;
use std::{collections::HashMap, sync::Arc};

/// Running operations, polled in turn: [`SelectAll`] only polls those that woke, in the order they did, so a busy one
/// does not starve the others.
pub(super) struct Operations {
    shared: Arc<Shared>,
    running: HashMap<OperationId, Running>,
    streams: SelectAll<Abortable<Operation>>,
}

struct Running {
    kind: OperationType,
    /// What a subscription selects; nothing for what answers once.
    fields: usize,
    abort: AbortHandle,
}

impl Operations {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, running: HashMap::new(), streams: SelectAll::new() }
    }

    /// Whether there is nothing to wait for.
    pub(super) fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.running.len() >= self.shared.limits.max_operations
    }

    pub(super) fn has_mutations(&self) -> bool {
        self.running.values().any(|running| running.kind == OperationType::Mutation)
    }

    /// Starts an operation, and returns what can be said of it at once.
    pub(super) fn start(
        &mut self,
        id: OperationId,
        mut request: Request,
        identity: &Arc<Identity>,
    ) -> Option<Event> {
        let (kind, fields) = match Shape::of(&mut request, self.shared.limits.max_tokens) {
            Shape::Once(kind) => (kind, 0),
            Shape::Subscription { fields } if self.has_room_for(fields) => {
                (OperationType::Subscription, fields)
            }
            Shape::Subscription { .. } => {
                let beyond = Error::RateLimited { retry_after: None };
                return Some(Event::Failed { id, errors: vec![presented(&beyond)] });
            }
            Shape::ManyRoots => return Some(Event::Failed { id, errors: vec![many_roots()] }),
        };
        let live = Live::default();
        let responses = (self.shared.execute)(request, Arc::clone(identity), live.clone());
        let operation = match kind {
            OperationType::Subscription => {
                Operation::subscription(id.clone(), responses, live, &self.shared)
            }
            OperationType::Mutation => Operation::mutation(id.clone(), responses, &self.shared),
            OperationType::Query => Operation::query(id.clone(), responses, &self.shared),
        };
        let (operation, abort) = futures_util::stream::abortable(operation);
        self.streams.push(operation);
        self.running.insert(id.clone(), Running { kind, fields, abort });
        // Only a subscription has something to be in time for.
        (kind != OperationType::Subscription).then_some(Event::Started { id })
    }

    /// Every event is executed once for each subscription that hears it: together they cost what one large one would.
    fn has_room_for(&self, fields: usize) -> bool {
        let taken: usize = self.running.values().map(|running| running.fields).sum();
        taken.saturating_add(fields) <= self.shared.limits.max_subscribed_fields
    }

    /// Drops an operation. A mutation that has begun runs to its end unheard: half a write would cost others more.
    pub(super) fn stop(&mut self, id: &OperationId) {
        if let Some(running) = self.running.remove(id) {
            running.abort.abort();
        }
    }

    /// Waits for the next event of any operation; for ever, if none runs. Dropped halfway, it loses nothing.
    pub(super) async fn next(&mut self) -> Event {
        let Some(event) = self.streams.next().await else { return std::future::pending().await };
        if let Event::Failed { id, .. } | Event::Completed { id } = &event {
            self.running.remove(id);
        }
        event
    }
}

/// The node cannot serve this now.
pub(super) fn unavailable() -> ServerError {
    presented(&Error::Unavailable(None))
}

/// An error of this project as GraphQL shows it.
pub(super) fn presented(error: &Error) -> ServerError {
    let mut extensions = ErrorExtensionValues::default();
    error.extend(&mut extensions);
    ServerError { extensions: Some(extensions), ..ServerError::new(error.to_string(), None) }
}

/// The specification demands one root field; async-graphql does not check it, drops fragments there, and could not say
/// when the whole subscription is live.
fn many_roots() -> ServerError {
    presented(&Error::bad_input("query", "a subscription selects exactly one root field"))
}
