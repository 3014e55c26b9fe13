//! A room that many open at once on a node, while the table has a bad moment.

use super::{
    PATIENCE,
    cluster::Cluster,
    proxy::{Fault, Proxy},
};
use futures_util::future::join_all;
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::time::timeout;

const ROOM: &str = "{ room(id: \"hall\") { cursor } }";

#[tokio::test(flavor = "multi_thread")]
async fn who_waited_for_an_opening_that_failed_is_not_left_with_a_dead_room() {
    /// Longer than the slow beat, at which a forgotten feed used to end under its listeners.
    const WATCHED: Duration = Duration::from_secs(7);
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let client = host.at(node.address);

    proxy.begin("GetItem", Fault::Fail);
    let first = client.clone();
    let first = tokio::spawn(async move { first.ask(ROOM, Value::Null).await });
    proxy.met(1).await;
    let others = (0..5).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.follow("hall", Value::Null).await })
    });
    let others: Vec<_> = others.collect();
    assert_eq!(first.await.unwrap()["errors"][0]["extensions"]["code"], "UNAVAILABLE");
    proxy.end();

    let mut readers = Vec::new();
    for other in others {
        let mut reader = other.await.unwrap();
        // Whoever waited for the attempt that failed is told so and comes again.
        if reader.message().await["type"] == "error" {
            reader = client.follow("hall", Value::Null).await;
            reader.next().await;
        }
        readers.push(reader);
    }
    let began = Instant::now();
    while began.elapsed() < WATCHED {
        let sent = host.send("hall", "still there?").await;
        for reader in &mut readers {
            // Keep-alive pings would keep its own patience going.
            let events = timeout(PATIENCE, reader.events(1)).await.expect("the room lives");
            assert_eq!(events[0]["seq"], sent["seq"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_who_waits_for_an_opening_shares_its_failure() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let client = host.at(node.address);

    proxy.calls();
    proxy.begin("GetItem", Fault::Fail);
    let asking = (0..20).map(|_| client.refusal(ROOM, Value::Null));
    let codes = join_all(asking).await;
    assert!(codes.iter().all(|code| code == "UNAVAILABLE"), "{codes:?}");
    // The room and its head, four attempts each; some may have come when the first opening had ended.
    let calls = proxy.calls().len();
    assert!(calls <= 24, "{calls} calls for one opening");
}
