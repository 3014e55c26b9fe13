//! The spans of operations, named as OpenTelemetry's conventions for GraphQL servers say
//! (<https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/>): by kind, for names are the clients'. No document,
//! variable or token is in them.

use async_graphql::{Request, Response, parser::types::OperationType};
use axum::http::HeaderMap;
use futures_util::{StreamExt, stream, stream::BoxStream};
use resolvers::trace::TraceParent;
use serde_json::{Map, Value};
use std::any::TypeId;
use tracing::{Instrument, Span, debug_span};

/// The target of this crate's spans.
const TARGET: &str = "api::trace";

/// The header and the extension in which a client says where an operation comes from.
const TRACEPARENT: &str = "traceparent";

/// Bytes of an operation's name that are sent.
const MAX_NAME: usize = 128;

/// What a request's headers say, if they say one thing.
pub(crate) fn in_headers(headers: &HeaderMap) -> Option<TraceParent> {
    let mut values = headers.get_all(TRACEPARENT).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok()?.parse().ok(),
        _ => None,
    }
}

/// What the extensions of an operation say, or the payload of a `connection_init`.
pub(crate) fn in_object(object: &Map<String, Value>) -> Option<TraceParent> {
    object.get(TRACEPARENT)?.as_str()?.parse().ok()
}

/// The request with where it comes from.
pub(crate) fn carrying(request: Request, parent: Option<TraceParent>) -> Request {
    match parent {
        Some(parent) => request.data(parent),
        None => request,
    }
}

/// The span in which an operation is executed; the child of what the request carries, or else a trace of its own.
pub(crate) fn operation(kind: OperationType, request: &Request) -> Span {
    let kind = match kind {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    };
    let name = request.operation_name.as_deref();
    let name = name.map(|name| &name[..name.floor_char_boundary(MAX_NAME)]);
    let span = debug_span!(
        target: TARGET,
        "operation",
        otel.name = kind,
        otel.kind = "server",
        "graphql.operation.type" = kind,
        "graphql.operation.name" = name,
    );
    let parent = request.data.get(&TypeId::of::<TraceParent>());
    if let Some(parent) = parent.and_then(|parent| parent.downcast_ref::<TraceParent>()) {
        parent.adopt(&span);
    }
    span
}

/// What answers once, within a span.
pub(crate) fn once(
    mut responses: BoxStream<'static, Response>,
    span: Span,
) -> BoxStream<'static, Response> {
    stream::once(async move { responses.next().await }.instrument(span))
        .filter_map(std::future::ready)
        .boxed()
}
