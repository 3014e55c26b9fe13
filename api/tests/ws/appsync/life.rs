//! How long a connection lasts, and how it ends.

use super::HEARD;
use crate::support::Server;
use api::ws::{CloseCode, Limits};
use serde_json::json;
use std::time::Duration;

/// Trap 2: Amplify counts from the time its page was loaded until the first `ka`, and Apollo's link starts its clock with it.
#[tokio::test]
async fn signs_of_life_come_at_once_and_go_on_while_data_flows() {
    let server = Server::start(Limits { beat: Duration::from_millis(200), ..Limits::default() });
    // The greeting has the first one.
    let mut client = server.appsync("ada").await;
    client.start("a", HEARD, "ada").await;
    client.started("a").await;
    let mut beats = 0;
    while beats < 3 {
        server.world.say("r", "x");
        let message = client.next().await;
        match message["type"].as_str() {
            Some("ka") => beats += 1,
            _ => assert_eq!(message["type"], "data"),
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_minute_never_passes_without_a_sign_of_life() {
    // The sweep may be half a second late, and Amplify worries after 65 seconds.
    assert!(Limits::default().beat < Duration::from_secs(59));
}

/// Trap 10: Amplify comes back five seconds after any close, so those of a node that stops are closed one after the other.
#[tokio::test]
async fn a_node_that_stops_closes_its_connections_spread_over_time() {
    let spread = Duration::from_secs(2);
    let server = Server::start(Limits { drain_spread: spread, ..Limits::default() });
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(server.appsync("ada").await);
    }
    server.shutdown.cancel();
    let began = std::time::Instant::now();
    let closes =
        clients.iter_mut().map(async |client| (client.close_code().await, began.elapsed()));
    let closes = futures_util::future::join_all(closes).await;
    assert!(closes.iter().all(|(code, _)| *code == 1012), "{closes:?}");
    let times = || closes.iter().map(|(_, time)| *time);
    let apart = times().max().unwrap() - times().min().unwrap();
    assert!(apart > spread / 4, "all within {apart:?}");
}

#[tokio::test]
async fn a_connection_does_not_live_for_ever() {
    let lifetime = Duration::from_millis(500);
    let server = Server::start(Limits { max_lifetime: lifetime, ..Limits::default() });
    let mut client = server.appsync("ada").await;
    assert_eq!(client.close_code().await, 4803);
    assert_eq!(Limits::default().max_lifetime, Duration::from_hours(24));
}

#[tokio::test]
async fn the_first_token_that_expires_ends_the_connection_whosever_it_is() {
    let server = Server::start(Limits { expiry_grace: Duration::ZERO, ..Limits::default() });
    let mut client = server.appsync("ada").await;
    client.start("a", HEARD, "millis:700").await;
    client.started("a").await;
    assert_eq!(client.closed().await, (4807, "Token expired".to_owned()));
    let mut client = server.appsync("ada").await;
    client.start("a", HEARD, "millis:0").await;
    assert_eq!(client.error("a").await["errorInfo"], json!({ "code": "UNAUTHENTICATED" }));
}

/// A socket is no hiding place: whoever is banned is found also where somebody else has opened it.
#[tokio::test]
async fn who_is_expelled_takes_along_the_connections_of_others_that_he_uses() {
    let server = Server::default();
    let (mut ada, mut other) = (server.appsync("ada").await, server.appsync("ada").await);
    ada.start("guest", HEARD, "grace").await;
    ada.started("guest").await;
    server.endpoint.expel(Some(&"grace".parse().unwrap()), CloseCode::Banned);
    assert_eq!(ada.close_code().await, 4805);
    other.start("a", HEARD, "ada").await;
    other.started("a").await;
}

#[tokio::test]
async fn so_many_others_begin_operations_on_one_connection() {
    let server = Server::default();
    let mut client = server.appsync("ada").await;
    for number in 0..32 {
        client.start("a", HEARD, &format!("guest{number}")).await;
        client.started("a").await;
        client.stop("a").await;
    }
    client.start("a", HEARD, "guest32").await;
    assert_eq!(client.error("a").await["errorInfo"]["code"], "RATE_LIMITED");
    client.start("a", HEARD, "guest0").await;
    client.started("a").await;
}
