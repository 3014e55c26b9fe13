//! A subscription, from its start until it ends or a group takes it over.
//!
//! Every subscription begins by itself, from its own position. If others subscribe to the same, it reads up to where
//! they are, and joins them there: nothing is missed in between, and nothing comes twice.

use super::{
    operation::{Responses, Step, is_refusal, panicked},
    operations::unavailable,
};
use crate::ws::{
    endpoint::Shared,
    group_key::GroupKey,
    hub::{self, Group, Member},
    protocol::{Event, OperationId},
};
use async_graphql::{Request, Response};
use futures_util::{StreamExt, stream, stream::BoxStream};
use resolvers::{Audience, HighWatermark, Identity, Reading};
use schema::Seq;
use std::sync::Arc;
use tokio::{
    select,
    time::{Instant, sleep_until},
};
use tracing::{Instrument, Span};

/// A subscription that runs by itself.
pub(super) struct Subscription {
    pub(super) id: OperationId,
    pub(super) responses: Responses,
    pub(super) reading: Reading,
    /// How it can be shared, if its document allows it.
    pub(super) sharing: Option<Sharing>,
    pub(super) shared: Arc<Shared>,
    /// It lasts until the subscription is live.
    pub(super) span: Span,
}

/// What it takes to share a subscription.
pub(super) struct Sharing {
    pub(super) key: GroupKey,
    /// What the group executes, if it begins with this subscription.
    pub(super) request: Request,
    pub(super) identity: Arc<Identity>,
    pub(super) member: Member,
}

struct Running {
    id: OperationId,
    responses: Responses,
    reading: Reading,
    shared: Arc<Shared>,
    span: Span,
    stage: Stage,
    sharing: Option<Sharing>,
    joining: Option<Joining>,
}

enum Stage {
    /// Its resolver has not said that it is live.
    Starting(Instant),
    /// It became live with a response in hand.
    Holding(Box<Response>),
    Live,
    Ended,
}

/// A group to be joined where it is met.
struct Joining {
    group: Arc<Group>,
    member: Member,
    settled: HighWatermark,
    reached: HighWatermark,
}

impl Subscription {
    pub(super) fn steps(self) -> BoxStream<'static, Step> {
        let deadline = Instant::now() + self.shared.limits.start_timeout;
        let running = Running {
            id: self.id,
            responses: self.responses,
            reading: self.reading,
            shared: self.shared,
            span: self.span,
            stage: Stage::Starting(deadline),
            sharing: self.sharing,
            joining: None,
        };
        stream::unfold(running, |mut running| async move {
            let step = running.next().await?;
            Some((step, running))
        })
        .boxed()
    }
}

impl Running {
    async fn next(&mut self) -> Option<Step> {
        match std::mem::replace(&mut self.stage, Stage::Live) {
            Stage::Starting(deadline) => {
                let span = std::mem::replace(&mut self.span, Span::none());
                Some(Step::Report(self.start(deadline).instrument(span).await))
            }
            Stage::Holding(response) => Some(Step::Report(self.result(response))),
            Stage::Live => Some(self.follow().await),
            Stage::Ended => {
                self.stage = Stage::Ended;
                None
            }
        }
    }

    async fn start(&mut self, deadline: Instant) -> Event {
        select! {
            // What is polled first runs the resolver.
            biased;
            response = self.responses.next() => match response {
                Some(Ok(response)) if self.reading.audience().is_none() && is_refusal(&response) => {
                    self.end(Event::Failed { id: self.id.clone(), errors: response.errors })
                }
                Some(Ok(response)) => {
                    self.stage = Stage::Holding(Box::new(response));
                    self.started()
                }
                other => self.ended(other.is_some()),
            },
            () = self.reading.begun() => self.started(),
            () = sleep_until(deadline) => {
                tracing::warn!("a subscription did not start in time");
                self.end(Event::Failed { id: self.id.clone(), errors: vec![unavailable()] })
            }
        }
    }

    /// Finds those who subscribe to the same, and goes no further than they do.
    fn started(&mut self) -> Event {
        let audience = self.reading.audience().filter(|audience| *audience != Audience::Caller);
        if let (Some(audience), Some(sharing)) = (audience, self.sharing.take()) {
            let Sharing { key, request, identity, member } = sharing;
            let group = hub::group(&self.shared, key, audience, request, identity);
            self.reading.bound(group.high_watermark());
            let (settled, reached) = (self.reading.settled(), group.high_watermark());
            self.joining = Some(Joining { group, member, settled, reached });
        }
        Event::Started { id: self.id.clone() }
    }

    async fn follow(&mut self) -> Step {
        loop {
            let met = select! {
                biased;
                response = self.responses.next() => {
                    return Step::Report(match response {
                        Some(Ok(response)) => self.result(Box::new(response)),
                        other => self.ended(other.is_some()),
                    });
                }
                met = met(&mut self.joining) => met,
            };
            let Some((joining, position)) = self.joining.take().zip(met) else { continue };
            match joining.group.join(joining.member, position, &self.reading) {
                Ok(membership) => {
                    self.stage = Stage::Ended;
                    return Step::Joined(self.id.clone(), membership);
                }
                // The group has moved on, or it has ended and is not met again.
                Err(member) => self.joining = Some(Joining { member, ..joining }),
            }
        }
    }

    fn result(&self, response: Box<Response>) -> Event {
        self.shared.metrics.executed();
        Event::Next { id: self.id.clone(), response }
    }

    fn ended(&mut self, has_panicked: bool) -> Event {
        let id = self.id.clone();
        self.end(if has_panicked { panicked(id) } else { Event::Completed { id } })
    }

    fn end(&mut self, event: Event) -> Event {
        self.stage = Stage::Ended;
        event
    }
}

/// Waits until there is nothing between a reading and its group; `None` when there is no longer a group.
async fn met(joining: &mut Option<Joining>) -> Option<Seq> {
    let Some(Joining { settled, reached, .. }) = joining else {
        return std::future::pending().await;
    };
    loop {
        if reached.has_changed().is_err() {
            return None;
        }
        let (here, there) = (*settled.borrow_and_update(), *reached.borrow_and_update());
        if here == there && here.is_some() {
            return here;
        }
        select! {
            _ = settled.changed() => {}
            _ = reached.changed() => {}
        }
    }
}
