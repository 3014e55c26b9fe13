//! Promise 1 and 2: one order for everybody, nothing missed, nothing twice.

use super::cluster::Cluster;
use futures_util::future::join_all;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn everybody_on_every_node_sees_one_order() {
    const SENDERS: usize = 20;
    const EACH: usize = 50;
    let cluster = Cluster::start(2).await;
    cluster.host(0).await.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let readers = (0..40).map(|i| ada.at(cluster.nodes[i % 2].address));
    let subscriptions =
        join_all(readers.map(|reader| async move { reader.follow("hall", Value::Null).await }))
            .await;

    let sending = (0..SENDERS).map(|sender| {
        let client = ada.at(cluster.nodes[sender % 2].address);
        async move {
            for n in 0..EACH {
                client.send("hall", &format!("{sender}/{n}")).await;
            }
        }
    });
    let reading = subscriptions.into_iter().map(|mut subscription| async move {
        let events = subscription.events(SENDERS * EACH).await;
        events
            .iter()
            .map(|event| (event["seq"].clone(), event["message"]["content"].clone()))
            .collect::<Vec<_>>()
    });
    let (_, seen) = tokio::join!(join_all(sending), join_all(reading));

    let history = ada.history("hall").await;
    let history: Vec<_> = history
        .iter()
        .map(|message| (message["seq"].clone(), message["content"].clone()))
        .collect();
    assert_eq!(history.len(), SENDERS * EACH);
    assert!(history.is_sorted_by_key(|(seq, _)| seq.as_u64()));
    for seen in seen {
        assert!(seen == history, "a subscriber's order is not the history's");
    }
    for sender in 0..SENDERS {
        let of = |(_, content): &&(Value, Value)| {
            content.as_str().unwrap().starts_with(&format!("{sender}/"))
        };
        let own: Vec<_> = history
            .iter()
            .filter(of)
            .map(|(_, content)| content.as_str().unwrap().to_owned())
            .collect();
        assert_eq!(own, (0..EACH).map(|n| format!("{sender}/{n}")).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn between_a_query_and_a_subscription_nothing_is_lost() {
    let cluster = Cluster::start(2).await;
    cluster.host(0).await.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let bob = cluster.client(1, "bob", &[]).await;

    for round in 0..100 {
        let sender = ada.clone();
        let sending = tokio::spawn(async move {
            for n in 0..4 {
                sender.send("hall", &format!("{round}/{n}")).await;
            }
        });
        let query = "query($r: ID!) { room(id: $r) { cursor messages(last: 100) { nodes { seq content } } } }";
        let room = bob.data(query, json!({ "r": "hall" })).await;
        let mut subscription =
            bob.at(cluster.nodes[round % 2].address).follow("hall", room["cursor"].clone()).await;
        let last = format!("{round}/3");
        let mut seqs: Vec<u64> =
            room["messages"]["nodes"].as_array().unwrap().iter().map(seq).collect();
        let done = room["messages"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .any(|message| message["content"] == *last);
        let cursor: u64 = room["cursor"].as_str().unwrap().parse().unwrap();
        let mut live: Vec<u64> = Vec::new();
        let mut done = done && *seqs.last().unwrap() <= cursor;
        while !done {
            for event in subscription.next().await["events"].as_array().unwrap() {
                done |= event["message"]["content"] == *last;
                live.push(seq(event));
            }
        }
        sending.await.unwrap();

        assert!(live.is_sorted_by(|a, b| a < b), "twice or out of order: {live:?}");
        assert!(live.iter().all(|seq| *seq > cursor), "before the cursor: {live:?} {cursor}");
        // The page may be newer than its cursor, never older.
        seqs.extend(live);
        seqs.sort_unstable();
        seqs.dedup();
        let newest = (round as u64 + 1) * 4;
        let expected: Vec<u64> = (seqs[0]..=newest).collect();
        assert_eq!(seqs, expected, "round {round}");
    }
}

fn seq(value: &Value) -> u64 {
    value["seq"].as_u64().unwrap()
}
