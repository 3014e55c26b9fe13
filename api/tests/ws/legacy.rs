//! The protocol of subscriptions-transport-ws over real sockets.

use crate::support::{Client, Server};
use api::ws::Limits;
use serde_json::{Value, json};
use std::time::Duration;

const HEARD: &str = "subscription { heard(room: \"r\") }";
const OFFER: &str = "sec-websocket-protocol: graphql-ws\r\n";

impl Server {
    async fn legacy(&self, payload: Value) -> Client {
        let mut client = Client::open(self.address, OFFER).await;
        client.send(json!({ "type": "connection_init", "payload": payload })).await;
        client
    }

    async fn legacy_as(&self, token: &str) -> Client {
        let mut client = self.legacy(json!({ "Authorization": token })).await;
        client.welcome().await;
        client
    }
}

impl Client {
    async fn welcome(&mut self) {
        assert_eq!(self.next().await, json!({ "type": "connection_ack" }));
        assert_eq!(self.next().await, json!({ "type": "ka" }));
    }

    async fn begin(&mut self, id: &str, query: &str) {
        self.send(json!({ "type": "start", "id": id, "payload": { "query": query } })).await;
    }

    /// Expects a result and the end of its operation.
    async fn answer(&mut self, id: &str) -> Value {
        let payload = self.data(id).await;
        assert_eq!(self.next().await, json!({ "type": "complete", "id": id }));
        payload
    }
}

#[tokio::test]
async fn the_subprotocol_alone_chooses_it_and_the_newest_wins() {
    let server = Server::default();
    let client = Client::open(server.address, OFFER).await;
    assert!(client.head.contains("sec-websocket-protocol: graphql-ws\r\n"), "{}", client.head);
    let both = "sec-websocket-protocol: graphql-ws, graphql-transport-ws\r\n";
    let mut client = Client::open(server.address, both).await;
    client.init("ada").await;
}

#[tokio::test]
async fn the_token_is_found_wherever_clients_put_it() {
    let server = Server::default();
    for payload in [
        json!({ "Authorization": "Bearer ada" }),
        json!({ "authorization": "ada" }),
        json!({ "authToken": "ada" }),
        json!({ "headers": { "AUTHORIZATION": "ada" } }),
        json!({ "X-Api-Key": "ada" }),
    ] {
        let mut client = server.legacy(payload).await;
        client.welcome().await;
        client.begin("1", "{ hello }").await;
        assert_eq!(client.answer("1").await, json!({ "data": { "hello": "hello ada" } }));
    }
    let mut client =
        Client::open(server.address, &format!("{OFFER}authorization: Bearer bob\r\n")).await;
    client.send(json!({ "type": "connection_init" })).await;
    client.welcome().await;
    client.begin("1", "{ hello }").await;
    assert_eq!(client.answer("1").await, json!({ "data": { "hello": "hello bob" } }));
}

#[tokio::test]
async fn who_is_not_let_in_is_told_before_the_close() {
    let server = Server::start(Limits { max_connections_per_user: 1, ..Limits::default() });
    let _first = server.legacy_as("full").await;
    for (payload, code, close) in [
        (json!(null), "UNAUTHENTICATED", 4403),
        (json!({ "Authorization": "refused:" }), "UNAUTHENTICATED", 4403),
        (json!({ "Authorization": "unchecked:" }), "UNAVAILABLE", 1013),
        (json!({ "Authorization": "full" }), "RATE_LIMITED", 4804),
    ] {
        let mut client = server.legacy(payload).await;
        // It is sent before the client knows.
        client.begin("1", "{ hello }").await;
        let refusal = client.next().await;
        assert_eq!(refusal["type"], "connection_error", "{refusal}");
        assert_eq!(refusal["payload"]["extensions"]["code"], code);
        assert_eq!(client.close_code().await, close);
    }
}

#[tokio::test]
async fn nothing_runs_before_the_caller_is_known() {
    let server =
        Server::start(Limits { init_timeout: Duration::from_millis(300), ..Limits::default() });
    let mut client = Client::open(server.address, OFFER).await;
    client.begin("1", "mutation { say(room: \"r\", text: \"x\") }").await;
    let refusal = client.next().await;
    assert_eq!((&refusal["type"], &refusal["id"]), (&json!("error"), &json!("1")));
    assert_eq!(refusal["payload"]["extensions"]["code"], "UNAUTHENTICATED");
    client
        .send(json!({ "type": "connection_init", "payload": { "authToken": "undecided:" } }))
        .await;
    client.begin("2", "{ hello }").await;
    assert_eq!(client.close_code().await, 4408, "it was never verified, so nothing was said");
}

