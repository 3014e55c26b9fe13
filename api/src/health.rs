//! What a load balancer asks. Table and broker are not asked: one blip of theirs would take every node out at once.

use crate::app::App;
use axum::{extract::State, http::StatusCode};
use std::sync::Arc;

/// The process answers.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// The node takes new clients.
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    if app.lifecycle.is_draining() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
    } else if !app.verifier.ready() {
        (StatusCode::SERVICE_UNAVAILABLE, "no keys to check tokens with\n")
    } else if app.lifecycle.is_full() {
        (StatusCode::SERVICE_UNAVAILABLE, "as many connections as there may be\n")
    } else {
        (StatusCode::OK, "ready\n")
    }
}
