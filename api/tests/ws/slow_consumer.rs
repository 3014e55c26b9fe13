//! Who reads slowly costs nobody else anything.

use crate::support::Server;
use api::ws::Limits;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// More than the queue and all buffers of the kernel hold.
const FLOOD: &str = "subscription { flood(count: 2000, bytes: 4096) }";

#[tokio::test]
async fn a_client_that_does_not_read_is_dropped_and_others_are_not_delayed() {
    let patience = Duration::from_millis(300);
    let limits =
        Limits { slow_consumer_patience: patience, close_timeout: patience, ..Limits::default() };
    let server = Server::start(limits);
    let mut reader = server.connect().await;
    reader.subscribe_live("s", "subscription { heard(room: \"r\") }").await;
    let mut slow = server.connect().await;
    slow.subscribe("f", FLOOD).await;
    let started = Instant::now();
    while server.endpoint.connections() > 1 {
        let said = Instant::now();
        server.world.say("r", "x");
        reader.next().await;
        assert!(said.elapsed() < Duration::from_millis(250), "delayed by {:?}", said.elapsed());
        assert!(started.elapsed() < Duration::from_secs(10), "the slow client is still there");
        sleep(Duration::from_millis(5)).await;
    }
    assert!(started.elapsed() >= patience);
}

#[tokio::test]
async fn a_slow_client_that_comes_back_is_told_why_it_was_closed() {
    let limits = Limits { slow_consumer_patience: Duration::from_millis(100), ..Limits::default() };
    let server = Server::start(Limits { close_timeout: Duration::from_secs(8), ..limits });
    let mut slow = server.connect().await;
    slow.subscribe_live("s", "subscription { heard(room: \"r\") }").await;
    slow.subscribe("f", FLOOD).await;
    server.world.until(|| server.world.listeners() == 0).await;
    assert_eq!(slow.closed().await, (4800, "Slow consumer".to_owned()));
}

#[tokio::test]
async fn a_client_that_pauses_loses_nothing() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.subscribe("f", FLOOD).await;
    // The pause itself, long enough to fill every buffer.
    sleep(Duration::from_millis(300)).await;
    for number in 0..2000 {
        let next = client.next().await;
        let item = next["payload"]["data"]["flood"].as_str().unwrap();
        assert!(item.starts_with(&format!("{number} ")), "{number}: {item:.20}");
    }
    assert_eq!(client.next().await, json!({ "id": "f", "type": "complete" }));
}

#[tokio::test]
async fn a_busy_subscription_does_not_starve_another_of_its_socket() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.subscribe_live("s", "subscription { heard(room: \"r\") }").await;
    client.subscribe("f", "subscription { flood(count: 100000, bytes: 200) }").await;
    assert_eq!(client.next().await["id"], "f");
    server.world.say("r", "x");
    let mut before = 0;
    while client.next().await["id"] != "s" {
        before += 1;
    }
    assert!(before < 10_000, "{before} items of the other came first");
}

#[tokio::test]
async fn an_answer_larger_than_the_queue_is_sent() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.subscribe("q", "{ large(bytes: 1000000) }").await;
    let result = client.result("q").await;
    assert_eq!(result["data"]["large"].as_str().unwrap().len(), 1_000_000);
}