/// The client waits for no acknowledgement.
#[tokio::test]
async fn operations_behind_the_initialization_run() {
    let server = Server::default();
    let mut client = server.legacy(json!({ "Authorization": "ada" })).await;
    client.begin("1", HEARD).await;
    client.begin("2", "{ hello }").await;
    client.welcome().await;
    assert_eq!(client.answer("2").await["data"]["hello"], "hello ada");
    server.world.until(|| server.world.listeners() == 1).await;
    client.begin("3", "mutation { say(room: \"r\", text: \"x\") }").await;
    let mut told = [client.next().await, client.next().await, client.next().await];
    told.sort_by_key(|message| message["id"].to_string() + message["type"].as_str().unwrap());
    assert_eq!(told[0]["payload"]["data"]["heard"], "x");
    assert_eq!(told[1], json!({ "type": "complete", "id": "3" }));
    assert_eq!(told[2]["payload"]["data"]["say"], true);
}

#[tokio::test]
async fn an_id_in_use_is_taken_over_and_one_that_is_stopped_is_silent() {
    let server = Server::default();
    let mut client = server.legacy_as("ada").await;
    client.begin("1", HEARD).await;
    server.world.until(|| server.world.listeners() == 1).await;
    client.begin("1", "subscription { heard(room: \"s\") }").await;
    client.begin("2", "{ hello }").await;
    client.answer("2").await;
    server.world.until(|| server.world.listeners() == 1).await;
    server.world.say("r", "old");
    server.world.say("s", "new");
    assert_eq!(client.data("1").await["data"]["heard"], "new");
    client.send(json!({ "type": "stop", "id": "1" })).await;
    assert_eq!(client.next().await, json!({ "type": "complete", "id": "1" }));
    server.world.until(|| server.world.listeners() == 0).await;
}

#[tokio::test]
async fn what_is_refused_reaches_the_application_with_its_errors() {
    let server = Server::default();
    let mut client = server.legacy_as("ada").await;
    for (query, message) in [
        ("{ nothing }", "Unknown field"),
        ("{", "expected"),
        ("subscription { refused }", "not for you"),
        ("subscription { a: mute b: mute }", "one root field"),
        ("{ fails }", "it fails"),
    ] {
        client.begin("1", query).await;
        let payload = client.answer("1").await;
        let told = payload["errors"][0]["message"].as_str().unwrap();
        assert!(told.contains(message), "{query}: {told}");
    }
}

#[tokio::test]
async fn signs_of_life_come_before_the_client_gives_up() {
    let server =
        Server::start(Limits { frequent_beat: Duration::from_millis(200), ..Limits::default() });
    let mut client = server.legacy_as("ada").await;
    for _ in 0..2 {
        assert_eq!(client.next().await, json!({ "type": "ka" }));
    }
    assert!(Limits::default().frequent_beat < Duration::from_secs(29), "it gives up after 30 s");
}

#[tokio::test]
async fn faults_are_answered_and_the_end_is_orderly() {
    let server = Server::default();
    let mut client = server.legacy_as("ada").await;
    client.send(json!({ "type": "shout", "id": "1" })).await;
    assert_eq!(client.next().await["type"], "error");
    client.send(json!([])).await;
    assert_eq!(client.next().await["type"], "connection_error");
    client.send(json!({ "type": "connection_terminate" })).await;
    assert_eq!(client.close_code().await, 1000);
    let mut client = server.legacy_as("ada").await;
    client.send(json!({ "type": "connection_init", "payload": { "authToken": "bob" } })).await;
    assert_eq!(client.next().await["type"], "connection_error");
    assert_eq!(client.close_code().await, 4429);
}

#[tokio::test]
async fn a_token_that_ends_ends_the_connection() {
    let server = Server::start(Limits { expiry_grace: Duration::ZERO, ..Limits::default() });
    let mut client = server.legacy_as("millis:300").await;
    client.begin("1", HEARD).await;
    assert_eq!(client.closed().await, (4807, "Token expired".to_owned()));
}
