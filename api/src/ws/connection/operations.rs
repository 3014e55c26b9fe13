//! The operations that run on one connection.

use super::{
    account::Account,
    operation::{self, Step},
    shape::Shape,
    subscription::{Sharing, Subscription},
};
use crate::{
    errors, limits, trace,
    ws::{
        Limits,
        endpoint::Shared,
        group_key::GroupKey,
        hub::Membership,
        metrics::Counted,
        operation_map::OperationMap,
        outlet::Outlet,
        protocol::{Dialect, Event, OperationId},
        users::{Fields, Seat},
    },
};
use async_graphql::{ErrorExtensionValues, Request, ServerError, parser::types::OperationType};
use futures_util::{
    Stream,
    stream::{AbortHandle, Abortable, BoxStream, SelectAll},
};
use resolvers::{Identity, Reading};
use schema::Error;
use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

/// Running operations, polled in turn: [`SelectAll`] only polls those that woke, in the order they did, so a busy one
/// does not starve the others. Those that a group delivers to are not polled at all.
pub(super) struct Operations {
    shared: Arc<Shared>,
    outlet: Arc<Outlet>,
    running: OperationMap<Running>,
    steps: Option<Box<SelectAll<Abortable<BoxStream<'static, Step>>>>>,
}

struct Running {
    kind: OperationType,
    /// What a subscription selects; nothing for what answers once.
    fields: usize,
    /// What is kept of the request, as long as it runs by itself.
    bytes: usize,
    progress: Progress,
    _counted: (Option<Counted>, Option<Fields>, Option<Seat>),
}

enum Progress {
    ByItself(AbortHandle),
    InGroup { membership: Membership },
}

/// What the requests of all operations that run by themselves may weigh, in messages of the greatest size. There may be a hundred
/// operations; but those that are shared keep nothing, and those that answer once, nothing for long.
const MAX_REQUESTS: usize = 8;

impl Operations {
    pub(super) fn new(shared: Arc<Shared>, outlet: Arc<Outlet>) -> Self {
        Self { shared, outlet, running: OperationMap::default(), steps: None }
    }

    pub(super) fn len(&self) -> usize {
        self.running.len()
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
        account: Account<'_>,
    ) -> Option<Event> {
        if let Err(error) = self.shared.trusted.admit(&mut request) {
            return Some(Event::Failed { id, errors: vec![presented(&error)] });
        }
        let (max_tokens, types) = (self.shared.limits.max_tokens, &self.shared.types);
        let only_subscribes = self.outlet.dialect() == Dialect::AppSync;
        let (kind, fields, key) = match Shape::of(&mut request, max_tokens, types) {
            Shape::Once(_) if only_subscribes => return Some(Event::Unsupported { id }),
            Shape::Once(kind) => (kind, 0, None),
            Shape::Unreadable => (OperationType::Query, 0, None),
            Shape::Subscription { fields, key } => (OperationType::Subscription, fields, key),
            Shape::ManyRoots => return Some(Event::Failed { id, errors: vec![many_roots()] }),
        };
        let bytes = weight(&request);
        let fields_of_user = match self.charge(account.seat(), fields, bytes) {
            Ok(fields_of_user) => fields_of_user,
            Err(error) => return Some(Event::Failed { id, errors: vec![presented(&error)] }),
        };
        let counted =
            (kind == OperationType::Subscription).then(|| self.shared.metrics.subscription());
        let steps = self.steps(kind, id.clone(), request, key, identity);
        let (steps, abort) = futures_util::stream::abortable(steps);
        self.steps.get_or_insert_default().push(steps);
        let progress = Progress::ByItself(abort);
        let counted = (counted, fields_of_user, account.guest());
        let running = Running { kind, fields, bytes, progress, _counted: counted };
        self.running.insert(id.clone(), running);
        // Only a subscription has something to be in time for.
        (kind != OperationType::Subscription && !only_subscribes).then_some(Event::Started { id })
    }

