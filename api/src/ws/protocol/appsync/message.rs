//! What clients of AppSync's protocol send.

use crate::{
    json::is_bounded,
    ws::{
        protocol::{
            OperationId,
            message::{Object, request},
        },
        token::Credential,
    },
};
use async_graphql::Request;
use serde_json::Value;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What a client may send. Fields that are not needed are not looked at.
pub(super) enum ClientMessage {
    ConnectionInit,
    Start(Start),
    Stop { id: OperationId },
}

/// What a `start` asks for.
pub(super) struct Start {
    pub(super) id: OperationId,
    pub(super) request: Box<Request>,
    pub(super) credential: Credential,
    /// Of the request as it was written. It tells a client its own messages apart and need not withstand it.
    pub(super) fingerprint: u64,
}

/// What is wrong with a message.
pub(super) struct Fault {
    /// The operation that it was about, if it has a name.
    pub(super) id: Option<OperationId>,
    pub(super) error_type: &'static str,
    pub(super) message: &'static str,
}

impl ClientMessage {
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let mut message =
            object(text).ok_or(malformed(None, "a message is a JSON object of bounded size"))?;
        let id = match message.remove("id") {
            Some(Value::String(id)) => OperationId::try_from(id).ok(),
            _ => None,
        };
        match (message.get("type").and_then(Value::as_str), id) {
            (Some("connection_init"), _) => Ok(Self::ConnectionInit),
            (Some("start"), Some(id)) => Start::parse(id, message).map(Self::Start),
            (Some("stop"), Some(id)) => Ok(Self::Stop { id }),
            (Some("start" | "stop"), None) => Err(malformed(None, "an `id` is 1 to 256 bytes")),
            (_, id) => {
                let message = "the types are connection_init, start and stop";
                Err(Fault { id, error_type: "UnsupportedOperation", message })
            }
        }
    }
}

impl Start {
    fn parse(id: OperationId, mut message: Object) -> Result<Self, Fault> {
        let Some(Value::Object(mut payload)) = message.remove("payload") else {
            return Err(malformed(Some(id), "a `start` has a `payload`"));
        };
        let Some(Value::String(data)) = payload.remove("data") else {
            return Err(malformed(Some(id), "`payload.data` is JSON in a string"));
        };
        let Some(request) = object(&data).and_then(|data| request(data, None)) else {
            return Err(malformed(
                Some(id),
                "`payload.data` has a `query`, and may have `variables`",
            ));
        };
        let extensions =
            payload.get("extensions").and_then(|it| it.get("authorization")?.as_object());
        let Some(credential) = extensions.and_then(Credential::in_entries) else {
            return Err(malformed(Some(id), "Required headers are missing."));
        };
        let mut hasher = DefaultHasher::new();
        data.hash(&mut hasher);
        Ok(Self { id, request, credential, fingerprint: hasher.finish() })
    }
}

fn malformed(id: Option<OperationId>, message: &'static str) -> Fault {
    Fault { id, error_type: "BadRequestException", message }
}

fn object(text: &str) -> Option<Object> {
    is_bounded(text.as_bytes()).then(|| serde_json::from_str(text).ok()).flatten()
}
