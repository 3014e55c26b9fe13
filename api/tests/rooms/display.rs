//! How much chat is pushed: participants get what a person can read, the staff gets everything, history keeps everything.

use super::{client::Subscription, cluster::Cluster};
use serde_json::{Value, json};

const BATCHES: &str = "subscription { roomEvents(roomId: \"hall\") { skippedMessages participantCount events { ... on MessageSent { message { content } } } } }";

/// Reads batches until a message says so; the contents before it, and how many were skipped.
async fn until(batches: &mut Subscription, last: &str) -> (Vec<String>, u64) {
    let (mut contents, mut skipped) = (Vec::new(), 0);
    loop {
        let batch = batches.next().await;
        skipped += batch["skippedMessages"].as_u64().unwrap();
        let sent = batch["events"].as_array().unwrap().iter();
        for content in sent.filter_map(|event| event["message"]["content"].as_str()) {
            match content {
                content if content == last => return (contents, skipped),
                content => contents.push(content.to_owned()),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn participants_are_shown_some_of_a_flood_and_told_of_the_rest() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room_with("hall", json!({ "maxDeliveryRate": 1, "maxAcceptRate": 1000 })).await;
    let ada = cluster.client(0, "ada", &[]).await;
    let mut crowd = Vec::new();
    for node in 0..2 {
        let mut batches =
            cluster.client(node, "bob", &[]).await.subscribe(BATCHES, json!({})).await;
        batches.next().await;
        crowd.push(batches);
    }
    let mut staff = host.at(cluster.nodes[1].address).subscribe(BATCHES, json!({})).await;
    staff.next().await;

    for n in 0..20 {
        ada.send("hall", &n.to_string()).await;
    }
    let question = "mutation { sendMessage(input: { roomId: \"hall\", content: \"asked\", kind: QUESTION }) { id } }";
    let asked = ada.data(question, json!({})).await;
    ada.reply(&asked, "replied").await;
    host.send("hall", "last").await;

    let everything: Vec<_> =
        (0..20).map(|n| n.to_string()).chain(["asked", "replied"].map(str::to_owned)).collect();
    assert_eq!(until(&mut staff, "last").await, (everything, 0));
    let mut shown = Vec::new();
    for batches in &mut crowd {
        let (contents, skipped) = until(batches, "last").await;
        assert_eq!(contents.len() as u64 + skipped, 22);
        assert!(skipped >= 10, "{contents:?}");
        assert_eq!(contents[0], "0");
        assert_eq!(contents[contents.len() - 2..], ["asked", "replied"]);
        shown.push(contents);
    }
    assert_eq!(shown[0], shown[1], "nodes choose alike");
    assert_eq!(cluster.client(1, "eve", &[]).await.history("hall").await.len(), 22);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_nothing_live_is_woken_by_events_alone() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let mut quiet = host.follow("hall", Value::Null).await;
    quiet.next().await;
    let mut live = cluster.client(0, "ada", &[]).await.subscribe(BATCHES, json!({})).await;
    while live.next().await["participantCount"] != 2 {}
    assert_eq!(quiet.barrier().await, Vec::<Value>::new());
}
