//! One connection, from its first byte until it is closed or taken over by a WebSocket.

use super::{door::Slot, patient::Patient};
use crate::{app::App, config::ConnectionLimits};
use axum::{Router, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{net::SocketAddr, pin::pin, sync::Arc};
use tokio::{net::TcpStream, select, sync::Notify};
use tower::ServiceExt;

/// Headers of one request; a browser behind proxies sends about 30.
const MAX_HEADERS: usize = 64;

/// The connection that a request came on, an extension of each request.
///
/// It counts against the node's connections as long as a clone of it exists: whoever takes the socket over keeps one.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The other end of the socket.
    pub peer: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    _slot: Slot,
    cut: Notify,
}

impl Connection {
    pub(super) fn new(peer: SocketAddr, slot: Slot) -> Self {
        Self { peer, shared: Arc::new(Shared { _slot: slot, cut: Notify::new() }) }
    }

    /// Drops the connection, whatever is under way on it: for an answer that its reader does not take and must not wait for.
    pub(crate) fn cut(&self) {
        self.shared.cut.notify_one();
    }
}

/// Speaks HTTP on a connection. When the node drains, the request in flight is the last.
pub(super) async fn serve(
    stream: TcpStream,
    connection: Connection,
    router: Router,
    app: Arc<App>,
) {
    if let Err(error) = stream.set_nodelay(true) {
        return tracing::debug!(%error, "the connection was gone at once");
    }
    app.sockets.prepare(&stream);
    let shared = Arc::clone(&connection.shared);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(connection.clone());
        router.clone().oneshot(request)
    });
    let stream = Patient::new(stream, app.connection.write_timeout);
    let http =
        protocol(&app.connection).serve_connection(TokioIo::new(stream), service).with_upgrades();
    let mut http = pin!(http);
    let served = async {
        select! {
            served = http.as_mut() => served,
            () = app.lifecycle.drain_begins() => {
                http.as_mut().graceful_shutdown();
                http.await
            }
        }
    };
    let served = select! {
        served = served => served,
        () = shared.cut.notified() => return,
    };
    if let Err(error) = served {
        tracing::debug!(%error, "a connection broke");
    }
}

fn protocol(limits: &ConnectionLimits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_header_size(limits.max_header)
        .max_buf_size(limits.max_header)
        .max_headers(MAX_HEADERS);
    http
}
