//! graphql-transport-ws, the client's side, as text in and text out.
//!
//! All that the rest knows of a protocol is here, so that another one (AppSync's) is another file with these names.

use serde_json::{Value, json};

/// The subprotocol that is asked for.
pub(crate) const SUBPROTOCOL: &str = "graphql-transport-ws";

/// The id of a participant's one operation.
pub(crate) const SUBSCRIPTION_ID: &str = "1";

/// How far into a frame its type is looked for before the frame is parsed.
const HEAD: usize = 64;

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Incoming {
    Acknowledged,
    /// Data of an operation.
    Next,
    Ping,
    Pong,
    /// An operation is over, perhaps by these errors.
    Ended {
        id: String,
        errors: Option<String>,
    },
    /// Nothing of this protocol.
    Unknown,
}

pub(crate) fn connection_init(token: &str) -> String {
    json!({ "type": "connection_init", "payload": { "Authorization": token } }).to_string()
}

pub(crate) fn subscribe(id: &str, document: &str, variables: &Value) -> String {
    let payload = json!({ "query": document, "variables": variables });
    json!({ "id": id, "type": "subscribe", "payload": payload }).to_string()
}

pub(crate) fn ping() -> &'static str {
    r#"{"type":"ping"}"#
}

pub(crate) fn pong() -> &'static str {
    r#"{"type":"pong"}"#
}

/// What a frame is. Data, of which there is most, is not parsed.
pub(crate) fn classify(frame: &[u8]) -> Incoming {
    let head = &frame[..frame.len().min(HEAD)];
    if contains(head, br#""type":"next""#) {
        return Incoming::Next;
    }
    let Ok(frame) = serde_json::from_slice::<Value>(frame) else { return Incoming::Unknown };
    let id = || frame["id"].as_str().unwrap_or_default().to_owned();
    match frame["type"].as_str().unwrap_or_default() {
        "next" => Incoming::Next,
        "connection_ack" => Incoming::Acknowledged,
        "ping" => Incoming::Ping,
        "pong" => Incoming::Pong,
        "complete" => Incoming::Ended { id: id(), errors: None },
        "error" => Incoming::Ended { id: id(), errors: Some(refusal(&frame["payload"])) },
        _ => Incoming::Unknown,
    }
}

/// The errors of a data frame.
pub(crate) fn errors(frame: &[u8]) -> Option<String> {
    let frame: Value = serde_json::from_slice(frame).ok()?;
    let errors = &frame["payload"]["errors"];
    errors.as_array().is_some_and(|errors| !errors.is_empty()).then(|| refusal(errors))
}

/// The code of the first error, or its message where it has no code.
fn refusal(errors: &Value) -> String {
    let first = &errors[0];
    let told = first["extensions"]["code"].as_str().or_else(|| first["message"].as_str());
    told.unwrap_or("an error without a message").to_owned()
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_recognized_wherever_its_type_stands() {
        let late = json!({ "payload": { "data": { "filler": "x".repeat(100) } }, "type": "next" });
        for frame in
            [r#"{"type":"next","id":"1"}"#, r#"{"id":"1","type":"next"}"#, &late.to_string()]
        {
            assert_eq!(classify(frame.as_bytes()), Incoming::Next);
        }
        let message = r#"{"type":"error","id":"1","payload":[{"message":"\"type\":\"next\""}]}"#;
        assert_ne!(classify(message.as_bytes()), Incoming::Next);
    }

    #[test]
    fn a_refusal_names_its_code() {
        let frame = r#"{"id":"7","type":"error","payload":[{"message":"no","extensions":{"code":"ROOM_BUSY"}}]}"#;
        let ended = Incoming::Ended { id: "7".to_owned(), errors: Some("ROOM_BUSY".to_owned()) };
        assert_eq!(classify(frame.as_bytes()), ended);
        let next =
            r#"{"id":"7","type":"next","payload":{"data":null,"errors":[{"message":"no"}]}}"#;
        assert_eq!(errors(next.as_bytes()).as_deref(), Some("no"));
        assert_eq!(errors(br#"{"payload":{"data":{}}}"#), None);
    }

    #[test]
    fn what_is_no_message_is_unknown() {
        for frame in ["", "{}", "[]", "hello", r#"{"type":7}"#] {
            assert_eq!(classify(frame.as_bytes()), Incoming::Unknown);
        }
    }
}
