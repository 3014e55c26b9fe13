//! graphql-transport-ws (<https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>).

use super::{Incoming, ended};
use serde_json::{Value, json};

pub(super) const SUBPROTOCOL: &str = "graphql-transport-ws";

/// What data has in its head.
pub(super) const DATA: &[u8] = br#""type":"next""#;

/// Behind a `subscribe` its answer says that the subscription is in force; the protocol has no other.
pub(super) const PING: &str = r#"{"type":"ping"}"#;
pub(super) const PONG: &str = r#"{"type":"pong"}"#;

pub(super) fn connection_init(token: &str) -> String {
    json!({ "type": "connection_init", "payload": { "Authorization": token } }).to_string()
}

pub(super) fn start(id: &str, document: &str, variables: &Value) -> String {
    let payload = json!({ "query": document, "variables": variables });
    json!({ "id": id, "type": "subscribe", "payload": payload }).to_string()
}

pub(super) fn classify(frame: &Value) -> Incoming {
    match frame["type"].as_str().unwrap_or_default() {
        "next" => Incoming::Next,
        "connection_ack" => Incoming::Acknowledged,
        "ping" => Incoming::Ping,
        "pong" => Incoming::Subscribed,
        "complete" => ended(frame, None),
        "error" => ended(frame, Some(&frame["payload"])),
        _ => Incoming::Unknown,
    }
}
