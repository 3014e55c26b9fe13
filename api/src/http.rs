//! GraphQL over HTTP (<https://graphql.github.io/graphql-over-http/draft/>).
//!
//! Nothing here reads a cookie: a request counts for whom its `Authorization` or `x-api-key` names, headers that no page can send
//! elsewhere without a preflight. That is what keeps GET safe from forged requests too.

mod accept;
mod answer;
mod caller;
mod form;
mod observe;
mod params;
mod persisted;
mod refusal;
mod stream;

pub(crate) use observe::{AMZN_REQUEST_ID, REQUEST_ID, observe};
pub(crate) use params::json;
pub use persisted::Persisted;
pub(crate) use refusal::{ERROR_TYPE, Refusal};

use crate::{
    app::App, errors, limits, operation, origin, request_id::RequestId, server::Connection, trace,
    ws,
};
use accept::MediaType;
use async_graphql::parser::types::OperationType;
use axum::{
    Extension,
    extract::{FromRequestParts, Request, State},
    http::Method,
    response::{IntoResponse, Response},
};
use caller::Caller;
use form::ErrorForm;
use params::Params;
use resolvers::trace::TraceParent;
use schema::Error;
use std::sync::Arc;
use tokio::{sync::oneshot, time};
use tracing::{Instrument, Span};

/// What is known of a request beside its operation and its caller.
struct Visit {
    method: Method,
    media: MediaType,
    form: ErrorForm,
    id: RequestId,
    connection: Connection,
}

/// `POST /graphql`: queries and mutations, and subscriptions as event streams.
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(connection): Extension<Connection>,
    caller: Result<Caller, Refusal>,
    request: Request,
) -> Result<Response, Refusal> {
    let form = ErrorForm::of(request.headers());
    let served = async {
        let caller = caller?;
        let media = MediaType::negotiate(request.headers())?;
        let (parts, body) = request.into_parts();
        let params = Params::of_body(&parts.headers, body, &app.connection).await;
        let answered = async {
            let request = params.and_then(|params| params.into_request(&app.persisted))?;
            let request = trace::carrying(request, trace::in_headers(&parts.headers));
            let visit = Visit { method: Method::POST, media, form, id, connection };
            visit.answer(&app, request, caller).await
        };
        answered.await.map_err(|refusal: Refusal| refusal.written_as(media))
    };
    served.await.map_err(|refusal| refusal.in_form(form))
}

/// `GET /graphql`: queries, subscriptions as event streams, and the way to a WebSocket.
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    Extension(connection): Extension<Connection>,
    request: Request,
) -> Result<Response, Refusal> {
    if ws::is_upgrade(request.headers()) {
        return upgrade(&app, &connection, request);
    }
    let form = ErrorForm::of(request.headers());
    let (mut parts, _) = request.into_parts();
    let served = async {
        let caller = Caller::from_request_parts(&mut parts, &app).await?;
        let media = MediaType::negotiate(&parts.headers)?;
        let answered = async {
            let request = Params::of_uri(&parts.uri)
                .and_then(|params| params.into_request(&app.persisted))?;
            let request = trace::carrying(request, trace::in_headers(&parts.headers));
            let visit = Visit { method: Method::GET, media, form, id, connection };
            visit.answer(&app, request, caller).await
        };
        answered.await.map_err(|refusal: Refusal| refusal.written_as(media))
    };
    served.await.map_err(|refusal| refusal.in_form(form))
}

/// `GET /graphql/realtime`: nothing but the way to a WebSocket.
pub(crate) async fn realtime(
    State(app): State<Arc<App>>,
    Extension(connection): Extension<Connection>,
    request: Request,
) -> Result<Response, Refusal> {
    upgrade(&app, &connection, request)
}

/// A page of a foreign origin is refused before its connection is taken over.
fn upgrade(app: &App, connection: &Connection, request: Request) -> Result<Response, Refusal> {
    if !origin::allowed(request.headers(), &app.origins) {
        return Err(Refusal::foreign_origin());
    }
    if app.lifecycle.is_draining() {
        return Err(Refusal::draining());
    }
    Ok(app.sockets.upgrade(request, Some(connection.peer.ip())).into_response())
}

impl Visit {
    /// Runs what may be run by this method, and answers in the form that was asked for.
    async fn answer(
        self,
        app: &App,
        mut request: async_graphql::Request,
        caller: Caller,
    ) -> Result<Response, Refusal> {
        let kind = operation(&mut request, app);
        if kind == Some(OperationType::Mutation) && self.method != Method::POST {
            return Err(Refusal::mutation_by_get());
        }
        if self.media == MediaType::EventStream {
            return stream::stream(app, request, caller, self.connection).await;
        }
        let response = match kind {
            Some(OperationType::Subscription) => errors::response(Error::bad_input(
                "query",
                "a subscription needs a WebSocket, or `accept: text/event-stream`",
            )),
            _ => run(app, kind, request, caller, self.id).await,
        };
        Ok(answer::answer(&response, self.media, self.form))
    }
}

/// Runs a query or a mutation within its time.
async fn run(
    app: &App,
    kind: Option<OperationType>,
    request: async_graphql::Request,
    caller: Caller,
    id: RequestId,
) -> async_graphql::Response {
    let patience = app.connection.operation_timeout;
    let executor = app.executor.clone();
    let span = kind.map_or_else(Span::none, |kind| trace::operation(kind, &request));
    if let Some(sent) = TraceParent::of(&span) {
        // From here on every line of the request tells in which trace it is.
        Span::current().record("trace.id", sent.trace_id());
    }
    let execution = async move { executor.execute(request, caller.0, id).await }.instrument(span);
    let response = match kind {
        Some(OperationType::Mutation) => time::timeout(patience, to_its_end(app, execution)).await,
        _ => time::timeout(patience, execution).await,
    };
    response.unwrap_or_else(|_| errors::response(Error::unavailable("the operation took too long")))
}

/// Runs a mutation in a task of its own. One that was begun is finished even if the client leaves or its time is over:
/// half a write would cost others more.
async fn to_its_end(
    app: &App,
    execution: impl Future<Output = async_graphql::Response> + Send + 'static,
) -> async_graphql::Response {
    let (report, outcome) = oneshot::channel();
    let task = async move {
        // Nobody may be left to hear of it.
        let _ = report.send(execution.await);
    };
    app.lifecycle.spawn(task.in_current_span());
    let unfinished = |_| errors::response(Error::internal("a mutation was not finished"));
    outcome.await.unwrap_or_else(unfinished)
}

/// The kind of operation that would be run, if there is one; the schema says what is wrong with the rest.
fn operation(request: &mut async_graphql::Request, app: &App) -> Option<OperationType> {
    limits::check_source(&request.query, app.document.max_tokens).ok()?;
    let name = request.operation_name.clone();
    let document = request.parsed_query().ok()?;
    operation::selected(document, name.as_deref()).map(|operation| operation.ty)
}