    fn steps(
        &self,
        kind: OperationType,
        id: OperationId,
        request: Request,
        key: Option<GroupKey>,
        identity: &Arc<Identity>,
    ) -> BoxStream<'static, Step> {
        let sharing = key.map(|key| self.sharing(key, &id, &request, identity));
        let (reading, span) = (Reading::of_subscriber(), trace::operation(kind, &request));
        let responses = (self.shared.execute)(request, Arc::clone(identity), reading.clone());
        let limit = self.shared.limits.operation_timeout;
        match kind {
            OperationType::Query => {
                operation::once(id, operation::guarded(trace::once(responses, span)), limit)
            }
            OperationType::Mutation => operation::once(
                id,
                operation::detached(trace::once(responses, span), &self.shared),
                limit,
            ),
            OperationType::Subscription => {
                let (responses, shared) = (operation::guarded(responses), self.shared.clone());
                Subscription { id, responses, reading, sharing, shared, span }.steps()
            }
        }
    }

    fn sharing(
        &self,
        key: GroupKey,
        id: &OperationId,
        request: &Request,
        identity: &Arc<Identity>,
    ) -> Sharing {
        let mut copy = Request::new(&request.query).variables(request.variables.clone());
        copy.operation_name.clone_from(&request.operation_name);
        let member = self.outlet.member(id.clone());
        Sharing { key, request: copy, identity: identity.clone(), member }
    }

    /// Counts one more operation's fields where users are counted, if there is room for it on this connection and for its user.
    /// Every event is executed once for each subscription that hears it: together they cost what one large one would.
    fn charge(
        &self,
        seat: Option<&Seat>,
        fields: usize,
        bytes: usize,
    ) -> Result<Option<Fields>, Error> {
        let beyond = Error::RateLimited { retry_after: None };
        let taken: usize = self.running.values().map(|running| running.bytes).sum();
        if taken + bytes > max_bytes(&self.shared.limits) {
            return Err(beyond);
        }
        if fields == 0 {
            // What answers once.
            return Ok(None);
        }
        let taken: usize = self.running.values().map(|running| running.fields).sum();
        if taken.saturating_add(fields) > self.shared.limits.max_subscribed_fields {
            return Err(beyond);
        }
        seat.map(|seat| seat.subscribe(fields).ok_or(beyond)).transpose()
    }

    /// Drops an operation. A mutation that has begun runs to its end unheard: half a write would cost others more.
    pub(super) fn stop(&mut self, id: &OperationId) {
        match self.running.remove(id).map(|running| running.progress) {
            Some(Progress::ByItself(abort)) => abort.abort(),
            Some(Progress::InGroup { membership }) => {
                // After this the group says nothing more about the operation, so what it has said is all there is to forget.
                drop(membership);
                self.outlet.forget(id);
            }
            None => {}
        }
    }

    /// The next event of any operation that runs by itself.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        loop {
            let Some(steps) = &mut self.steps else { return Poll::Pending };
            match ready!(Pin::new(&mut **steps).poll_next(cx)) {
                Some(Step::Report(event)) => {
                    if let Event::Failed { id, .. } | Event::Completed { id } = &event {
                        self.running.remove(id);
                    }
                    return Poll::Ready(event);
                }
                Some(Step::Joined(id, membership)) => {
                    if let Some(running) = self.running.get_mut(&id) {
                        running.progress = Progress::InGroup { membership };
                        running.bytes = 0;
                    }
                }
                // An idle connection keeps no buffer.
                None => self.steps = None,
            }
        }
    }
}

/// What is kept of a request.
pub(super) fn weight(request: &Request) -> usize {
    request.query.len() + request.variables.values().map(limits::weight).sum::<usize>()
}

/// What the requests of one connection may weigh.
pub(super) fn max_bytes(limits: &Limits) -> usize {
    MAX_REQUESTS * limits.max_message_bytes
}

/// The node cannot serve this now.
pub(super) fn unavailable() -> ServerError {
    presented(&Error::Unavailable(None))
}

/// An error of this project as GraphQL shows it, counted.
pub(super) fn presented(error: &Error) -> ServerError {
    errors::count(error.code());
    let mut extensions = ErrorExtensionValues::default();
    error.extend(&mut extensions);
    ServerError { extensions: Some(extensions), ..ServerError::new(error.to_string(), None) }
}

/// The specification demands one root field; async-graphql does not check it, drops fragments there, and could not say
/// when the whole subscription is live.
fn many_roots() -> ServerError {
    presented(&Error::bad_input("query", "a subscription selects exactly one root field"))
}
