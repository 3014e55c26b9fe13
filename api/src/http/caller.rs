//! Who calls: a handler that takes a [`Caller`] cannot be reached without a valid token.

use super::refusal::Refusal;
use crate::{app::App, server::Connection};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use resolvers::Identity;
use std::sync::Arc;

/// An authenticated caller.
pub(crate) struct Caller(pub(super) Arc<Identity>);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let token = token(&parts.headers).ok_or_else(Refusal::unauthenticated)?;
        let source_ip = parts.extensions.get::<Connection>().map(|connection| connection.peer.ip());
        let identity = app.verifier.verify(token, source_ip).await;
        // The verifier has logged and counted why.
        identity
            .map(|identity| Self(Arc::new(identity)))
            .map_err(|error| Refusal::of_caller(&error.into()))
    }
}

/// What `Authorization` holds; with or without `Bearer` is the verifier's business. Two of them name nobody.
fn token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().map(str::trim).filter(|token| !token.is_empty()),
        _ => None,
    }
}
