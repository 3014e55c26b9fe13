//! Promise 2: whoever brings a cursor gets every event since then exactly once, or one explicit GAP.

use super::{cluster::Cluster, proxy::Proxy};
use futures_util::future::join_all;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_brings_back_what_was_missed_from_memory_and_from_the_table() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let mut live = host.follow("hall", Value::Null).await;
    let first = live.next().await;
    assert_eq!(
        (&first["resume"], &first["events"], &first["cursor"]),
        (&json!("LIVE"), &json!([]), &json!("0"))
    );
    // More than a node keeps in memory.
    let total = 1_200;
    for chunk in 0..total / 40 {
        let sending =
            (0..40).map(|n| host.send("hall", if (chunk + n) % 2 == 0 { "even" } else { "odd" }));
        join_all(sending).await;
    }
    assert_eq!(live.events(total).await.len(), total);

    for (after, expected, node) in
        [(total - 10, 10, 0), (total - 900, 900, 1), (0, total, 0), (7, total - 7, 1)]
    {
        let mut resumed =
            host.at(cluster.nodes[node].address).follow("hall", json!(after.to_string())).await;
        let batch = resumed.next().await;
        assert_eq!(batch["resume"], "REPLAYED");
        let mut events = batch["events"].as_array().unwrap().clone();
        while events.len() < expected {
            let batch = resumed.next().await;
            assert_eq!(batch["resume"], "LIVE");
            events.extend(batch["events"].as_array().unwrap().iter().cloned());
        }
        let seqs: Vec<u64> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
        assert_eq!(seqs, (after as u64 + 1..=total as u64).collect::<Vec<_>>());
    }
    assert!(cluster.nodes[0].metric("plenary_replays_total").await > 0.0);

    // A page of a rare kind does not read the whole log at once: it ends early, with a cursor to go on from.
    let query = "query($a: String) { messages(roomId: \"hall\", first: 1, after: $a, kinds: [ANNOUNCEMENT]) { nodes { content } pageInfo { hasNextPage endCursor } } }";
    host.data("mutation { sendMessage(input: { roomId: \"hall\", content: \"rare\", kind: ANNOUNCEMENT }) { id } }", Value::Null).await;
    let (mut pages, mut after) = (0, Value::Null);
    let found = loop {
        let page = host.data(query, json!({ "a": after })).await;
        pages += 1;
        if page["nodes"] != json!([]) {
            break page;
        }
        assert_eq!(page["pageInfo"]["hasNextPage"], true);
        after = page["pageInfo"]["endCursor"].clone();
    };
    assert_eq!((&found["nodes"], pages), (&json!([{ "content": "rare" }]), 2));
    let none = "{ messages(roomId: \"hall\", kinds: []) { nodes { id } } }";
    assert_eq!(host.refusal(none, Value::Null).await, "BAD_USER_INPUT");
}

/// Promise 7 for those who come back: what many ask for at once is read once.
#[tokio::test(flavor = "multi_thread")]
async fn many_who_come_back_late_cost_the_table_few_reads() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    for _ in 0..30 {
        join_all((0..40).map(|_| host.send("hall", "x"))).await;
    }
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let client = host.at(node.address);
    let mut first = client.follow("hall", json!("150")).await;
    first.events(1_050).await;
    proxy.calls();

    let readers = (0..40).map(|n| {
        let client = client.clone();
        async move {
            client.follow("hall", json!((100 + n).to_string())).await.events(1_100 - n).await.len()
        }
    });
    assert_eq!(join_all(readers).await, (0..40).map(|n| 1_100 - n).collect::<Vec<_>>());
    let reads = proxy.calls().iter().filter(|call| *call == "Query").count();
    assert!(reads <= 4, "{reads} reads");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_never_was_is_a_gap_and_a_malformed_one_is_refused() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    host.send("hall", "one").await;

    let mut ahead = host.follow("hall", json!("500")).await;
    let batch = ahead.next().await;
    assert_eq!((&batch["resume"], &batch["cursor"]), (&json!("GAP"), &json!("1")));
    host.send("hall", "two").await;
    assert_eq!(ahead.events(1).await[0]["seq"], 2);

    let mut refused = host.follow("hall", json!("yesterday")).await;
    let answer = refused.message().await;
    assert_eq!(answer["type"], "error");
    assert_eq!(answer["payload"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_text_is_neither_replayed_nor_in_history() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let secret = host.send("hall", "my password is hunter2").await;
    host.data(
        "mutation($m: ID!) { editMessage(input: { messageId: $m, content: \"hunter2 it was\" }) { version } }",
        json!({ "m": secret["id"] }),
    )
    .await;
    host.data("mutation($m: ID!) { deleteMessage(input: { messageId: $m, reason: \"oops\" }) { status } }", json!({ "m": secret["id"] })).await;

    for node in [0, 1] {
        let other = host.at(cluster.nodes[node].address);
        let mut replay = other.follow("hall", json!("0")).await;
        let batch = replay.next().await;
        assert!(!batch.to_string().contains("hunter2"), "{batch}");
        let kinds: Vec<_> = batch["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["__typename"].clone())
            .collect();
        assert_eq!(kinds, ["MessageSent", "MessageChanged", "MessageDeleted"]);
        let history = other.history("hall").await;
        assert_eq!(
            (&history[0]["content"], &history[0]["status"]),
            (&Value::Null, &json!("DELETED"))
        );
    }
}
