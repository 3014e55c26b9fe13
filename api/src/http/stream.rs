//! GraphQL over server-sent events, for clients behind proxies that let no WebSocket through.

use super::{accept::MediaType, caller::Caller, refusal::Refusal};
use crate::{app::App, server::Connection, ws::CloseCode};
use async_graphql::Request;
use axum::{
    http::{
        HeaderName,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};

/// Tells nginx, and those who imitate it, to pass on what comes when it comes.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Answers by a stream. The head of the answer waits until a subscription is live, so whoever has it misses nothing.
pub(super) async fn stream(
    app: &App,
    request: Request,
    caller: Caller,
    connection: Connection,
) -> Result<Response, Refusal> {
    if app.lifecycle.is_draining() {
        return Err(Refusal::draining());
    }
    let body = app.sockets.stream(request, caller.0, connection).await;
    let body = body.map_err(|code| match code {
        CloseCode::TooManyConnections => Refusal::too_many_connections(),
        CloseCode::ServiceRestart => Refusal::draining(),
        _ => Refusal::full(),
    })?;
    let content_type = MediaType::EventStream.content_type();
    let mut response = ([(CONTENT_TYPE, content_type)], body).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, axum::http::HeaderValue::from_static("no-cache"));
    headers.insert(ACCEL_BUFFERING, axum::http::HeaderValue::from_static("no"));
    Ok(response)
}
