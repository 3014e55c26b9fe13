//! WebSocket frames (RFC 6455, section 5), with per-message deflate (RFC 7692).
//!
//! Bytes in, messages out, and the other way round: nothing here knows a socket. A reader holds nothing while no message is
//! under way, and never more than has arrived; a writer's frames are heads and bytes, so that many connections
//! can share what is behind the head.

mod deflate;
mod extension;
mod head;
mod mask;
mod reader;
mod writer;

pub use deflate::{compress, stored};
pub use extension::Deflate;
pub use reader::FrameReader;
pub use writer::{Header, close, header, ping, pong, text};

use bytes::Bytes;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// What a client sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A whole text message.
    Text(String),
    /// A whole binary message.
    Binary(Vec<u8>),
    /// To be answered with a pong of the same payload.
    Ping(Bytes),
    /// An answer to a ping, or a sign of life.
    Pong,
    /// The client closes; `None` if it does not say why.
    Close(Option<CloseFrame>),
    /// A part of a message, but not the last. The message follows when it is whole.
    Fragment,
}

impl Received {
    /// How many bytes it has, inflated.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
            Self::Ping(payload) => payload.len(),
            Self::Pong | Self::Close(_) | Self::Fragment => 0,
        }
    }
}

/// What makes it pointless to read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// The bytes are no frames, or not in this order: 1002.
    Protocol,
    /// Text is not UTF-8: 1007.
    Utf8,
    /// A message is larger than allowed: 1009.
    TooBig,
}
