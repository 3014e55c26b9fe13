//! Who calls: a handler that takes a [`Caller`] cannot be reached without a valid token or API key.

use super::refusal::Refusal;
use crate::{
    app::{App, identify},
    server::Connection,
    ws::Credential,
};
use axum::{extract::FromRequestParts, http::request::Parts};
use resolvers::Identity;
use std::sync::Arc;

/// An authenticated caller.
pub(crate) struct Caller(pub(super) Arc<Identity>);

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let credential =
            Credential::in_headers(&parts.headers).ok_or_else(Refusal::unauthenticated)?;
        let source_ip = parts.extensions.get::<Connection>().map(|connection| connection.peer.ip());
        let identity = identify(&app.verifier, &credential, source_ip).await;
        // The verifier has logged and counted why.
        identity
            .map(|identity| Self(Arc::new(identity)))
            .map_err(|error| Refusal::of_caller(&error.into()))
    }
}
