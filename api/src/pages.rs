//! The web pages: files that the web build leaves in `web/dist` and that are part of the binary, and what they need to know of
//! this node.

mod about;
mod encoding;
mod policy;

use crate::{app::App, auth::IssuerConfig, config::Mode};
use axum::{
    Json,
    extract::{Path, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{
            ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
            CONTENT_TYPE, HeaderName, REFERRER_POLICY, VARY, X_FRAME_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use encoding::Encoding;
use resolvers::GroupRoles;
use rust_embed::Embed;
use std::{borrow::Cow, sync::Arc};

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
    /// The pages of a node that accepts tokens of these issuers, whose groups give these roles.
    #[must_use]
    pub fn new(
        issuers: &[IssuerConfig],
        has_development_sign_in: bool,
        mode: Mode,
        roles: &GroupRoles,
    ) -> Self {
        let sign_in = about::SignIn::of(issuers, has_development_sign_in);
        let policy = policy::room(sign_in.connects_to());
        Self { policy, about: about::about(&sign_in, mode, roles) }
    }
}

/// The room client, at each address that its router knows.
pub(crate) async fn room(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    page("index.html", app.pages.policy.clone(), &headers)
}

/// GraphiQL.
pub(crate) async fn graphiql(headers: HeaderMap) -> Response {
    page("graphiql.html", policy::GRAPHIQL, &headers)
}

/// `GET /config.json`: what the room client must know before anybody has signed in. Nothing of it is secret.
pub(crate) async fn about(State(app): State<Arc<App>>) -> Response {
    Json(&app.pages.about).into_response()
}

/// Scripts, styles and fonts of the pages.
pub(crate) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    match content(&format!("assets/{path}"), &headers) {
        Some(content) => ([(CACHE_CONTROL, FOREVER)], content).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn page(name: &str, policy: HeaderValue, headers: &HeaderMap) -> Response {
    let Some(content) = content(name, headers) else {
        return (StatusCode::NOT_FOUND, MISSING).into_response();
    };
    (guards(policy), [(CACHE_CONTROL, EACH_TIME)], content).into_response()
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

/// A file as the client takes it.
fn content(name: &str, headers: &HeaderMap) -> Option<Response> {
    let plain = Files::get(name)?;
    let kind = [(CONTENT_TYPE, plain.metadata.mimetype().to_owned())];
    let vary = [(VARY, HeaderValue::from(ACCEPT_ENCODING))];
    let encoded = Encoding::accepted(headers).find_map(|encoding| {
        Some((encoding, Files::get(&format!("{name}.{}", encoding.extension()))?))
    });
    Some(match encoded {
        Some((encoding, file)) => {
            let encoding = [(CONTENT_ENCODING, encoding.name())];
            (kind, vary, encoding, bytes(file.data)).into_response()
        }
        None => (kind, vary, bytes(plain.data)).into_response(),
    })
}

/// What is part of the binary is sent from there.
fn bytes(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => data.into(),
    }
}
