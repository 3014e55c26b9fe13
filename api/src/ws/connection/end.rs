//! How a connection ends.

use crate::ws::close_code::{Close, CloseCode};
use std::borrow::Cow;
use tokio_tungstenite::tungstenite::{Error, error::ProtocolError, protocol::CloseFrame};

/// Who or what ends a connection.
#[derive(Debug)]
pub(in crate::ws) enum End {
    /// The server closes it.
    Closed(Close),
    /// The client closes it.
    ByClient(Option<u16>),
    /// The network is gone.
    Lost,
}

impl End {
    pub(super) fn by_client(frame: Option<&CloseFrame>) -> Self {
        Self::ByClient(frame.map(|frame| frame.code.into()))
    }

    pub(in crate::ws) fn is_slow_consumer(&self) -> bool {
        matches!(self, Self::Closed(close) if close.code() == CloseCode::SlowConsumer)
    }

    /// The code, for metrics and logs. What a client sends is not trusted to be one of few.
    pub(in crate::ws) fn label(&self) -> Cow<'static, str> {
        match self {
            Self::Closed(close) => close.code().number().to_string().into(),
            Self::ByClient(Some(1000)) => "1000".into(),
            Self::ByClient(Some(1001)) => "1001".into(),
            Self::ByClient(None) => "1005".into(),
            Self::ByClient(Some(_)) => "client".into(),
            Self::Lost => "1006".into(),
        }
    }
}

impl From<CloseCode> for End {
    fn from(code: CloseCode) -> Self {
        Self::Closed(code.into())
    }
}

impl From<Error> for End {
    fn from(error: Error) -> Self {
        match error {
            Error::Capacity(_) => CloseCode::MessageTooBig.into(),
            Error::Utf8(_) => CloseCode::InvalidPayload.into(),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::Lost,
            Error::Protocol(_) => CloseCode::ProtocolError.into(),
            _ => Self::Lost,
        }
    }
}
