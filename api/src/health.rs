//! What a load balancer or an orchestrator asks. Table and broker are not asked: one blip of theirs would take every node out at once.
//!
//! Two questions look alike and have different consequences. Who only routes asks `/readyz`: a node that is full or drains gets
//! nobody new, and keeps everybody it has. Amazon ECS replaces a task whose target is unhealthy, so its target group asks `/startedz`:
//! a node that is full must not be ended for it, with everybody on it, and one that drains has been deregistered already.

use crate::app::App;
use axum::{
    extract::State,
    http::{StatusCode, Uri},
};
use std::sync::Arc;

/// Where it is asked.
pub(crate) const PATHS: [&str; 3] = ["/healthz", "/startedz", "/readyz"];

/// Answers at each of [`PATHS`].
pub(crate) async fn health(State(app): State<Arc<App>>, uri: Uri) -> (StatusCode, &'static str) {
    answer(&app, uri.path()).unwrap_or((StatusCode::NOT_FOUND, ""))
}

/// How the node is, as the path asks; `None` at any other.
pub(crate) fn answer(app: &App, path: &str) -> Option<(StatusCode, &'static str)> {
    match path {
        // The process answers.
        "/healthz" => Some((StatusCode::OK, "ok\n")),
        "/startedz" => Some(started(app)),
        "/readyz" => Some(ready(app)),
        _ => None,
    }
}

/// Whether the node can serve, now or as soon as there is room. Once it can, it stays so.
fn started(app: &App) -> (StatusCode, &'static str) {
    match app.verifier.ready() {
        true => (StatusCode::OK, "started\n"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "no keys to check tokens with\n"),
    }
}

/// Whether the node takes new clients.
fn ready(app: &App) -> (StatusCode, &'static str) {
    if app.lifecycle.is_draining() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
    } else if app.lifecycle.is_full() {
        (StatusCode::SERVICE_UNAVAILABLE, "as many connections as there may be\n")
    } else if app.verifier.ready() {
        (StatusCode::OK, "ready\n")
    } else {
        started(app)
    }
}
