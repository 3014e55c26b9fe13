//! One operation as a stream of events.

use super::operations::{presented, unavailable};
use crate::ws::{
    Live,
    endpoint::Shared,
    metrics::Counted,
    protocol::{Event, OperationId},
};
use async_graphql::{Response, ServerError, Value};
use futures_util::{FutureExt, Stream, StreamExt, stream, stream::BoxStream};
use schema::Error;
use std::{
    panic::AssertUnwindSafe,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::time::{Sleep, sleep};

/// Turns the responses of an execution into events, the last of which is `Failed` or `Completed`.
pub(super) struct Operation {
    id: OperationId,
    responses: BoxStream<'static, Result<Response, Panicked>>,
    stage: Stage,
    _counted: Option<Counted>,
}

enum Stage {
    /// A subscription whose resolver has not said that it is live.
    Starting(Box<Starting>),
    /// A subscription that became live with a response in hand.
    Holding(Box<Response>),
    /// A live subscription.
    Live,
    /// A query or a mutation, and the end of its time.
    Once(Pin<Box<Sleep>>),
    Ended,
}

struct Starting {
    live: Live,
    timeout: Pin<Box<Sleep>>,
}

/// A resolver panicked; the process and the connection go on.
struct Panicked;

impl Operation {
    pub(super) fn query(
        id: OperationId,
        responses: BoxStream<'static, Response>,
        shared: &Shared,
    ) -> Self {
        Self { id, responses: guarded(responses), stage: once(shared), _counted: None }
    }

    /// Runs in a task of its own, because a mutation that was begun is finished even if the client leaves, or its time is
    /// over.
    pub(super) fn mutation(
        id: OperationId,
        mut responses: BoxStream<'static, Response>,
        shared: &Shared,
    ) -> Self {
        let task = shared.tasks.spawn(async move { responses.next().await });
        let outcome = task.map(|joined| joined.ok().flatten().ok_or(Panicked));
        Self { id, responses: stream::once(outcome).boxed(), stage: once(shared), _counted: None }
    }

    pub(super) fn subscription(
        id: OperationId,
        responses: BoxStream<'static, Response>,
        live: Live,
        shared: &Shared,
    ) -> Self {
        let starting = Starting { live, timeout: Box::pin(sleep(shared.limits.start_timeout)) };
        Self {
            id,
            responses: guarded(responses),
            stage: Stage::Starting(Box::new(starting)),
            _counted: Some(shared.metrics.subscription()),
        }
    }

    fn poll_start(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        // Polled first: this is what runs the resolver.
        let response = self.responses.poll_next_unpin(cx);
        let Stage::Starting(starting) = &mut self.stage else { return Poll::Pending };
        let is_live = starting.live.poll_signal(cx).is_ready();
        match response {
            Poll::Ready(Some(Ok(response))) if !is_live && is_refusal(&response) => {
                self.fail(response.errors)
            }
            Poll::Ready(Some(Ok(response))) => {
                self.stage = Stage::Holding(Box::new(response));
                self.started()
            }
            Poll::Ready(Some(Err(Panicked))) => self.panicked(),
            Poll::Ready(None) => self.complete(),
            Poll::Pending if is_live => {
                self.stage = Stage::Live;
                self.started()
            }
            Poll::Pending => {
                ready!(starting.timeout.as_mut().poll(cx));
                tracing::warn!("a subscription did not start in time");
                self.fail(vec![unavailable()])
            }
        }
    }

    fn poll_result(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        let response = self.responses.poll_next_unpin(cx);
        if let (Poll::Pending, Stage::Once(timeout)) = (&response, &mut self.stage) {
            ready!(timeout.as_mut().poll(cx));
            tracing::warn!("an operation did not end in time");
            return self.fail(vec![unavailable()]);
        }
        match ready!(response) {
            Some(Ok(response))
                if matches!(self.stage, Stage::Once(_)) && is_request_error(&response) =>
            {
                self.fail(response.errors)
            }
            Some(Ok(response)) => {
                Poll::Ready(Event::Next { id: self.id.clone(), response: Box::new(response) })
            }
            Some(Err(Panicked)) => self.panicked(),
            None => self.complete(),
        }
    }

    fn started(&self) -> Poll<Event> {
        Poll::Ready(Event::Started { id: self.id.clone() })
    }

    fn panicked(&mut self) -> Poll<Event> {
        tracing::error!("a resolver panicked");
        self.fail(vec![presented(&Error::internal("a resolver panicked"))])
    }

    fn fail(&mut self, errors: Vec<ServerError>) -> Poll<Event> {
        self.stage = Stage::Ended;
        Poll::Ready(Event::Failed { id: self.id.clone(), errors })
    }

    fn complete(&mut self) -> Poll<Event> {
        self.stage = Stage::Ended;
        Poll::Ready(Event::Completed { id: self.id.clone() })
    }
}

impl Stream for Operation {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let event = match std::mem::replace(&mut self.stage, Stage::Live) {
            Stage::Ended => {
                self.stage = Stage::Ended;
                return Poll::Ready(None);
            }
            Stage::Holding(response) => Poll::Ready(Event::Next { id: self.id.clone(), response }),
            stage @ Stage::Starting(_) => {
                self.stage = stage;
                self.poll_start(cx)
            }
            stage => {
                self.stage = stage;
                self.poll_result(cx)
            }
        };
        event.map(Some)
    }
}

fn once(shared: &Shared) -> Stage {
    Stage::Once(Box::pin(sleep(shared.limits.operation_timeout)))
}

fn guarded(
    responses: BoxStream<'static, Response>,
) -> BoxStream<'static, Result<Response, Panicked>> {
    let guarded = AssertUnwindSafe(responses).catch_unwind();
    guarded.map(|response| response.map_err(|_| Panicked)).boxed()
}

/// Whether a response says that nothing was executed.
fn is_request_error(response: &Response) -> bool {
    // Only what a resolver reports has a path.
    is_refusal(response) && response.errors.iter().all(|error| error.path.is_empty())
}

/// Whether a response has errors and no data.
fn is_refusal(response: &Response) -> bool {
    !response.errors.is_empty() && response.data == Value::Null
}
