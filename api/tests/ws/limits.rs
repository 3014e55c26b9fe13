//! What one connection may do at once and per second.

use crate::support::Server;
use api::ws::{Limits, Rate};
use serde_json::json;

#[tokio::test]
async fn the_hundred_and_first_subscription_fails_and_the_connection_stays() {
    let server = Server::default();
    let mut client = server.connect().await;
    for number in 0..100 {
        client.subscribe(&number.to_string(), "subscription { heard(room: \"r\") }").await;
    }
    client.subscribe("100", "subscription { heard(room: \"r\") }").await;
    assert_eq!(client.failure("100").await["extensions"], json!({ "code": "RATE_LIMITED" }));
    client.send(json!({ "type": "complete", "id": "7" })).await;
    client.subscribe_live("100", "subscription { heard(room: \"r\") }").await;
    server.world.say("r", "x");
    let mut ids = Vec::new();
    for _ in 0..100 {
        ids.push(client.next().await["id"].as_str().unwrap().parse::<u32>().unwrap());
    }
    ids.sort_unstable();
    assert_eq!(ids, (0..=100).filter(|id| *id != 7).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_user_has_so_many_connections_and_another_one_when_one_ends() {
    let server = Server::start(Limits { max_connections_per_user: 2, ..Limits::default() });
    let (first, _second) = (server.connect().await, server.connect().await);
    let mut third = server.open().await;
    third.send(json!({ "type": "connection_init", "payload": { "Authorization": "ada" } })).await;
    assert_eq!(third.closed().await, (4804, "Too many connections".to_owned()));
    server.open().await.init("grace").await;
    drop(first);
    // Ada's second one is left.
    server.connections(1).await;
    let _third = server.connect().await;
}

#[tokio::test]
async fn a_user_has_any_number_of_connections_where_there_is_no_cap() {
    let server = Server::start(Limits { max_connections_per_user: 0, ..Limits::default() });
    let mut clients = Vec::new();
    for _ in 0..30 {
        clients.push(server.connect().await);
    }
    server.connections(30).await;
}

#[tokio::test]
async fn subscriptions_share_a_budget_of_fields_that_is_free_again_when_one_ends() {
    let server = Server::start(Limits { max_subscribed_fields: 3, ..Limits::default() });
    let mut client = server.connect().await;
    let heard = "subscription { heard(room: \"r\") }";
    for id in ["a", "b", "c"] {
        client.subscribe_live(id, heard).await;
    }
    client.subscribe("d", heard).await;
    assert_eq!(client.failure("d").await["extensions"], json!({ "code": "RATE_LIMITED" }));
    // What answers once takes nothing of it.
    client.subscribe("q", "{ a: hello b: hello c: hello d: hello }").await;
    client.result("q").await;
    client.send(json!({ "type": "complete", "id": "b" })).await;
    client.subscribe_live("d", heard).await;
    // One that the server ends is no longer counted either.
    client.send(json!({ "type": "complete", "id": "a" })).await;
    for _ in 0..2 {
        client.subscribe("e", "subscription { refused }").await;
        assert_eq!(client.failure("e").await["message"], "not for you");
    }
    client.subscribe_live("e", heard).await;
}

/// Else twenty connections would cost twenty times as much for each event.
#[tokio::test]
async fn the_connections_of_a_user_share_the_budget_of_fields_and_those_of_others_do_not() {
    let server = Server::start(Limits { max_subscribed_fields: 3, ..Limits::default() });
    let heard = "subscription { heard(room: \"r\") }";
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    for id in ["a", "b"] {
        first.subscribe_live(id, heard).await;
    }
    second.subscribe_live("c", heard).await;
    second.subscribe("d", heard).await;
    assert_eq!(second.failure("d").await["extensions"], json!({ "code": "RATE_LIMITED" }));
    let mut other = server.open().await;
    other.init("grace").await;
    other.subscribe_live("a", heard).await;
    first.send(json!({ "type": "complete", "id": "b" })).await;
    first.ping().await;
    first.pong().await;
    second.subscribe_live("d", heard).await;
    drop(first);
    server.connections(2).await;
    second.subscribe_live("e", heard).await;
}

/// What a subscription was given is kept to its end.
#[tokio::test]
async fn subscriptions_share_a_budget_of_memory_that_is_free_again_when_one_ends() {
    let server = Server::default();
    let mut client = server.connect().await;
    let heavy = |id: &str| {
        let query = "subscription($r: String!) { heard(room: $r) }";
        let payload = json!({ "query": query, "variables": { "r": "x".repeat(200_000) } });
        json!({ "type": "subscribe", "id": id, "payload": payload })
    };
    for id in 0..10 {
        client.send(heavy(&id.to_string())).await;
        client.ping().await;
        client.pong().await;
    }
    client.send(heavy("beyond")).await;
    assert_eq!(client.failure("beyond").await["extensions"], json!({ "code": "RATE_LIMITED" }));
    client.subscribe_live("light", "subscription { heard(room: \"r\") }").await;
    client.send(json!({ "type": "complete", "id": "7" })).await;
    client.send(heavy("again")).await;
    client.ping().await;
    client.pong().await;
}

#[tokio::test]
async fn operations_beyond_the_rate_fail_and_say_when_to_come_back() {
    let operations = Rate { per_second: 1, burst: 3 };
    let server = Server::start(Limits { operations, ..Limits::default() });
    let mut client = server.connect().await;
    for number in 0..3 {
        client.subscribe(&number.to_string(), "{ hello }").await;
        client.result(&number.to_string()).await;
    }
    client.subscribe("3", "{ hello }").await;
    let error = client.failure("3").await;
    assert_eq!(error["extensions"]["code"], "RATE_LIMITED");
    assert!((1..=1000).contains(&error["extensions"]["retryAfterMs"].as_u64().unwrap()), "{error}");
}

#[tokio::test]
async fn messages_beyond_the_rate_are_closed_by_4801() {
    let server =
        Server::start(Limits { messages: Rate { per_second: 1, burst: 10 }, ..Limits::default() });
    let mut client = server.connect().await;
    for _ in 0..10 {
        client.ping().await;
    }
    assert_eq!(client.closed().await, (4801, "Too many messages".to_owned()));
}

#[tokio::test]
async fn what_is_large_counts_as_many_messages() {
    let messages = Rate { per_second: 1, burst: 20 };
    let server = Server::start(Limits { messages, ..Limits::default() });
    let mut client = server.connect().await;
    let large = json!({ "type": "ping", "payload": { "p": "x".repeat(200_000) } });
    client.send(large.clone()).await;
    assert_eq!(client.next().await["type"], "pong");
    client.ping().await;
    client.pong().await;
    client.send(large).await;
    assert_eq!(client.closed().await, (4801, "Too many messages".to_owned()));
}
