//! The table of contents: every address that the public listener serves.

use crate::{app::App, config::Mode, development, health, http, pages};
use axum::{
    Router,
    http::{HeaderName, Method, header},
    middleware,
    routing::{get, post},
};
use std::{sync::Arc, time::Duration};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// What the clients of chats, AppSync's among them, send beside what a browser adds itself.
const ALLOWED_HEADERS: [HeaderName; 7] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    HeaderName::from_static("apollo-require-preflight"),
    HeaderName::from_static("x-amz-date"),
    HeaderName::from_static("x-amz-security-token"),
    HeaderName::from_static("x-amz-user-agent"),
    HeaderName::from_static("x-api-key"),
];

/// How long a browser may remember a preflight.
const PREFLIGHT_AGE: Duration = Duration::from_secs(7200);

/// The public addresses.
pub(crate) fn public(app: &Arc<App>) -> Router {
    let router = Router::new()
        .route("/graphql", get(http::get).post(http::post))
        // Where AppSync's clients look: behind their endpoint, behind one with a slash at its end, and behind a proxy.
        .route("/graphql/realtime", get(http::realtime))
        .route("/graphql//realtime", get(http::realtime))
        .route("/realtime", get(http::realtime))
        // Each address of the room client's router (`web/src/app/routes.tsx`).
        .route("/", get(pages::room))
        .route("/rooms/{*path}", get(pages::room))
        .route("/config.json", get(pages::about))
        .route("/assets/{*path}", get(pages::asset));
    let router =
        health::PATHS.iter().fold(router, |router, path| router.route(path, get(health::health)));
    let router = match app.mode {
        Mode::Development => router.route("/graphiql", get(pages::graphiql)),
        Mode::Production => router,
    };
    let router = match app.development {
        Some(_) => router
            .route("/dev/.well-known/jwks.json", get(development::jwks))
            .route("/dev/token", post(development::token)),
        None => router,
    };
    router.layer(cors(app)).layer(middleware::from_fn(http::observe)).with_state(Arc::clone(app))
}

fn cors(app: &App) -> CorsLayer {
    let origins = app.origins.clone();
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| origins.contain(origin)))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(ALLOWED_HEADERS)
        .expose_headers([
            http::ERROR_TYPE,
            http::AMZN_REQUEST_ID,
            http::REQUEST_ID,
            header::RETRY_AFTER,
        ])
        .max_age(PREFLIGHT_AGE)
}
