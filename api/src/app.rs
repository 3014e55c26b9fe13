//! What every handler of a node shares.

use crate::{
    auth::{AuthError, Verifier, development::DevelopmentIssuer},
    config::{Config, ConnectionLimits, DocumentLimits, Mode},
    executor::Executor,
    http::Persisted,
    origin::AllowedOrigins,
    pages::Pages,
    server::Lifecycle,
    trusted::TrustedDocuments,
    ws::{Authenticate, CloseCode, Credential, Endpoint, Execute},
};
use futures_util::FutureExt;
use resolvers::Identity;
use schema::ErrorCode;
use std::{net::IpAddr, sync::Arc};

/// A running node, as its handlers see it.
pub struct App {
    /// The schema.
    pub executor: Executor,
    /// Who says whose a token is.
    pub verifier: Verifier,
    /// Who signs tokens for anybody who asks, in development.
    pub development: Option<DevelopmentIssuer>,
    /// The documents that clients name by their hashes.
    pub persisted: Persisted,
    /// The WebSocket connections.
    pub sockets: Endpoint,
    /// The pages that may call.
    pub origins: AllowedOrigins,
    /// The web pages.
    pub pages: Pages,
    /// How curious callers are treated.
    pub mode: Mode,
    /// What a document may ask for.
    pub document: DocumentLimits,
    /// What a connection may cost.
    pub connection: ConnectionLimits,
    /// Whether the node still takes work, and what it still has to finish.
    pub lifecycle: Lifecycle,
}

impl App {
    /// Puts a node together.
    #[must_use]
    pub fn new(
        config: &Config,
        executor: Executor,
        verifier: Verifier,
        development: Option<DevelopmentIssuer>,
        trusted: TrustedDocuments,
    ) -> Self {
        let lifecycle = Lifecycle::new(&config.connection);
        let sockets = Endpoint::new(
            execute(executor.clone()),
            &executor.sdl(),
            trusted.clone(),
            authenticate(verifier.clone()),
            config.socket_limits(),
            lifecycle.draining(),
        );
        let (issuers, roles) = (&config.jwt_issuers.0, &config.group_roles);
        let pages = Pages::new(issuers, development.is_some(), config.mode(), roles);
        Self {
            executor,
            verifier,
            development,
            pages,
            persisted: Persisted::new(trusted),
            sockets,
            origins: config.origins(),
            mode: config.mode(),
            document: config.document.clone(),
            connection: config.connection.clone(),
            lifecycle,
        }
    }
}

/// Says whom a credential names.
pub(crate) async fn identify(
    verifier: &Verifier,
    credential: &Credential,
    source_ip: Option<IpAddr>,
) -> Result<Identity, AuthError> {
    match credential {
        Credential::Token(token) => verifier.verify(token.as_str(), source_ip).await,
        Credential::ApiKey(key) => verifier.verify_key(key.as_str(), source_ip),
    }
}

fn execute(executor: Executor) -> Execute {
    Arc::new(move |request, identity, reading| executor.execute_stream(request, identity, reading))
}

fn authenticate(verifier: Verifier) -> Authenticate {
    Arc::new(move |credential, source_ip| {
        let verifier = verifier.clone();
        async move {
            let identity = identify(&verifier, &credential, source_ip).await;
            identity.map(Arc::new).map_err(|error| match schema::Error::from(error).code() {
                ErrorCode::Unavailable => CloseCode::TryAgainLater,
                _ => CloseCode::Forbidden,
            })
        }
        .boxed()
    })
}
