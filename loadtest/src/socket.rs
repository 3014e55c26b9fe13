//! A connection to a target, up to the acknowledged `connection_init`.

mod frames;
mod handshake;
mod lost;
mod stream;

pub(crate) use lost::Lost;

use crate::protocol::{self, Credential, Incoming, Protocol};
use frames::{Heard, Inbox};
use serde_json::Value;
use std::{
    cell::RefCell,
    future::poll_fn,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    pin::Pin,
    task::{Poll, ready},
};
use stream::{Stream, Tls};
use tokio::{
    io::{AsyncRead, AsyncWriteExt, ReadBuf},
    net::{TcpSocket, TcpStream, lookup_host},
};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// What is read at once, of whatever connection.
const READ_BUFFER: usize = 64 << 10;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_BUFFER]);
}

/// What a participant holds. Dropping a future of it loses nothing.
pub(crate) struct Socket {
    protocol: Protocol,
    stream: Stream,
    inbox: Inbox,
    outgoing: Vec<u8>,
}

/// Where to connect to.
#[derive(Clone)]
pub(crate) struct Target {
    protocol: Protocol,
    url: String,
    /// The host of the URL, with its port.
    host: String,
    address: SocketAddr,
    tls: Option<Tls>,
}

/// How one connection differs from others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Door {
    /// The address to connect from, of several that lead to this machine.
    pub(crate) source: Option<u32>,
    /// A small one makes a slow reader slow at once.
    pub(crate) receive_buffer: Option<u32>,
}

impl Target {
    /// Resolves the `ws://` or `wss://` URL of an API.
    pub(crate) async fn resolve(api: &str, protocol: Protocol) -> Result<Self, Lost> {
        let url = &protocol.url(api);
        let request =
            url.into_client_request().map_err(|error| Lost::Failed(format!("{url}: {error}")))?;
        let uri = request.uri();
        let authority = uri.authority().map(ToString::to_string).unwrap_or_default();
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let (port, tls) = match uri.scheme_str() {
            Some("ws") => (80, None),
            Some("wss") => (443, Some(Tls::new(host)?)),
            _ => return Err(Lost::Failed(format!("{url}: only ws:// and wss:// are spoken"))),
        };
        let port = uri.port_u16().unwrap_or(port);
        let unresolved = |error: io::Error| Lost::Failed(format!("{url}: {error}"));
        let address = lookup_host((host, port)).await.map_err(unresolved)?.next();
        let address =
            address.ok_or_else(|| Lost::Failed(format!("{url}: the name has no address")))?;
        Ok(Self { protocol, url: url.clone(), host: authority, address, tls })
    }

    /// Connects and signs in.
    pub(crate) async fn connect(&self, door: Door, token: &str) -> Result<Socket, Lost> {
        let credential = self.credential(token);
        let mut stream =
            self.open(door).await.map_err(|error| Lost::Failed(format!("connect: {error}")))?;
        let read = handshake::shake(&mut stream, &self.url, self.protocol, credential).await?;
        let inbox = Inbox::behind(read);
        let mut socket = Socket { protocol: self.protocol, stream, inbox, outgoing: Vec::new() };
        socket.say(&self.protocol.connection_init(credential)).await?;
        let mut is_acknowledged = false;
        while !is_acknowledged {
            let understand = |incoming, _: &[u8]| match incoming {
                Incoming::Acknowledged => {
                    is_acknowledged = true;
                    Ok(())
                }
                Incoming::KeepAlive => Ok(()),
                other => Err(Lost::Failed(format!("not acknowledged but {other:?}"))),
            };
            socket.hear(understand).await?;
        }
        Ok(socket)
    }

    /// What starts a subscription there.
    pub(crate) fn subscribe(&self, document: &str, variables: &Value, token: &str) -> Vec<String> {
        self.protocol.subscribe(document, variables, self.credential(token))
    }

    fn credential<'a>(&'a self, token: &'a str) -> Credential<'a> {
        Credential { token, host: &self.host }
    }

    async fn open(&self, door: Door) -> io::Result<Stream> {
        let stream = self.open_tcp(door).await?;
        match &self.tls {
            Some(tls) => tls.encrypt(stream).await,
            None => Ok(Stream::Left(stream)),
        }
    }

    async fn open_tcp(&self, door: Door) -> io::Result<TcpStream> {
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

impl Socket {
    /// Sends one text message, behind what an earlier call may have left.
    pub(crate) async fn say(&mut self, text: &str) -> Result<(), Lost> {
        frames::text(text, &mut self.outgoing)?;
        self.flush().await
    }

    /// Reads once, and calls back for each message that is complete by then; pings it answers itself.
    pub(crate) async fn hear(
        &mut self,
        mut each: impl FnMut(Incoming, &[u8]) -> Result<(), Lost>,
    ) -> Result<(), Lost> {
        self.flush().await?;
        let Self { protocol, stream, inbox, outgoing } = self;
        let mut understand = |heard: Heard<'_>| match heard {
            Heard::Message(text) => match protocol.classify(text) {
                Incoming::Ping => frames::text(protocol::PONG, outgoing),
                incoming => each(incoming, text),
            },
            Heard::Ping(payload) => frames::pong(payload, outgoing),
            Heard::Close(Some(code)) => Err(Lost::Closed(code)),
            Heard::Close(None) => Err(Lost::Failed("closed without a code".to_owned())),
        };
        // The buffer is everybody's, so that whoever waits has none.
        let read = poll_fn(|context| {
            BUFFER.with_borrow_mut(|buffer| {
                let mut buffer = ReadBuf::new(buffer);
                ready!(Pin::new(&mut *stream).poll_read(context, &mut buffer))?;
                if buffer.filled().is_empty() {
                    return Poll::Ready(Err(Lost::Failed("closed without a code".to_owned())));
                }
                Poll::Ready(inbox.take(buffer.filled(), &mut understand))
            })
        });
        read.await?;
        self.flush().await
    }

    async fn flush(&mut self) -> Result<(), Lost> {
        while !self.outgoing.is_empty() {
            match self.stream.write(&self.outgoing).await? {
                0 => return Err(Lost::Failed("closed while it was written to".to_owned())),
                written if written == self.outgoing.len() => self.outgoing = Vec::new(),
                written => drop(self.outgoing.drain(..written)),
            }
        }
        // What is encrypted may still wait in a buffer.
        Ok(self.stream.flush().await?)
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
        for url in ["http://127.0.0.1/graphql", "wss://[::1/graphql", "hello"] {
            assert!(Target::resolve(url, Protocol::default()).await.is_err(), "{url}");
        }
        assert!(Target::resolve("ws://127.0.0.1:8080/graphql", Protocol::AppSync).await.is_ok());
    }
}
