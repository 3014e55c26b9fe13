//! Content security policies: what a page may load, and where it may connect.

use axum::http::HeaderValue;

/// Nothing but our own files; the editor of GraphiQL computes styles. Not every browser takes a WebSocket for `'self'`.
pub(super) const GRAPHIQL: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; object-src 'none'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Nothing but our own files, no inline script and no inline style; pictures of people come from anywhere by https.
/// `sign_in` is the origin of another server that signs people in.
pub(super) fn room(sign_in: Option<&str>) -> HeaderValue {
    let sign_in = sign_in.map(|origin| format!(" {origin}")).unwrap_or_default();
    let policy = format!(
        "default-src 'self'; img-src 'self' https:; connect-src 'self' ws: wss:{sign_in}; object-src 'none'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy)
        .expect("regions of user pools and hosts of endpoints are of letters, digits and -._")
}
