//! The door: a request comes in, a connection runs.

use super::{
    CloseCode, Credential, Limits,
    connection::{Caller, Connection},
    connections::{self, Connections},
    group_key::Types,
    handshake::{Handshake, Offer, Refusal},
    hub::Hub,
    metrics::Metrics,
    outlet::bound_unsent,
    users::Users,
};
use crate::{server::Patient, trusted::TrustedDocuments};
use async_graphql::{Request, Response};
use axum::{body::Body, http};
use bytes::Bytes;
use futures_util::{future::BoxFuture, stream::BoxStream};
use hyper::upgrade::{Parts, Upgraded};
use hyper_util::rt::TokioIo;
use resolvers::{Identity, Reading};
use schema::UserId;
use socket2::SockRef;
use std::{
    net::IpAddr,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Executes an operation for a caller: a query or mutation answers once, a subscription until it ends.
///
/// The resolver of a subscription field says in the [`Reading`] how far it is. Errors in the responses are already fit to be shown.
pub type Execute =
    Arc<dyn Fn(Request, Arc<Identity>, Reading) -> BoxStream<'static, Response> + Send + Sync>;

/// Verifies a credential from an address, or says with which code the connection is closed:
/// [`CloseCode::Forbidden`], or [`CloseCode::TryAgainLater`] when it cannot be checked now.
pub type Authenticate = Arc<
    dyn Fn(Credential, Option<IpAddr>) -> BoxFuture<'static, Result<Arc<Identity>, CloseCode>>
        + Send
        + Sync,
>;

/// All WebSocket connections of a node. A cheap handle.
#[derive(Clone)]
pub struct Endpoint(pub(super) Arc<Shared>);

/// What connections share.
pub(super) struct Shared {
    pub(super) execute: Execute,
    pub(super) types: Types,
    pub(super) trusted: TrustedDocuments,
    pub(super) authenticate: Authenticate,
    pub(super) limits: Arc<Limits>,
    pub(super) metrics: Metrics,
    pub(super) connections: Connections,
    pub(super) hub: Hub,
    pub(super) users: Users,
    pub(super) shutdown: CancellationToken,
    /// Connections have been told that the node stops.
    pub(super) draining: AtomicBool,
    /// Connections, and mutations that outlive theirs.
    pub(super) tasks: TaskTracker,
}

/// How long a user who is expelled is still told why: `viewerEvents` is a few milliseconds behind.
const LAST_WORDS: Duration = Duration::from_millis(200);

impl Endpoint {
    /// Makes an endpoint that drains when `shutdown` is canceled, within a Tokio runtime. The metrics recorder is installed
    /// before. The SDL is that of the schema that `execute` executes.
    ///
    /// # Panics
    ///
    /// Panics if the SDL is none.
    #[must_use]
    pub fn new(
        execute: Execute,
        sdl: &str,
        trusted: TrustedDocuments,
        authenticate: Authenticate,
        limits: Limits,
        shutdown: CancellationToken,
    ) -> Self {
        let shared = Arc::new(Shared {
            execute,
            types: Types::parse(sdl).expect("a schema writes an SDL that can be read"),
            trusted,
            authenticate,
            limits: Arc::new(limits),
            metrics: Metrics::new(),
            connections: Connections::new(),
            hub: Hub::new(limits.fan_out_interval),
            users: Users::new(limits.max_connections_per_user),
            shutdown,
            draining: AtomicBool::new(false),
            tasks: TaskTracker::new(),
        });
        tokio::spawn(connections::sweep(Arc::downgrade(&shared)));
        Self(shared)
    }

    /// Prepares a socket on which streams may be asked for: what waits in the kernel is bounded, and a peer who acknowledges
    /// nothing is given up as soon as one who answers no ping on a WebSocket.
    pub(crate) fn prepare(&self, stream: &TcpStream) {
        bound_unsent(stream);
        let patience = self.0.limits.keep_alive.saturating_mul(2);
        if let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(patience)) {
            tracing::debug!(%error, "a peer that vanished is noticed late");
        }
    }

    /// Answers a request for a WebSocket, and serves the connection in a task of its own.
    ///
    /// The caller has checked the `Origin`, and serves HTTP/1.1 with upgrades enabled on a TCP stream.
    pub fn upgrade<B>(
        &self,
        request: http::Request<B>,
        source_ip: Option<IpAddr>,
    ) -> http::Response<Body> {
        let handshake = match Handshake::parse(&request, self.0.limits.deflate) {
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
            let counted = (counted, slot);
            let stream = match upgrade.await {
                Ok(Ok(upgraded)) => tcp_stream(upgraded),
                Ok(Err(error)) => return tracing::debug!(%error, "upgrade failed"),
                Err(_) => return tracing::debug!("upgrade timed out"),
            };
            let Some((stream, read)) = stream else {
                return tracing::error!("a WebSocket was asked for on what is no TCP stream");
            };
            let Handshake { offer, deflate, .. } = handshake;
            let Offer { dialect, objection, credential } = offer;
            let deflates = deflate.is_some();
            let caller = Caller { credential, source_ip, deflates, dialect, objection, counted };
            let connection = Connection::open(stream, &read, shared.clone(), caller);
            // In a task of its own, which keeps no room for the upgrade.
            shared.tasks.spawn(connection.run());
        });
        response
    }

    /// Answers a request by an event stream, once its subscription is live or there is something else to say.
    ///
    /// # Errors
    ///
    /// [`CloseCode::TooManyConnections`] if the user has as many as one may have, [`CloseCode::TryAgainLater`] if the node has, or
    /// [`CloseCode::ServiceRestart`] if it stops.
    pub async fn stream(
        &self,
        request: Request,
        identity: Arc<Identity>,
        connection: crate::server::Connection,
    ) -> Result<Body, CloseCode> {
        let shared = &self.0;
        let counted = shared.metrics.stream(shared.limits.max_connections);
        let counted = (counted.ok_or(CloseCode::TryAgainLater)?, Some(connection));
        if shared.shutdown.is_cancelled() {
            return Err(CloseCode::ServiceRestart);
        }
        let (stream, body) = Connection::stream(shared.clone(), request, &identity, counted)?;
        shared.tasks.spawn(stream.run());
        body.begun().await;
        Ok(Body::new(body))
    }

    /// Ends the connections that a user has now, or all there are, with a code. What was said to the user before goes out first; what a
    /// banned user would share with others does not.
    pub fn expel(&self, user: Option<&UserId>, code: CloseCode) {
        let number = user.map(|user| self.0.users.number(user));
        let outlets = self.0.connections.of(number);
        if code == CloseCode::Banned {
            outlets.iter().for_each(|outlet| outlet.hush());
        }
        if !outlets.is_empty() {
            self.0.tasks.spawn(async move {
                sleep(LAST_WORDS).await;
                outlets.iter().for_each(|outlet| outlet.end(code));
            });
        }
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

/// Takes the socket out of hyper, with what it has read of it beyond the request.
fn tcp_stream(upgraded: Upgraded) -> Option<(TcpStream, Bytes)> {
    match upgraded.downcast::<TokioIo<Patient<TcpStream>>>() {
        Ok(Parts { io, read_buf, .. }) => Some((io.into_inner().into_inner(), read_buf)),
        Err(upgraded) => {
            let Parts { io, read_buf, .. } = upgraded.downcast::<TokioIo<TcpStream>>().ok()?;
            Some((io.into_inner(), read_buf))
        }
    }
}
