//! Applications that call with a key, over HTTP and over sockets of both protocols.

use crate::support::{PATIENCE, Reply, Server, TOKEN, send, serve_with};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::{SinkExt, StreamExt};
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};
use tokio::time;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::ClientRequestBuilder},
};

const READER: &str = "da2-0123456789abcdef";
const BOT: &str = "da2-fedcba9876543210";

async fn serve() -> Server {
    let keys = format!("website read-only {READER}; bot participant {BOT}");
    serve_with(|config| config.api_keys = keys.parse().unwrap()).await
}

async fn ask(server: &Server, key: &str, query: &str) -> Reply {
    let request = server.request("POST", "/graphql").header("x-api-key", key);
    send(request.json(&json!({ "query": query }))).await
}

#[tokio::test]
async fn a_key_names_an_application() {
    let server = serve().await;
    for (key, name) in [(READER, "website"), (BOT, "bot")] {
        let reply = ask(&server, key, "{ viewer { id } }").await;
        assert_eq!(reply.json(), json!({ "data": { "viewer": { "id": name } } }));
    }
    for unknown in ["", "da2-0123456789abcdeg", "website", TOKEN.as_str()] {
        let reply = ask(&server, unknown, "{ viewer { id } }").await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (401, "UNAUTHENTICATED"));
    }
}

#[tokio::test]
async fn a_key_that_only_reads_changes_nothing_however_it_asks() {
    let server = serve().await;
    for query in [
        "mutation { count }",
        "mutation A { count }",
        "query A { viewer { id } } mutation B { count }",
        "mutation { ...F } fragment F on Mutation { count }",
    ] {
        assert_eq!(ask(&server, READER, query).await.code(), "FORBIDDEN", "{query}");
    }
    assert_eq!(server.probe.resolved(), 0);
    assert_eq!(ask(&server, BOT, "mutation { count }").await.json()["data"]["count"], 1);
    let deep = format!("mutation {{ {} }}", "count ".repeat(30_000));
    assert_eq!(ask(&server, READER, &deep).await.code(), "QUERY_TOO_COMPLEX");
}

#[tokio::test]
async fn a_user_counts_before_an_application() {
    let server = serve().await;
    let query = json!({ "query": "{ viewer { id } }" });
    let both = server.post(&query).header("x-api-key", READER);
    assert_eq!(send(both).await.json()["data"]["viewer"]["id"], "ada");
    let request = server.request("POST", "/graphql").header("x-api-key", READER).json(&query);
    assert_eq!(send(request.header(AUTHORIZATION, "wrong")).await.status, 401);
    let two = server.request("POST", "/graphql").header("x-api-key", READER).json(&query);
    assert_eq!(send(two.header("x-api-key", BOT)).await.status, 401, "two of them name nobody");
}

#[tokio::test]
async fn a_key_opens_sockets_of_both_protocols() {
    let server = serve().await;
    let key = json!({ "x-api-key": READER, "host": "h" });
    let header = STANDARD.encode(key.to_string());
    let init = json!({ "type": "connection_init", "payload": { "X-Api-Key": READER } });
    let subscribe = json!({ "query": "subscription { ticks }" });
    let data = subscribe.to_string();
    let payload = json!({ "data": data, "extensions": { "authorization": key } });
    for (path, protocol, init, start, result) in [
        (
            "/graphql".to_owned(),
            "graphql-transport-ws",
            init,
            json!({ "type": "subscribe", "id": "1", "payload": subscribe }),
            "next",
        ),
        (
            format!("/graphql/realtime?header={header}"),
            "graphql-ws",
            json!({ "type": "connection_init" }),
            json!({ "type": "start", "id": "1", "payload": payload }),
            "data",
        ),
    ] {
        let address = format!("ws://{}{path}", server.address).parse().unwrap();
        let request = ClientRequestBuilder::new(address).with_sub_protocol(protocol);
        let (mut socket, _) = connect_async(request).await.unwrap();
        socket.send(Message::text(init.to_string())).await.unwrap();
        let mut heard = Vec::new();
        while heard.last().is_none_or(|last: &Value| last["type"] != result) {
            let message = time::timeout(PATIENCE, socket.next()).await.expect("a message");
            let message = message.unwrap().unwrap();
            let message: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
            if message["type"] == "connection_ack" {
                socket.send(Message::text(start.to_string())).await.unwrap();
            }
            heard.push(message);
        }
        assert_eq!(heard.last().unwrap()["payload"]["data"]["ticks"], 0, "{heard:?}");
    }
}
