//! One operation as a stream of steps.

use super::operations::{presented, unavailable};
use crate::ws::{
    endpoint::Shared,
    hub::Membership,
    protocol::{Event, OperationId},
};
use async_graphql::{Response, ServerError, Value};
use futures_util::{FutureExt, StreamExt, stream, stream::BoxStream};
use schema::Error;
use std::{panic::AssertUnwindSafe, time::Duration};
use tokio::time::timeout;

/// What an operation leads to. The last event is `Failed` or `Completed`, unless it joins a group.
pub(super) enum Step {
    Report(Event),
    /// From now on the group delivers, and there is nothing more to run.
    Joined(OperationId, Membership),
}

/// The responses of an execution.
pub(super) type Responses = BoxStream<'static, Result<Response, Panicked>>;

/// A resolver panicked; the process and the connection go on.
pub(super) struct Panicked;

/// Responses that end with a panic.
pub(super) fn guarded(responses: BoxStream<'static, Response>) -> Responses {
    let guarded = AssertUnwindSafe(responses).catch_unwind();
    guarded.map(|response| response.map_err(|_| Panicked)).boxed()
}

/// The response of a mutation. It runs in a task of its own, because a mutation that was begun is finished even if the
/// client leaves, or its time is over.
pub(super) fn detached(mut responses: BoxStream<'static, Response>, shared: &Shared) -> Responses {
    let task = shared.tasks.spawn(async move { responses.next().await });
    stream::once(task.map(|joined| joined.ok().flatten().ok_or(Panicked))).boxed()
}

/// A query or a mutation: one response, within its time.
pub(super) fn once(
    id: OperationId,
    mut responses: Responses,
    limit: Duration,
) -> BoxStream<'static, Step> {
    let events = async move {
        match timeout(limit, responses.next()).await {
            Err(_) => {
                tracing::warn!("an operation did not end in time");
                vec![Event::Failed { id, errors: vec![unavailable()] }]
            }
            Ok(None) => vec![Event::Completed { id }],
            Ok(Some(Err(Panicked))) => vec![panicked(id)],
            Ok(Some(Ok(response))) if is_request_error(&response) => {
                vec![Event::Failed { id, errors: response.errors }]
            }
            Ok(Some(Ok(response))) => vec![
                Event::Next { id: id.clone(), response: Box::new(response) },
                Event::Completed { id },
            ],
        }
    };
    events.map(stream::iter).flatten_stream().map(Step::Report).boxed()
}

pub(super) fn panicked(id: OperationId) -> Event {
    tracing::error!("a resolver panicked");
    Event::Failed { id, errors: vec![presented(&Error::internal("a resolver panicked"))] }
}

/// Whether a response has errors and no data.
pub(super) fn is_refusal(response: &Response) -> bool {
    !response.errors.is_empty() && response.data == Value::Null
}

/// Whether a response says that nothing was executed.
fn is_request_error(response: &Response) -> bool {
    // Only what a resolver reports has a path.
    let without_path = |error: &ServerError| error.path.is_empty();
    is_refusal(response) && response.errors.iter().all(without_path)
}
