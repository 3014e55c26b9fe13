//! How a connection ends.

use crate::ws::{
    close_code::{Close, CloseCode},
    frame::Violation,
};
use std::borrow::Cow;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// Who or what ends a connection.
#[derive(Debug)]
pub(in crate::ws) enum End {
    /// The server closes it.
    Closed(Close),
    /// The client closes it.
    ByClient(Option<CloseFrame>),
    /// The network is gone.
    Lost,
    /// All has been said, on a stream that was asked for one thing.
    Completed,
}

impl End {
    pub(in crate::ws) fn is_slow_consumer(&self) -> bool {
        matches!(self, Self::Closed(close) if close.code() == CloseCode::SlowConsumer)
    }

    /// The code, for metrics and logs. What a client sends is not trusted to be one of few.
    pub(in crate::ws) fn label(&self) -> Cow<'static, str> {
        match self {
            Self::Closed(close) => close.code().number().to_string().into(),
            Self::ByClient(frame) => match frame.as_ref().map(|frame| u16::from(frame.code)) {
                Some(1000) => "1000".into(),
                Some(1001) => "1001".into(),
                None => "1005".into(),
                Some(_) => "client".into(),
            },
            Self::Lost => "1006".into(),
            Self::Completed => "complete".into(),
        }
    }
}

impl From<CloseCode> for End {
    fn from(code: CloseCode) -> Self {
        Self::Closed(code.into())
    }
}

impl From<Violation> for End {
    fn from(violation: Violation) -> Self {
        CloseCode::from(violation).into()
    }
}
