//! Every code with which this server closes a connection, in one table.
//!
//! Whether a client comes back is the client's decision; "retried" says what graphql-ws does, and with it Apollo, urql
//! and Relay; subscriptions-transport-ws looks at no code and comes back after each, more and more seldom. A code is retried when a new connection can succeed, and fatal when the same client would fail again.
//!
//! | code | when | retried |
//! |---|---|---|
//! | 1000 | the client says that it is done, by a `connection_terminate` | no |
//! | 1002 | a frame breaks RFC 6455: unmasked, reserved bits, a stray continuation | no |
//! | 1007 | a text message is not UTF-8 | no |
//! | 1009 | a frame or message exceeds the limit | no |
//! | 1012 | the node stops | yes |
//! | 1013 | the token cannot be checked now | yes |
//! | 4400 | not a message of the protocol | no |
//! | 4401 | an operation before `connection_ack` | no |
//! | 4403 | the token is missing or refused | yes |
//! | 4406 | no subprotocol in common | no |
//! | 4408 | no acknowledged `connection_init` in time | yes |
//! | 4409 | the id belongs to a running operation | no |
//! | 4429 | a second `connection_init` | no |
//! | 4800 | the client reads too slowly | yes |
//! | 4801 | the client sends too fast | yes |
//! | 4802 | the client answers no ping | yes |
//! | 4803 | the connection has reached its greatest age | yes |
//! | 4804 | the user has as many connections as one may have | yes |
//! | 4805 | the user was banned from a room: the next connection serves the other rooms, and this one answers BANNED | yes |
//! | 4806 | the user has another role in a room: the next connection delivers what that role sees | yes |
//! | 4807 | the token with which the connection began has expired: the next one shows another | yes |
//!
//! A client's own close is answered with the client's code.

use super::frame::Violation;
use std::borrow::Cow;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// Why this server closes a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseCode {
    /// The client says that it is done.
    Terminated,
    /// A frame breaks RFC 6455.
    ProtocolError,
    /// A text message is not UTF-8.
    InvalidPayload,
    /// A frame or message exceeds the limit.
    MessageTooBig,
    /// The node stops; another one serves the next connection.
    ServiceRestart,
    /// The token cannot be checked now.
    TryAgainLater,
    /// Not a message of the protocol.
    InvalidMessage,
    /// An operation before `connection_ack`.
    Unauthorized,
    /// Nothing was shown by which the caller could be known.
    CredentialMissing,
    /// The token is refused.
    Forbidden,
    /// The token has expired that let the client in. It is no [`CloseCode::Forbidden`]: clients fetch a token for each connection,
    /// so coming back helps here, and only here.
    TokenExpired,
    /// The client offers no subprotocol at all.
    SubprotocolMissing,
    /// The client offers others than are spoken here.
    SubprotocolNotAcceptable,
    /// No acknowledged `connection_init` in time.
    ConnectionInitialisationTimeout,
    /// The id belongs to a running operation.
    SubscriberAlreadyExists,
    /// A second `connection_init`.
    TooManyInitialisationRequests,
    /// The client reads too slowly. It resumes from its cursor.
    SlowConsumer,
    /// The client sends too fast.
    TooManyMessages,
    /// The client answers no ping.
    KeepAliveTimeout,
    /// The connection has reached its greatest age.
    LifetimeReached,
    /// The user has as many connections as one may have.
    TooManyConnections,
    /// The user was banned from a room.
    Banned,
    /// The user has another role in a room, or may have: the node does not know for certain that nothing changed.
    RoleChanged,
}

/// A close frame to be sent: a code and the words that go with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Close {
    code: CloseCode,
    reason: Cow<'static, str>,
}

struct Row {
    number: u16,
    reason: &'static str,
}

impl CloseCode {
    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.row().number
    }

    /// The reason on the wire. Where graphql-ws has the same code, these are its words.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        self.row().reason
    }

    const fn row(self) -> Row {
        let (number, reason) = match self {
            Self::Terminated => (1000, "Normal closure"),
            Self::ProtocolError => (1002, "Protocol error"),
            Self::InvalidPayload => (1007, "Text is not UTF-8"),
            Self::MessageTooBig => (1009, "Message too big"),
            Self::ServiceRestart => (1012, "Service restart"),
            Self::TryAgainLater => (1013, "Try again later"),
            Self::InvalidMessage => (4400, "Invalid message received"),
            Self::Unauthorized => (4401, "Unauthorized"),
            Self::CredentialMissing | Self::Forbidden => (4403, "Forbidden"),
            Self::TokenExpired => (4807, "Token expired"),
            Self::SubprotocolMissing | Self::SubprotocolNotAcceptable => {
                (4406, "Subprotocol not acceptable")
            }
            Self::ConnectionInitialisationTimeout => (4408, "Connection initialisation timeout"),
            Self::SubscriberAlreadyExists => (4409, "Subscriber already exists"),
            Self::TooManyInitialisationRequests => (4429, "Too many initialisation requests"),
            Self::SlowConsumer => (4800, "Slow consumer"),
            Self::TooManyMessages => (4801, "Too many messages"),
            Self::KeepAliveTimeout => (4802, "Keep-alive timeout"),
            Self::LifetimeReached => (4803, "Connection lifetime reached"),
            Self::TooManyConnections => (4804, "Too many connections"),
            Self::Banned => (4805, "Banned"),
            Self::RoleChanged => (4806, "Role changed"),
        };
        Row { number, reason }
    }
}

impl Close {
    /// The refusal of an id that is in use, which names the id.
    pub(crate) fn subscriber_already_exists(id: &str) -> Self {
        let mut reason = format!("Subscriber for {id} already exists");
        reason.truncate(reason.floor_char_boundary(REASON_BYTES));
        Self { code: CloseCode::SubscriberAlreadyExists, reason: reason.into() }
    }

    /// The table row that this close belongs to.
    pub(crate) fn code(&self) -> CloseCode {
        self.code
    }

    /// The frame as the socket wants it.
    pub(crate) fn frame(&self) -> CloseFrame {
        CloseFrame { code: self.code.number().into(), reason: self.reason.as_ref().into() }
    }
}

impl From<Violation> for CloseCode {
    fn from(violation: Violation) -> Self {
        match violation {
            Violation::Protocol => Self::ProtocolError,
            Violation::Utf8 => Self::InvalidPayload,
            Violation::TooBig => Self::MessageTooBig,
        }
    }
}

impl From<CloseCode> for Close {
    fn from(code: CloseCode) -> Self {
        Self { code, reason: code.reason().into() }
    }
}

/// A control frame holds 125 bytes, two of which are the code.
const REASON_BYTES: usize = 123;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_id_is_cut_to_what_a_close_frame_holds() {
        let close = Close::subscriber_already_exists(&"ä".repeat(200));
        assert!(
            close.reason.len() <= REASON_BYTES && close.reason.starts_with("Subscriber for ää"),
            "{close:?}"
        );
        assert_eq!(Close::subscriber_already_exists("7").reason, "Subscriber for 7 already exists");
    }
}
