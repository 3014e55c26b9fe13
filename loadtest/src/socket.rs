//! A connection to a target, up to the acknowledged `connection_init`.

use crate::protocol::{self, Incoming};
use futures_util::{SinkExt, StreamExt};
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{
        self, Error, Message,
        client::IntoClientRequest,
        http::{HeaderValue, header::SEC_WEBSOCKET_PROTOCOL},
        protocol::WebSocketConfig,
    },
};

/// What a participant holds.
pub(crate) type Socket = WebSocketStream<TcpStream>;

/// A participant's buffer. Most reads bring one small frame, and there are thousands of participants in a process.
const READ_BUFFER: usize = 1024;

/// Where to connect to.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    url: String,
    address: SocketAddr,
}

/// How one connection differs from others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Door {
    /// The address to connect from, of several that lead to this machine.
    pub(crate) source: Option<u32>,
    /// A small one makes a slow reader slow at once.
    pub(crate) receive_buffer: Option<u32>,
}

/// Why there is no connection, or no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lost(pub(crate) String);

impl Target {
    /// Resolves a `ws://` URL.
    pub(crate) async fn resolve(url: &str) -> Result<Self, Lost> {
        let request = url.into_client_request().map_err(|error| Lost(format!("{url}: {error}")))?;
        let uri = request.uri();
        if uri.scheme_str() != Some("ws") {
            return Err(Lost(format!("{url}: only ws:// is spoken")));
        }
        let (host, port) = (uri.host().unwrap_or_default(), uri.port_u16().unwrap_or(80));
        let unresolved = |error: std::io::Error| Lost(format!("{url}: {error}"));
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let address = lookup_host((host, port)).await.map_err(unresolved)?.next();
        let address = address.ok_or_else(|| Lost(format!("{url}: the name has no address")))?;
        Ok(Self { url: url.to_owned(), address })
    }

    /// Connects and signs in.
    pub(crate) async fn connect(&self, door: Door, token: &str) -> Result<Socket, Lost> {
        let stream = self.open(door).await.map_err(|error| Lost(format!("connect: {error}")))?;
        let mut request = self.url.as_str().into_client_request()?;
        let subprotocol = HeaderValue::from_static(protocol::SUBPROTOCOL);
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, subprotocol);
        let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER).write_buffer_size(0);
        let (mut socket, _) = client_async_with_config(request, stream, Some(config)).await?;
        say(&mut socket, protocol::connection_init(token)).await?;
        loop {
            match protocol::classify(&hear(&mut socket).await?) {
                Incoming::Acknowledged => return Ok(socket),
                Incoming::Ping => say(&mut socket, protocol::pong()).await?,
                other => return Err(Lost(format!("not acknowledged but {other:?}"))),
            }
        }
    }

    async fn open(&self, door: Door) -> std::io::Result<TcpStream> {
        let socket = match self.address {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        if let Some(bytes) = door.receive_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        if let (Some(number), true) = (door.source, self.has_many_sources()) {
            socket.bind((loopback(number), 0).into())?;
        }
        socket.set_nodelay(true)?;
        socket.connect(self.address).await
    }

    /// On Linux all of 127.0.0.0/8 leads to this machine, and each address has ports of its own.
    fn has_many_sources(&self) -> bool {
        cfg!(target_os = "linux")
            && matches!(self.address.ip(), IpAddr::V4(address) if address.is_loopback())
    }
}

/// Sends one text message.
pub(crate) async fn say(
    socket: &mut Socket,
    text: impl Into<tungstenite::Utf8Bytes>,
) -> Result<(), Lost> {
    Ok(socket.send(Message::Text(text.into())).await?)
}

/// The next text message.
pub(crate) async fn hear(socket: &mut Socket) -> Result<tungstenite::Utf8Bytes, Lost> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return Ok(text),
            Some(Ok(Message::Close(Some(frame)))) => {
                return Err(Lost(format!("closed with {}", u16::from(frame.code))));
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error.into()),
            None => return Err(Lost("closed without a code".to_owned())),
        }
    }
}

/// The numbered address of 127.1.0.0/16 and what follows it.
fn loopback(number: u32) -> IpAddr {
    const PER_BLOCK: u32 = 250;
    let last = (number % PER_BLOCK + 1) as u8;
    let third = (number / PER_BLOCK % PER_BLOCK) as u8;
    let second = (number / PER_BLOCK / PER_BLOCK % PER_BLOCK) as u8 + 1;
    Ipv4Addr::new(127, second, third, last).into()
}

impl From<Error> for Lost {
    fn from(error: Error) -> Self {
        match error {
            Error::Http(response) => Self(format!("HTTP {}", response.status().as_u16())),
            error => Self(error.to_string()),
        }
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Lost {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn source_addresses_are_distinct_and_all_loopback() {
        let addresses: HashSet<_> = (0..100_000).map(loopback).collect();
        assert_eq!(addresses.len(), 100_000);
        assert!(addresses.iter().all(IpAddr::is_loopback));
    }

    #[tokio::test]
    async fn a_target_that_is_not_spoken_is_refused() {
        for url in ["http://127.0.0.1/graphql", "wss://127.0.0.1/graphql", "hello"] {
            assert!(Target::resolve(url).await.is_err(), "{url}");
        }
        assert!(Target::resolve("ws://127.0.0.1:8080/graphql").await.is_ok());
    }
}
