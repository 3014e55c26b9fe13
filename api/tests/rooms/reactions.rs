//! Bursts of reactions on the room itself: summed, told to everybody, kept nowhere.

use super::{
    client::{Client, Subscription},
    cluster::{Cluster, Node},
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SEND: &str = "mutation($n: String!, $c: Int) { sendReaction(input: { roomId: \"hall\", name: $n, count: $c }) }";
const BATCHES: &str =
    "subscription { roomEvents(roomId: \"hall\") { reactions { name count } events { seq } } }";

/// Sums what a subscriber hears until it is this.
async fn heard(batches: &mut Subscription, expected: &[(&str, u64)]) {
    let mut sums = BTreeMap::new();
    let expected: BTreeMap<_, _> =
        expected.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    while sums != expected {
        let batch = batches.next().await;
        assert_eq!(batch["events"], json!([]));
        for reaction in batch["reactions"].as_array().unwrap() {
            let name = reaction["name"].as_str().unwrap().to_owned();
            *sums.entry(name).or_default() += reaction["count"].as_u64().unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bursts_are_summed_and_heard_on_every_node_once() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let bob = cluster.client(1, "bob", &[]).await;
    let mut here = ada.subscribe(BATCHES, Value::Null).await;
    let mut there = bob.subscribe(BATCHES, Value::Null).await;

    let bursts = (0..30).map(|n| {
        let client = ada.at(cluster.nodes[n % 2].address);
        let variables = match n % 3 {
            0 => json!({ "n": "like", "c": 10 }),
            1 => json!({ "n": "like" }),
            _ => json!({ "n": "applause", "c": 2 }),
        };
        async move { assert_eq!(client.data(SEND, variables).await, true) }
    });
    join_all(bursts).await;
    for batches in [&mut here, &mut there] {
        heard(batches, &[("like", 110), ("applause", 20)]).await;
    }
    // Whoever comes later has missed them: they are not history.
    let mut late = bob.subscribe(BATCHES, Value::Null).await;
    bob.data(SEND, json!({ "n": "wow" })).await;
    heard(&mut late, &[("wow", 1)]).await;
    assert_eq!(ada.history("hall").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_that_the_room_does_not_have_is_refused() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room_with("hall", json!({ "allowedReactions": ["🎉"] })).await;
    let ada = cluster.client(0, "ada", &[]).await;
    for (variables, code) in [
        (json!({ "n": "like" }), "BAD_USER_INPUT"),
        (json!({ "n": "🎉", "c": 0 }), "BAD_USER_INPUT"),
        (json!({ "n": "🎉", "c": 11 }), "BAD_USER_INPUT"),
        (json!({ "n": "🎉", "c": -1 }), "BAD_USER_INPUT"),
    ] {
        assert_eq!(ada.refusal(SEND, variables.clone()).await, code, "{variables}");
    }
    let elsewhere = "mutation { sendReaction(input: { roomId: \"nowhere\", name: \"like\" }) }";
    assert_eq!(ada.refusal(elsewhere, Value::Null).await, "NOT_FOUND");
    assert_eq!(ada.data(SEND, json!({ "n": "🎉", "c": 10 })).await, true);

    let set = async |change: &str| {
        let query =
            format!("mutation {{ updateRoom(input: {{ roomId: \"hall\", {change} }}) {{ id }} }}");
        host.data(&query, Value::Null).await;
    };
    set("status: PAUSED").await;
    assert_eq!(ada.data(SEND, json!({ "n": "🎉" })).await, true);
    set("settings: { reactionsEnabled: false }").await;
    assert_eq!(ada.refusal(SEND, json!({ "n": "🎉" })).await, "FORBIDDEN");
    assert_eq!(host.data(SEND, json!({ "n": "🎉" })).await, true);
    set("status: CLOSED").await;
    assert_eq!(host.refusal(SEND, json!({ "n": "🎉" })).await, "ROOM_NOT_OPEN");
}

#[tokio::test(flavor = "multi_thread")]
async fn bursts_have_a_rate_and_a_node_alone_tells_them_too() {
    let cluster = Cluster::start(0).await;
    let node = Node::start(&cluster.data, &["--memory", "--max-reaction-rate", "1"]).await;
    let client = async |user: &str, groups: &[&str]| {
        Client::new(node.address, cluster.data.token(user, groups).await)
    };
    let (host, ada) = (client("hedy", &["plenary-hosts"]).await, client("ada", &[]).await);
    host.create_room("hall").await;
    let mut batches = ada.subscribe(BATCHES, Value::Null).await;
    let mut sent = 0;
    while ada.ask(SEND, json!({ "n": "like", "c": 3 })).await["errors"].is_null() {
        sent += 3;
    }
    assert_eq!(ada.refusal(SEND, json!({ "n": "like" })).await, "RATE_LIMITED");
    host.data(SEND, json!({ "n": "like", "c": 10 })).await;
    heard(&mut batches, &[("like", sent + 10)]).await;
}
