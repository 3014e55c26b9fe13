//! What clients of subscriptions-transport-ws send, and the answers to what is none of it.

use crate::{
    json::is_bounded,
    ws::{
        CloseCode,
        protocol::{
            OperationId,
            message::{Object, of_operation, request},
        },
        token::Credential,
    },
};
use async_graphql::Request;
use schema::ErrorCode;
use serde_json::{Value, json};

/// What a client may send. Fields that are not needed are not looked at.
pub(super) enum ClientMessage {
    ConnectionInit { credential: Option<Credential> },
    Start { id: OperationId, request: Box<Request> },
    Stop { id: OperationId },
    ConnectionTerminate,
}

/// What is wrong with a message. The connection stays open, as it does with the reference.
pub(super) struct Fault {
    /// The operation that it was about, if it has a name.
    id: Option<OperationId>,
    reason: Reason,
}

/// Why, with the code that programs read.
pub(super) struct Reason {
    code: ErrorCode,
    message: &'static str,
}

impl Fault {
    /// An operation before `connection_init`.
    pub(super) const UNAUTHENTICATED: Reason = Reason {
        code: ErrorCode::Unauthenticated,
        message: "you are not signed in: `connection_init` comes first",
    };

    fn new(id: Option<OperationId>, message: &'static str) -> Self {
        Self { id, reason: Reason { code: ErrorCode::BadUserInput, message } }
    }

    /// The answer: an `error` of the operation, or else, as there is nothing else, a `connection_error`.
    pub(super) fn text(&self) -> String {
        match &self.id {
            Some(id) => fault(id, &self.reason),
            None => {
                json!({ "type": "connection_error", "payload": self.reason.payload() }).to_string()
            }
        }
    }
}

impl Reason {
    fn payload(&self) -> Value {
        json!({ "message": self.message, "extensions": { "code": self.code } })
    }
}

impl ClientMessage {
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let mut message =
            object(text).ok_or(Fault::new(None, "a message is a JSON object of bounded size"))?;
        let id = match message.remove("id") {
            Some(Value::String(id)) => OperationId::try_from(id).ok(),
            _ => None,
        };
        match (message.get("type").and_then(Value::as_str), id) {
            (Some("connection_init"), _) => Ok(Self::ConnectionInit {
                credential: message
                    .get("payload")
                    .and_then(Value::as_object)
                    .and_then(Credential::in_payload),
            }),
            (Some("connection_terminate"), _) => Ok(Self::ConnectionTerminate),
            (Some("start"), Some(id)) => Self::start(id, message),
            (Some("stop"), Some(id)) => Ok(Self::Stop { id }),
            (Some("start" | "stop"), None) => {
                Err(Fault::new(None, "an `id` is 1 to 256 bytes of text"))
            }
            (_, id) => {
                let message = "the types are connection_init, start, stop and connection_terminate";
                Err(Fault::new(id, message))
            }
        }
    }

    fn start(id: OperationId, mut message: Object) -> Result<Self, Fault> {
        let Some(Value::Object(payload)) = message.remove("payload") else {
            return Err(Fault::new(Some(id), "a `start` has a `payload`"));
        };
        match request(payload, None) {
            Some(request) => Ok(Self::Start { id, request }),
            None => Err(Fault::new(
                Some(id),
                "a `payload` has a `query`, and may have `variables` and an `operationName`",
            )),
        }
    }
}

/// Says that something was no operation.
pub(super) fn fault(id: &OperationId, reason: &Reason) -> String {
    of_operation("error", id, Some(reason.payload()))
}

/// Says that the client is not let in. Its application is given the payload.
pub(super) fn connection_error(code: CloseCode) -> String {
    let error_code = match code {
        CloseCode::TryAgainLater => ErrorCode::Unavailable,
        CloseCode::TooManyConnections => ErrorCode::RateLimited,
        CloseCode::TooManyInitialisationRequests => ErrorCode::BadUserInput,
        _ => ErrorCode::Unauthenticated,
    };
    Fault { id: None, reason: Reason { code: error_code, message: code.reason() } }.text()
}

fn object(text: &str) -> Option<Object> {
    is_bounded(text.as_bytes()).then(|| serde_json::from_str(text).ok()).flatten()
}
