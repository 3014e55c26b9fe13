//! AppSync's real-time protocol, as Amplify speaks it
//! (<https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html>).

use super::{Credential, Incoming, ended};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

pub(super) const SUBPROTOCOL: &str = "graphql-ws";

/// What clients append to the address of an API on a domain of one's own.
pub(super) const REALTIME: &str = "/realtime";

/// What data has in its head.
pub(super) const DATA: &[u8] = br#""type":"data""#;

/// The header travels as a second subprotocol.
pub(super) fn offer(credential: Credential<'_>) -> String {
    let header = URL_SAFE_NO_PAD.encode(authorization(credential).to_string());
    format!("{SUBPROTOCOL}, header-{header}")
}

pub(super) fn connection_init() -> String {
    json!({ "type": "connection_init" }).to_string()
}

/// Every operation shows by itself what lets it in.
pub(super) fn start(
    id: &str,
    document: &str,
    variables: &Value,
    credential: Credential<'_>,
) -> String {
    let data = json!({ "query": document, "variables": variables }).to_string();
    let extensions = json!({ "authorization": authorization(credential) });
    let payload = json!({ "data": data, "extensions": extensions });
    json!({ "id": id, "payload": payload, "type": "start" }).to_string()
}

pub(super) fn classify(frame: &Value) -> Incoming {
    match frame["type"].as_str().unwrap_or_default() {
        "data" => Incoming::Next,
        "connection_ack" => Incoming::Acknowledged,
        "start_ack" => Incoming::Subscribed,
        "ka" => Incoming::KeepAlive,
        "complete" => ended(frame, None),
        "error" | "connection_error" => ended(frame, Some(&frame["payload"]["errors"])),
        _ => Incoming::Unknown,
    }
}

fn authorization(Credential { token, host }: Credential<'_>) -> Value {
    json!({ "Authorization": token, "host": host })
}
