//! How connections end.

use std::{fmt, io};
use tokio_tungstenite::tungstenite::Error;

/// The server restarts, and asks to be connected to again (close code of IANA's WebSocket registry).
const SERVICE_RESTART: u16 = 1012;

/// Why there is no connection, or no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The server closed it with this code.
    Closed(u16),
    Failed(String),
}

impl Lost {
    /// Whether the server asked to be connected to again.
    pub(crate) fn is_restart(&self) -> bool {
        *self == Self::Closed(SERVICE_RESTART)
    }
}

impl From<Error> for Lost {
    fn from(error: Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<io::Error> for Lost {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed(code) => write!(formatter, "closed with {code}"),
            Self::Failed(why) => formatter.write_str(why),
        }
    }
}

impl std::error::Error for Lost {}
