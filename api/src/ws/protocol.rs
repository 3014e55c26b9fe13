//! What all wire protocols have in common: what a client can ask for, and what can happen to it.
//!
//! A protocol is a pure state machine with two methods: `receive` turns one text message into [`Command`]s, `send` turns
//! one [`Event`] into text messages. It reads no clock, waits for nothing and knows no socket, so that every rule is
//! tested by equality. The connection carries commands out and reports events.

mod message;
mod transport_ws;

pub(crate) use transport_ws::TransportWs;

use super::{Token, close_code::Close};
use async_graphql::{Request, Response, ServerError};
use serde::Deserialize;
use std::{fmt, sync::Arc};

/// The name that the client gave an operation; unique among those running on its connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct OperationId(Arc<str>);

/// What the connection is to do.
#[derive(Debug)]
pub(crate) enum Command {
    /// Verify the caller, then report [`Event::Acknowledged`].
    Authenticate { token: Option<Token> },
    /// Start an operation, then report what happens to it.
    Start { id: OperationId, request: Box<Request> },
    /// Stop an operation. Nothing more is reported of it.
    Stop { id: OperationId },
    /// Send a text message.
    Send(String),
    /// Close the connection.
    Close(Close),
}

/// What has happened. Of one operation: at most one `Started`, then any number of `Next`, then `Failed` or `Completed`.
#[derive(Debug)]
pub(crate) enum Event {
    /// The caller is known.
    Acknowledged,
    /// The operation runs; if it is a subscription, whatever happens from now on is delivered.
    Started { id: OperationId },
    /// A result.
    Next { id: OperationId, response: Box<Response> },
    /// The operation was refused, or ended without a result.
    Failed { id: OperationId, errors: Vec<ServerError> },
    /// The operation ended.
    Completed { id: OperationId },
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
