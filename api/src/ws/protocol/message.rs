//! The messages of graphql-transport-ws: strict in what it reads. What others have in common with it is here too.

use super::OperationId;
use crate::{json::is_bounded, trace, trusted};
use async_graphql::{Request, Variables};
use resolvers::trace::TraceParent;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A JSON object as a client sent it.
pub(super) type Object = Map<String, Value>;

/// What a client may send. Unknown fields are tolerated, unknown types are not.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ClientMessage {
    ConnectionInit {
        payload: Option<Object>,
    },
    Ping {
        payload: Option<Object>,
    },
    Pong {
        #[expect(dead_code, reason = "it is read so that one that is no object is refused")]
        payload: Option<Object>,
    },
    Subscribe {
        id: OperationId,
        payload: Object,
    },
    Complete {
        id: OperationId,
    },
}

/// What the server sends.
#[derive(Serialize)]
pub(super) struct ServerMessage<'a, P> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'a str>,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) payload: Option<P>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Operation {
    /// Absent where the document is named.
    query: Option<String>,
    document_id: Option<String>,
    variables: Option<Object>,
    operation_name: Option<String>,
    /// Where a document may be named. What else is in it is not kept: a subscription would hold it to its end.
    extensions: Option<Object>,
}

impl ClientMessage {
    pub(super) fn parse(text: &str) -> Option<Self> {
        if !is_bounded(text.as_bytes()) {
            return None;
        }
        // By way of an object, because serde would also read an enum or a struct from an array.
        let object: Object = serde_json::from_str(text).ok()?;
        serde_json::from_value(Value::Object(object)).ok()
    }
}

impl<P: Serialize> ServerMessage<'_, P> {
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("all keys are strings, so it has a JSON form")
    }
}

/// A message that is nothing but its type.
pub(super) fn bare(kind: &'static str) -> String {
    ServerMessage { id: None, kind, payload: None::<()> }.text()
}

/// A message about an operation.
pub(super) fn of_operation(
    kind: &'static str,
    id: &OperationId,
    payload: Option<impl Serialize>,
) -> String {
    ServerMessage { id: Some(id.as_str()), kind, payload }.text()
}

/// The same up to its payload; a brace ends it.
pub(super) fn result_head(kind: &'static str, id: &OperationId) -> String {
    let id = serde_json::to_string(id.as_str()).expect("text has a JSON form");
    format!(r#"{{"id":{id},"type":"{kind}","payload":"#)
}

/// Reads the payload of `subscribe`, or of a `start`. Where it does not say in which trace it is, it is in that of its connection.
pub(super) fn request(payload: Object, of_connection: Option<TraceParent>) -> Option<Box<Request>> {
    let mut operation: Operation = serde_json::from_value(Value::Object(payload)).ok()?;
    let name = trusted::name(operation.document_id, operation.extensions.as_mut());
    if operation.query.is_none() && name.is_none() {
        return None;
    }
    let parent = operation.extensions.as_ref().and_then(trace::in_object).or(of_connection);
    let request = Request::new(operation.query.unwrap_or_default());
    let mut request = trace::carrying(trusted::carrying(request, name), parent);
    request.variables =
        Variables::from_json(Value::Object(operation.variables.unwrap_or_default()));
    request.operation_name = operation.operation_name;
    Some(Box::new(request))
}
