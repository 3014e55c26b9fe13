//! What all wire protocols have in common: what a client can ask for, and what can happen to it.
//!
//! A protocol is a pure state machine with two methods: `receive` turns one text message into [`Command`]s, `send` turns
//! one [`Event`] into text messages. It reads no clock, waits for nothing and knows no socket, so that every rule is
//! tested by equality. The connection carries commands out and reports events.

mod appsync;
pub(in crate::ws) mod event_stream;
mod message;
mod subscriptions_transport_ws;
mod transport_ws;

pub(in crate::ws) use appsync::rewritten;

use super::{CloseCode, Limits, close_code::Close, token::Credential};
use appsync::AppSync;
use async_graphql::{Request, Response, ServerError};
pub(in crate::ws) use event_stream::EventStream;
use serde::Deserialize;
use std::{fmt, sync::Arc, time::Duration};
use subscriptions_transport_ws::SubscriptionsTransportWs;
use transport_ws::TransportWs;

/// Which protocol a connection speaks. They share a word or two and no rule, so nothing of one is ever sent in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `graphql-transport-ws`.
    TransportWs,
    /// AppSync's real-time protocol.
    AppSync,
    /// Apollo's first, that of the package subscriptions-transport-ws.
    SubscriptionsTransportWs,
    /// Server-sent events, on no socket of its own but in the answer to a request.
    EventStream,
}

/// The state of one connection's protocol.
#[derive(Debug)]
pub(crate) enum Protocol {
    TransportWs(TransportWs),
    AppSync(AppSync),
    SubscriptionsTransportWs(SubscriptionsTransportWs),
    EventStream(EventStream),
}

/// The name that the client gave an operation; unique among those running on its connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct OperationId(Arc<str>);

/// What the connection is to do.
#[derive(Debug)]
pub(crate) enum Command {
    /// Verify the caller, then report [`Event::Acknowledged`] or [`Event::Refused`].
    Authenticate { credential: Option<Credential> },
    /// Start an operation, then report what happens to it. With a credential of its own it is another caller's, who is
    /// verified first.
    Start { id: OperationId, request: Box<Request>, credential: Option<Credential> },
    /// Stop an operation. Nothing more is reported of it.
    Stop { id: OperationId },
    /// Send a text message.
    Send(String),
    /// Close the connection.
    Close(Close),
}

/// What has happened. Of one operation: at most one `Started`, then any number of `Next`, then one of the others.
#[derive(Debug)]
pub(crate) enum Event {
    /// The caller is known.
    Acknowledged,
    /// The caller is not let in, and the connection is closed next.
    Refused { code: CloseCode },
    /// A while has passed: time for a sign of life, in protocols that have one.
    Beat,
    /// The operation runs; if it is a subscription, whatever happens from now on is delivered.
    Started { id: OperationId },
    /// A result.
    Next { id: OperationId, response: Box<Response> },
    /// The operation was refused, or ended without a result.
    Failed { id: OperationId, errors: Vec<ServerError> },
    /// The operation is no subscription, where there is nothing else.
    Unsupported { id: OperationId },
    /// The operation ended.
    Completed { id: OperationId },
}

impl Dialect {
    /// The name by which it is negotiated, where it is spoken on a WebSocket.
    pub(crate) const fn subprotocol(self) -> Option<&'static str> {
        match self {
            Self::TransportWs => Some(TransportWs::SUBPROTOCOL),
            Self::AppSync => Some(AppSync::SUBPROTOCOL),
            Self::SubscriptionsTransportWs => Some(SubscriptionsTransportWs::SUBPROTOCOL),
            Self::EventStream => None,
        }
    }

    /// A result's message up to its payload, a response; a [`Round`](super::hub::Round) has the rest.
    pub(crate) fn result_head(self, id: &OperationId) -> String {
        match self {
            Self::TransportWs => TransportWs::next_head(id),
            Self::AppSync => AppSync::data_head(id),
            Self::SubscriptionsTransportWs => SubscriptionsTransportWs::data_head(id),
            Self::EventStream => event_stream::NEXT_HEAD.to_owned(),
        }
    }

    /// From one sign of life to the next, in protocols that have one.
    pub(crate) fn beat(self, limits: &Limits) -> Option<Duration> {
        match self {
            Self::TransportWs => None,
            Self::AppSync => Some(limits.beat),
            Self::SubscriptionsTransportWs | Self::EventStream => Some(limits.frequent_beat),
        }
    }
}

impl Protocol {
    pub(crate) fn new(dialect: Dialect, limits: &Limits) -> Self {
        match dialect {
            Dialect::TransportWs => Self::TransportWs(TransportWs::default()),
            Dialect::AppSync => Self::AppSync(AppSync::new(limits.denial)),
            Dialect::SubscriptionsTransportWs => {
                Self::SubscriptionsTransportWs(SubscriptionsTransportWs::default())
            }
            Dialect::EventStream => Self::EventStream(EventStream::default()),
        }
    }

    /// Reads one message of the client.
    pub(crate) fn receive(&mut self, text: &str) -> Vec<Command> {
        match self {
            Self::TransportWs(protocol) => protocol.receive(text),
            Self::AppSync(protocol) => protocol.receive(text),
            Self::SubscriptionsTransportWs(protocol) => protocol.receive(text),
            // Nothing is read.
            Self::EventStream(_) => Vec::new(),
        }
    }

    /// Says what the client is to hear of an event.
    pub(crate) fn send(&mut self, event: Event) -> Vec<String> {
        match self {
            Self::TransportWs(protocol) => protocol.send(event).collect(),
            Self::AppSync(protocol) => protocol.send(event),
            Self::SubscriptionsTransportWs(protocol) => protocol.send(event),
            Self::EventStream(protocol) => protocol.send(event).into_iter().collect(),
        }
    }

    /// What the client asked for before it was known who it is; asked for once, behind [`Event::Acknowledged`].
    pub(crate) fn released(&mut self) -> Vec<Command> {
        match self {
            Self::TransportWs(_) | Self::AppSync(_) | Self::EventStream(_) => Vec::new(),
            Self::SubscriptionsTransportWs(protocol) => protocol.released(),
        }
    }

    /// Whether all has been said that will be, in a protocol that ends with its one operation.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self, Self::EventStream(protocol) if protocol.has_ended())
    }
}

impl OperationId {
    /// The id is repeated in every message of the operation, so a client cannot make it arbitrarily long.
    const MAX_BYTES: usize = 256;

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for OperationId {
    type Error = InvalidOperationId;

    fn try_from(text: String) -> Result<Self, InvalidOperationId> {
        match (1..=Self::MAX_BYTES).contains(&text.len()) {
            true => Ok(Self(text.into())),
            false => Err(InvalidOperationId),
        }
    }
}

/// An id is empty or too long.
#[derive(Debug)]
pub(crate) struct InvalidOperationId;

impl fmt::Display for InvalidOperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an operation id is 1 to {} bytes", OperationId::MAX_BYTES)
    }
}
