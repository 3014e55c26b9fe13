//! The operations that run on one connection.

use super::operation::Operation;
use crate::{
    limits::check_source,
    ws::{
        Live,
        endpoint::Shared,
        protocol::{Event, OperationId},
    },
};
use async_graphql::{
    ErrorExtensionValues, Request, ServerError,
    parser::types::{DocumentOperations, OperationType, Selection},
};
use futures_util::{
    StreamExt,
    stream::{AbortHandle, Abortable, SelectAll},
};
use resolvers::Identity;
use schema::Error;
use std::{collections::HashMap, sync::Arc, time::Duration};

/// Running operations, polled in turn: [`SelectAll`] only polls those that woke, in the order they did, so a busy one
/// does not starve the others.
pub(super) struct Operations {
    shared: Arc<Shared>,
    running: HashMap<OperationId, Running>,
    streams: SelectAll<Abortable<Operation>>,
}

struct Running {
    kind: OperationType,
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
        let kind = match shape(&mut request, self.shared.limits.max_tokens) {
            Shape::Operation(kind) => kind,
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
        self.running.insert(id.clone(), Running { kind, abort });
        // Only a subscription has something to be in time for.
        (kind != OperationType::Subscription).then_some(Event::Started { id })
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

/// The refusal of an operation beyond a limit of the connection.
pub(super) fn rate_limited(message: &str, retry_after: Option<Duration>) -> ServerError {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", "RATE_LIMITED");
    if let Some(retry_after) = retry_after {
        extensions.set("retryAfterMs", u32::try_from(retry_after.as_millis()).unwrap_or(u32::MAX));
    }
    ServerError { extensions: Some(extensions), ..ServerError::new(message, None) }
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

enum Shape {
    Operation(OperationType),
    ManyRoots,
}

/// What kind of operation a request selects. One that is too long to parse, does not parse or names no operation counts
/// as a query: the execution refuses it and says why.
fn shape(request: &mut Request, max_tokens: usize) -> Shape {
    if check_source(&request.query, max_tokens).is_err() {
        return Shape::Operation(OperationType::Query);
    }
    let name = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else {
        return Shape::Operation(OperationType::Query);
    };
    let selected = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name.as_str()),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            operations.values().next()
        }
        _ => None,
    };
    let Some(operation) = selected else { return Shape::Operation(OperationType::Query) };
    let roots = &operation.node.selection_set.node.items;
    let one_field = matches!(&roots[..], [root] if matches!(root.node, Selection::Field(_)));
    match operation.node.ty {
        OperationType::Subscription if !one_field => Shape::ManyRoots,
        kind => Shape::Operation(kind),
    }
}

/// The specification demands one root field; async-graphql does not check it, drops fragments there, and could not say
/// when the whole subscription is live.
fn many_roots() -> ServerError {
    presented(&Error::bad_input("query", "a subscription selects exactly one root field"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_with_too_many_tokens_is_not_parsed() {
        let kind = |max_tokens| match shape(&mut Request::new("mutation { a }"), max_tokens) {
            Shape::Operation(kind) => Some(kind),
            Shape::ManyRoots => None,
        };
        assert_eq!(kind(4), Some(OperationType::Mutation));
        assert_eq!(kind(3), Some(OperationType::Query));
    }
}
