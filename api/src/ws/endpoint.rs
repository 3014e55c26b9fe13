//! The door: a request comes in, a connection runs.

use super::{
    CloseCode, Limits, Live, Token,
    connection::{Caller, Connection},
    handshake::{Handshake, Refusal},
    metrics::Metrics,
};
use async_graphql::{Request, Response};
use axum::{body::Body, http};
use futures_util::{future::BoxFuture, stream::BoxStream};
use hyper_util::rt::TokioIo;
use resolvers::Identity;
use std::{net::IpAddr, sync::Arc};
use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Executes an operation for a caller: a query or mutation answers once, a subscription until it ends.
///
/// The resolver of a subscription field signals [`Live`]. Errors in the responses are already fit to be shown.
pub type Execute =
    Arc<dyn Fn(Request, Arc<Identity>, Live) -> BoxStream<'static, Response> + Send + Sync>;

/// Verifies a token from an address, or says with which code the connection is closed:
/// [`CloseCode::Forbidden`], or [`CloseCode::TryAgainLater`] when it cannot be checked now.
pub type Authenticate = Arc<
    dyn Fn(Token, Option<IpAddr>) -> BoxFuture<'static, Result<Arc<Identity>, CloseCode>>
        + Send
        + Sync,
>;

/// All WebSocket connections of a node. A cheap handle.
#[derive(Clone)]
pub struct Endpoint(Arc<Shared>);

/// What connections share.
pub(super) struct Shared {
    pub(super) execute: Execute,
    pub(super) authenticate: Authenticate,
    pub(super) limits: Limits,
    pub(super) metrics: Metrics,
    pub(super) shutdown: CancellationToken,
    /// Connections, and mutations that outlive theirs.
    pub(super) tasks: TaskTracker,
}

impl Endpoint {
    /// Makes an endpoint that drains when `shutdown` is canceled. The metrics recorder is installed before.
    #[must_use]
    pub fn new(
        execute: Execute,
        authenticate: Authenticate,
        limits: Limits,
        shutdown: CancellationToken,
    ) -> Self {
        let (metrics, tasks) = (Metrics::new(), TaskTracker::new());
        Self(Arc::new(Shared { execute, authenticate, limits, metrics, shutdown, tasks }))
    }

    /// Answers a request for a WebSocket, and serves the connection in a task of its own.
    ///
    /// The caller has checked the `Origin`, and serves HTTP/1.1 with upgrades enabled.
    pub fn upgrade<B>(
        &self,
        request: http::Request<B>,
        source_ip: Option<IpAddr>,
    ) -> http::Response<Body> {
        let handshake = match Handshake::parse(&request) {
            Ok(handshake) => handshake,
            Err(refusal) => return refusal.response(),
        };
        let Some(counted) = self.0.metrics.connection(self.0.limits.max_connections) else {
            return Refusal::Unavailable.response();
        };
        if self.0.shutdown.is_cancelled() {
            return Refusal::Unavailable.response();
        }
        // Counts against the node's connections for as long as the socket is open.
        let slot = request.extensions().get::<crate::server::Connection>().cloned();
        let response = handshake.response();
        let upgrade = timeout(self.0.limits.init_timeout, hyper::upgrade::on(request));
        let shared = self.0.clone();
        self.0.tasks.spawn(async move {
            let _counted = (counted, slot);
            match upgrade.await {
                Ok(Ok(upgraded)) => {
                    let caller = Caller { token: handshake.token, source_ip };
                    let connection = Connection::open(TokioIo::new(upgraded), shared, caller).await;
                    connection.run(handshake.has_subprotocol).await;
                }
                Ok(Err(error)) => tracing::debug!(%error, "upgrade failed"),
                Err(_) => tracing::debug!("upgrade timed out"),
            }
        });
        response
    }

    /// Connections that are open now.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.0.metrics.connections()
    }

    /// Returns when, after `shutdown`, all connections are closed and all mutations have ended.
    pub async fn drained(&self) {
        self.0.shutdown.cancelled().await;
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }
}
