//! From HTTP to WebSocket, and from there to a known caller.

use crate::support::{Client, HANDSHAKE, Server, request};
use api::ws::Limits;
use serde_json::json;

#[tokio::test]
async fn the_subprotocol_is_chosen_from_the_offer() {
    let server = Server::default();
    let client =
        Client::open(server.address, "sec-websocket-protocol: foo, graphql-transport-ws\r\n").await;
    assert!(
        client.head.contains("sec-websocket-protocol: graphql-transport-ws\r\n"),
        "{}",
        client.head
    );
    assert!(!client.head.contains("sec-websocket-extensions"), "{}", client.head);
}

#[tokio::test]
async fn without_a_common_subprotocol_the_connection_is_closed_by_4406() {
    let server = Server::default();
    for offer in
        ["", "sec-websocket-protocol: foo\r\n", "sec-websocket-protocol: graphql-subscriptions\r\n"]
    {
        let mut client = Client::open(server.address, offer).await;
        assert!(!client.head.contains("sec-websocket-protocol"), "{}", client.head);
        assert_eq!(
            client.closed().await,
            (4406, "Subprotocol not acceptable".to_owned()),
            "{offer}"
        );
    }
}

#[tokio::test]
async fn what_is_no_handshake_gets_an_http_error() {
    let server = Server::default();
    for (wrong, right, status) in [
        ("upgrade: websocket\r\n", "", "426"),
        ("sec-websocket-version: 13", "sec-websocket-version: 8", "426"),
        ("connection: Upgrade", "connection: close", "400"),
        ("sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "", "400"),
        ("sec-websocket-key: dGhl", "sec-websocket-key: ", "400"),
        ("GET ", "POST ", "400"),
    ] {
        let (answer, _) = request(server.address, &HANDSHAKE.replace(wrong, right)).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{wrong:?} -> {right:?}: {answer}"
        );
    }
    server.connections(0).await;
}

#[tokio::test]
async fn one_connection_too_many_is_refused_before_the_upgrade() {
    let server = Server::start(Limits { max_connections: 1, ..Limits::default() });
    let first = server.connect().await;
    let (answer, _) = request(server.address, HANDSHAKE).await;
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("retry-after: "), "{answer}");
    drop(first);
    server.connections(0).await;
    server.connect().await;
}

#[tokio::test]
async fn the_token_comes_from_the_payload_or_else_from_the_upgrade_request() {
    let server = Server::default();
    let headers =
        "sec-websocket-protocol: graphql-transport-ws\r\nauthorization: Bearer header\r\n";
    for (payload, caller) in [
        (json!({}), "hello header"),
        (json!({ "authorization": "Bearer payload" }), "hello payload"),
        (json!({ "headers": { "Authorization": "payload" } }), "hello payload"),
        (json!({ "authToken": "payload" }), "hello payload"),
    ] {
        let mut client = Client::open(server.address, headers).await;
        client.send(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(client.next().await, json!({ "type": "connection_ack" }));
        client.subscribe("q", "{ hello }").await;
        assert_eq!(client.result("q").await, json!({ "data": { "hello": caller } }));
    }
}

#[tokio::test]
async fn without_a_token_or_with_a_refused_one_the_connection_is_forbidden() {
    let server = Server::default();
    for payload in [json!(null), json!({}), json!({ "Authorization": "refused:" })] {
        let mut client = server.open().await;
        client.send(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(client.closed().await, (4403, "Forbidden".to_owned()), "{payload}");
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_checked_now_may_be_tried_again() {
    let server = Server::default();
    let mut client = server.open().await;
    client
        .send(json!({ "type": "connection_init", "payload": { "Authorization": "unchecked:" } }))
        .await;
    assert_eq!(client.closed().await, (1013, "Try again later".to_owned()));
}
