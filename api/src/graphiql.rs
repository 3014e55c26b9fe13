//! GraphiQL, from the files that the web build leaves in `web/dist`, which are part of the binary.

use axum::{
    extract::Path,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};

/// Nothing but our own files; the editor of GraphiQL computes styles. Not every browser takes a WebSocket for `'self'`.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; object-src 'none'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The names of assets carry a hash of their content.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

#[derive(Embed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Files;

/// The page.
pub(crate) async fn page() -> Response {
    match Files::get("graphiql.html") {
        Some(file) => ([(CONTENT_SECURITY_POLICY, POLICY)], content(file)).into_response(),
        None => (
            StatusCode::NOT_FOUND,
            "GraphiQL is not part of this build: run `make web`, then build again.\n",
        )
            .into_response(),
    }
}

/// Its scripts, styles and fonts.
pub(crate) async fn asset(Path(path): Path<String>) -> Response {
    match Files::get(&format!("assets/{path}")) {
        Some(file) => ([(CACHE_CONTROL, FOREVER)], content(file)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn content(file: EmbeddedFile) -> impl IntoResponse {
    let kind = file.metadata.mimetype().to_owned();
    ([(CONTENT_TYPE, kind)], file.data.into_owned())
}
