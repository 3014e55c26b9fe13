//! What happens to every request: it gets a name, its answer is counted and gets the headers that every answer has.

use crate::request_id::RequestId;
use axum::{
    extract::{MatchedPath, Request},
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::Next,
    response::Response,
};
use metrics::{counter, histogram};
use std::time::Instant;
use tracing::{Instrument, field};

/// The header that names the request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The same for clients of AWS.
pub(crate) const AMZN_REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// Surrounds every handler.
pub(crate) async fn observe(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId::generate();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(id.clone());

    let span = tracing::info_span!("request", request.id = %id, trace.id = field::Empty);
    let mut response = next.run(request).instrument(span).await;

    let status = response.status();
    counter!("plenary_http_requests_total", "status" => status.as_str().to_owned()).increment(1);
    histogram!("plenary_http_request_duration_seconds").record(started.elapsed());
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    tracing::debug!(request.id = %id, %method, route, status = status.as_u16(), duration = ?started.elapsed(), "answered");
    complete(response.headers_mut(), &id);
    response
}

fn complete(headers: &mut HeaderMap, id: &RequestId) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert(AMZN_REQUEST_ID, id.clone());
        headers.insert(REQUEST_ID, id);
    }
}
