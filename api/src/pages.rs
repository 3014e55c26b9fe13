//! The web pages: files that the web build leaves in `web/dist` and that are part of the binary, and what they need to know of
//! this node.

mod about;
mod policy;

use crate::{app::App, auth::IssuerConfig, config::Mode};
use axum::{
    Json,
    extract::{Path, State},
    http::{
        HeaderValue, StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
            X_FRAME_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};
use std::sync::Arc;

/// What stands in place of pages that were not built.
const MISSING: &str = "The web pages are not part of this build. Install Node 20.19 or newer with npm, run `make web`, \
                       then build and start again.\nThe API is at /graphql.\n";

/// The names of assets carry a hash of their content.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// A page names the assets of its build, so it is asked for each time.
const EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");

#[derive(Embed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Files;

/// What the pages of this node are served with.
pub struct Pages {
    policy: HeaderValue,
    about: serde_json::Value,
}

impl Pages {
    /// The pages of a node that accepts tokens of these issuers.
    #[must_use]
    pub fn new(issuers: &[IssuerConfig], has_development_sign_in: bool, mode: Mode) -> Self {
        let sign_in = about::SignIn::of(issuers, has_development_sign_in);
        let policy = policy::room(sign_in.connects_to().as_deref());
        Self { policy, about: about::about(&sign_in, mode) }
    }
}

/// The room client, at each address that its router knows.
pub(crate) async fn room(State(app): State<Arc<App>>) -> Response {
    page("index.html", app.pages.policy.clone())
}

/// GraphiQL.
pub(crate) async fn graphiql() -> Response {
    page("graphiql.html", policy::GRAPHIQL)
}

/// `GET /config.json`: what the room client must know before anybody has signed in. Nothing of it is secret.
pub(crate) async fn about(State(app): State<Arc<App>>) -> Response {
    Json(&app.pages.about).into_response()
}

/// Scripts, styles and fonts of the pages.
pub(crate) async fn asset(Path(path): Path<String>) -> Response {
    match Files::get(&format!("assets/{path}")) {
        Some(file) => ([(CACHE_CONTROL, FOREVER)], content(file)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn page(name: &str, policy: HeaderValue) -> Response {
    let Some(file) = Files::get(name) else {
        return (StatusCode::NOT_FOUND, MISSING).into_response();
    };
    (guards(policy), [(CACHE_CONTROL, EACH_TIME)], content(file)).into_response()
}

/// What a browser is told about a page, beside `nosniff`, which every answer has.
fn guards(policy: HeaderValue) -> [(HeaderName, HeaderValue); 4] {
    [
        (CONTENT_SECURITY_POLICY, policy),
        // A room's address is nobody's business whose picture or link stands in it.
        (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (
            HeaderName::from_static("permissions-policy"),
            HeaderValue::from_static("camera=(), microphone=(), geolocation=()"),
        ),
    ]
}

fn content(file: EmbeddedFile) -> impl IntoResponse {
    let kind = file.metadata.mimetype().to_owned();
    ([(CONTENT_TYPE, kind)], file.data.into_owned())
}
