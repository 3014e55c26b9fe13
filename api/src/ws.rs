//! WebSocket: a stand-in that speaks no protocol yet.

use crate::{app::App, server::Connection};
use axum::{
    extract::Request,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// Takes a connection over from HTTP. Its `Origin` has been checked.
pub async fn upgrade(_app: Arc<App>, _connection: Connection, _request: Request) -> Response {
    StatusCode::NOT_IMPLEMENTED.into_response()
}
