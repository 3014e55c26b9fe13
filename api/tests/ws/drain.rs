//! A node that stops.

use crate::support::{HANDSHAKE, SOON, Server, request};
use api::ws::Limits;
use serde_json::json;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test]
async fn mutations_in_flight_are_answered_before_the_connection_is_closed_by_1012() {
    let server = Server::start(Limits { drain_spread: Duration::ZERO, ..Limits::default() });
    let mut client = server.connect().await;
    client.subscribe("m", "mutation { write(gate: \"g\") }").await;
    client.ping().await;
    client.pong().await;
    server.shutdown.cancel();
    let mut idle_node = false;
    while !idle_node {
        // Until the drain has reached the connection, it serves as ever.
        client.subscribe("q", "{ hello }").await;
        let answer = client.next().await;
        idle_node = answer["type"] == "error";
        if idle_node {
            assert_eq!(answer["payload"][0]["extensions"]["code"], "UNAVAILABLE");
        } else {
            assert_eq!(client.next().await["type"], "complete");
        }
    }
    server.world.open("g");
    assert_eq!(client.result("m").await, json!({ "data": { "write": true } }));
    assert_eq!(client.closed().await, (1012, "Service restart".to_owned()));
    drop(client);
    timeout(SOON, server.endpoint.drained()).await.expect("the endpoint does not drain");
}

#[tokio::test]
async fn a_mutation_that_hangs_delays_the_drain_no_longer_than_the_grace() {
    let drain_grace = Duration::from_millis(100);
    let server =
        Server::start(Limits { drain_spread: Duration::ZERO, drain_grace, ..Limits::default() });
    let mut client = server.connect().await;
    client.subscribe("m", "mutation { write(gate: \"g\") }").await;
    client.ping().await;
    client.pong().await;
    server.shutdown.cancel();
    assert_eq!(client.close_code().await, 1012);
}

#[tokio::test]
async fn connections_are_closed_over_the_spread_not_all_at_once() {
    let server =
        Server::start(Limits { drain_spread: Duration::from_millis(500), ..Limits::default() });
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(server.connect().await);
    }
    server.shutdown.cancel();
    let begun = std::time::Instant::now();
    let closings = clients.iter_mut().map(|client| async {
        assert_eq!(client.close_code().await, 1012);
        begun.elapsed()
    });
    let mut ended = futures_util::future::join_all(closings).await;
    ended.sort();
    assert!(ended[19] - ended[0] > Duration::from_millis(100), "{ended:?}");
}

#[tokio::test]
async fn a_stopping_node_takes_no_connection() {
    let server = Server::default();
    server.shutdown.cancel();
    let (answer, _) = request(server.address, HANDSHAKE).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    let again = answer.lines().find_map(|line| line.strip_prefix("retry-after: ")).unwrap();
    assert!((1..=5).contains(&again.parse().unwrap()), "{answer}");
    timeout(SOON, server.endpoint.drained()).await.expect("the endpoint does not drain");
}
