//! Operations over a socket, and what a ping behind them promises.

use crate::support::Server;
use api::ws::Limits;
use serde_json::json;
use std::time::Duration;

const HEARD: &str = "subscription { heard(room: \"r\") }";
const HEARD_BEHIND: &str = "subscription { heardBehind(gate: \"g\", room: \"r\") }";

#[tokio::test]
async fn queries_and_mutations_answer_once_and_complete() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.subscribe("q", "{ hello }").await;
    assert_eq!(client.result("q").await, json!({ "data": { "hello": "hello ada" } }));
    client.subscribe("q", "mutation { say(room: \"r\", text: \"x\") }").await;
    assert_eq!(client.result("q").await, json!({ "data": { "say": true } }));
}

#[tokio::test]
async fn what_fails_before_execution_is_an_error_and_what_fails_in_it_a_result() {
    let server = Server::default();
    let mut client = server.connect().await;
    for query in
        ["{", "", "{ nope }", "subscription { nope }", "query A { hello } query B { hello }"]
    {
        client.subscribe("1", query).await;
        assert!(client.failure("1").await["message"].is_string(), "{query}");
    }
    client.subscribe("1", "{ fails }").await;
    let result = client.result("1").await;
    assert_eq!(
        (&result["data"], &result["errors"][0]["message"]),
        (&json!(null), &json!("it fails"))
    );
}

#[tokio::test]
async fn subscriptions_of_one_socket_hear_their_rooms_in_order_until_they_complete() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.subscribe("a", HEARD).await;
    client.subscribe_live("b", "subscription { heard(room: \"s\") }").await;
    for number in 0..20 {
        server.world.say("r", &number.to_string());
    }
    server.world.say("elsewhere", "x");
    for number in 0..20 {
        let expected = json!({ "id": "a", "type": "next", "payload": { "data": { "heard": number.to_string() } } });
        assert_eq!(client.next().await, expected);
    }
    client.send(json!({ "type": "complete", "id": "a" })).await;
    client.ping().await;
    client.pong().await;
    server.world.until(|| server.world.listeners() == 1).await;
    server.world.say("r", "unheard");
    server.world.say("s", "heard");
    assert_eq!(client.next().await["payload"]["data"]["heard"], "heard");
    client.subscribe_live("a", HEARD).await;
    server.world.say("r", "again");
    assert_eq!(client.next().await["payload"]["data"]["heard"], "again");
}

#[tokio::test]
async fn a_pong_says_that_the_subscriptions_before_its_ping_are_live() {
    let server = Server::default();
    let (mut client, mut other) = (server.connect().await, server.connect().await);
    client.subscribe("s", HEARD_BEHIND).await;
    client.ping().await;
    // While the resolver waits, others are answered, and so are queries of this very connection.
    other.ping().await;
    other.pong().await;
    for _ in 0..3 {
        client.subscribe("q", "{ hello }").await;
        client.result("q").await;
    }
    server.world.say("r", "too early");
    server.world.open("g");
    client.pong().await;
    server.world.say("r", "in time");
    assert_eq!(client.next().await["payload"]["data"]["heardBehind"], "in time");
}

#[tokio::test]
async fn a_pong_waits_for_every_subscription_before_its_ping() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.subscribe("a", HEARD_BEHIND).await;
    client.subscribe("b", "subscription { heardBehind(gate: \"h\", room: \"r\") }").await;
    client.ping().await;
    server.world.open("h");
    server.world.until(|| server.world.listeners() == 1).await;
    client.subscribe("q", "{ hello }").await;
    client.result("q").await;
    server.world.open("g");
    client.pong().await;
    assert_eq!(server.world.listeners(), 2);
}

#[tokio::test]
async fn a_subscription_that_is_stopped_while_it_starts_holds_no_pong() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.subscribe("s", HEARD_BEHIND).await;
    client.ping().await;
    client.send(json!({ "type": "complete", "id": "s" })).await;
    client.pong().await;
}

#[tokio::test]
async fn a_refused_subscription_is_an_error_and_then_the_pong_comes() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.subscribe("s", "subscription { refused }").await;
    client.ping().await;
    assert_eq!(client.failure("s").await["message"], "not for you");
    client.pong().await;
}

#[tokio::test]
async fn a_subscription_that_never_becomes_live_fails_in_time() {
    let server =
        Server::start(Limits { start_timeout: Duration::from_millis(100), ..Limits::default() });
    let mut client = server.connect().await;
    client.subscribe("s", "subscription { mute }").await;
    client.ping().await;
    assert_eq!(client.failure("s").await["extensions"]["code"], "UNAVAILABLE");
    client.pong().await;
}

#[tokio::test]
async fn a_mutation_that_takes_too_long_fails_and_is_finished_all_the_same() {
    let operation_timeout = Duration::from_millis(100);
    let server = Server::start(Limits { operation_timeout, ..Limits::default() });
    let mut client = server.connect().await;
    client.subscribe("m", "mutation { write(gate: \"g\") }").await;
    assert_eq!(client.failure("m").await["extensions"]["code"], "UNAVAILABLE");
    server.world.open("g");
    server.world.until(|| server.world.written() == 1).await;
}

#[tokio::test]
async fn a_subscription_has_exactly_one_root_field() {
    let server = Server::default();
    let mut client = server.connect().await;
    for query in [
        "subscription { a: heard(room: \"r\") b: heard(room: \"s\") }",
        "subscription { ...F } fragment F on Subscription { heard(room: \"r\") }",
    ] {
        client.subscribe("s", query).await;
        assert_eq!(client.failure("s").await["extensions"]["code"], "BAD_USER_INPUT", "{query}");
    }
}

#[tokio::test]
async fn a_panic_fails_its_operation_and_nothing_else() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.subscribe_live("s", HEARD).await;
    for query in ["{ panics }", "mutation { panics }", "subscription { panics }"] {
        client.subscribe("p", query).await;
        let error = client.failure("p").await;
        assert_eq!(error["extensions"]["code"], "INTERNAL", "{query}");
        assert_eq!(error["message"], "something went wrong", "{query}");
    }
    server.world.say("r", "still here");
    assert_eq!(client.next().await["payload"]["data"]["heard"], "still here");
}

#[tokio::test]
async fn a_mutation_is_finished_even_if_its_client_has_left() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.subscribe("m", "mutation { write(gate: \"g\") }").await;
    client.ping().await;
    client.pong().await;
    drop(client);
    server.connections(0).await;
    server.world.open("g");
    server.world.until(|| server.world.written() == 1).await;
}
