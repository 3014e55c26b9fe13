//! How many are here, on all nodes together.

use super::{client::Client, cluster::Cluster};
use serde_json::json;
use std::time::Instant;

const COUNT: &str = "{ room(id: \"hall\") { participantCount } }";
const BATCHES: &str = "subscription { roomEvents(roomId: \"hall\") { participantCount } }";

/// Waits until a node says so many.
async fn until(client: &Client, count: u64) {
    let asked = Instant::now();
    while client.data(COUNT, json!({})).await["participantCount"] != count {
        assert!(asked.elapsed() < super::PATIENCE, "never {count}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_counted_wherever_they_are_until_they_leave_or_their_node_does() {
    let mut cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let elsewhere = host.at(cluster.nodes[1].address);
    let mut here = Vec::new();
    for (node, user) in [(0, "ada"), (0, "bob"), (1, "eve"), (1, "mo"), (1, "zoe")] {
        let client = cluster.client(node, user, &[]).await;
        here.push(client.subscribe(BATCHES, json!({})).await);
    }
    until(&host, 5).await;
    until(&elsewhere, 5).await;
    for batches in &mut here {
        while batches.next().await["participantCount"] != 5 {}
    }

    drop(here.remove(0));
    until(&elsewhere, 4).await;
    while here[0].next().await["participantCount"] != 4 {}
    cluster.nodes[1].kill().await;
    until(&host, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_alone_counts_its_own() {
    let cluster = Cluster::start(0).await;
    let table =
        ["--dynamodb", &cluster.table.endpoint, "--table-name", cluster.name(), "--create-table"];
    let node = super::cluster::Node::start(&cluster.data, &table).await;
    let host = Client::new(node.address, cluster.data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    let _here = host.subscribe(BATCHES, json!({})).await;
    until(&host, 1).await;
}
