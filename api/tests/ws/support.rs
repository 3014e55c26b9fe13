//! A server on a free port, a client that speaks graphql-transport-ws, and the toy world both talk about.

pub(crate) mod appsync;
mod client;
mod world;

pub(crate) use client::{Client, HANDSHAKE, request};
pub(crate) use world::World;

use api::{
    trusted::TrustedDocuments,
    ws::{Authenticate, CloseCode, Credential, Endpoint, Execute, Limits},
};
use futures_util::FutureExt;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use resolvers::{Claims, Identity, KeyAccess};
use schema::DateTime;
use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};
use tokio::net::{TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;

/// How long a test waits for what must come.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// A server that ends with the test.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) endpoint: Endpoint,
    pub(crate) shutdown: CancellationToken,
    pub(crate) world: World,
}

impl Server {
    pub(crate) fn start(limits: Limits) -> Self {
        let (world, shutdown) = (World::default(), CancellationToken::new());
        let sdl = world.schema().sdl();
        let endpoint = Endpoint::new(
            execute(&world),
            &sdl,
            TrustedDocuments::default(),
            authenticate(),
            limits,
            shutdown.clone(),
        );
        let socket = TcpSocket::new_v4().unwrap();
        // Small, so that a reader is slow before megabytes are in flight.
        socket.set_send_buffer_size(16 * 1024).unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(64).unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn({
            let endpoint = endpoint.clone();
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, endpoint.clone()));
                }
            }
        });
        Self { address, endpoint, shutdown, world }
    }

    /// A client whose `connection_init` was acknowledged.
    pub(crate) async fn connect(&self) -> Client {
        let mut client = self.open().await;
        client.init("ada").await;
        client
    }

    /// A client after the handshake.
    pub(crate) async fn open(&self) -> Client {
        Client::open(self.address, "sec-websocket-protocol: graphql-transport-ws\r\n").await
    }

    /// Waits until so many connections are open.
    pub(crate) async fn connections(&self, count: usize) {
        self.world.until(|| self.endpoint.connections() == count).await;
    }
}

impl Default for Server {
    fn default() -> Self {
        Self::start(Limits::default())
    }
}

async fn serve(stream: TcpStream, endpoint: Endpoint) {
    stream.set_nodelay(true).unwrap();
    let service = service_fn(|request| {
        let response = endpoint.upgrade(request, None);
        async { Ok::<_, Infallible>(response) }
    });
    let _ =
        http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades().await;
}

fn execute(world: &World) -> Execute {
    let schema = world.schema();
    Arc::new(move |request, identity, reading| {
        schema.execute_stream(request.data(reading).data(identity.display_name()))
    })
}

/// Tokens say themselves what is to become of them.
fn authenticate() -> Authenticate {
    Arc::new(|credential: Credential, source_ip| {
        let (token, api_key) = match credential {
            Credential::Token(token) => (token, None),
            Credential::ApiKey(key) => (key, Some(KeyAccess::ReadOnly)),
        };
        let outcome = match token.as_str().split_once(':') {
            Some(("refused", _)) => Err(CloseCode::Forbidden),
            Some(("undecided", _)) => return std::future::pending().boxed(),
            Some(("unchecked", _)) => Err(CloseCode::TryAgainLater),
            Some(("millis", left)) => Ok(Duration::from_millis(left.parse().unwrap())),
            _ => Ok(Duration::from_hours(1)),
        };
        let identity = |left| Identity {
            sub: token.as_str().parse().unwrap(),
            issuer: "https://issuer.example".to_owned(),
            username: token.as_str().to_owned(),
            claims: Claims::new(&serde_json::Map::new()),
            source_ip,
            groups: Vec::new(),
            expires_at: DateTime::now().plus(left),
            api_key,
        };
        std::future::ready(outcome.map(identity).map(Arc::new)).boxed()
    })
}
