//! Promise 5: the same `clientMessageId` gives the same message back.

use super::cluster::Cluster;
use futures_util::future::join_all;
use serde_json::{Value, json};

const SEND: &str = "mutation($r: ID!, $c: String!, $k: ID, $m: JSON) {
    sendMessage(input: { roomId: $r, content: $c, clientMessageId: $k, metadata: $m }) { id seq content clientMessageId } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_message_sent_ten_times_at_once_is_one_message() {
    let cluster = Cluster::start(2).await;
    cluster.host(0).await.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    for round in 0..10 {
        let key = format!("key-{round}");
        let attempts = (0..10).map(|n| {
            let client = ada.at(cluster.nodes[n % 2].address);
            let variables = json!({ "r": "hall", "c": "hello", "k": key });
            async move { client.data(SEND, variables).await }
        });
        let answers = join_all(attempts).await;
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
    assert_eq!(ada.history("hall").await.len(), 10);

    let refused = ada.refusal(SEND, json!({ "r": "hall", "c": "other", "k": "key-0" })).await;
    assert_eq!(refused, "IDEMPOTENCY_CONFLICT");
    let refused = ada
        .refusal(SEND, json!({ "r": "hall", "c": "hello", "k": "key-0", "m": { "a": 1 } }))
        .await;
    assert_eq!(refused, "IDEMPOTENCY_CONFLICT");
    // Keys belong to their author and room.
    let bob = cluster.client(1, "bob", &[]).await;
    bob.data(SEND, json!({ "r": "hall", "c": "other", "k": "key-0" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_answered_after_the_message_changed_and_the_room_closed() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let variables = json!({ "r": "hall", "c": " hello ", "k": "k" });
    let first = ada.data(SEND, variables.clone()).await;
    let edit =
        "mutation($m: ID!) { editMessage(input: { messageId: $m, content: \"hi\" }) { version } }";
    ada.data(edit, json!({ "m": first["id"] })).await;
    host.data(
        "mutation { updateRoom(input: { roomId: \"hall\", status: CLOSED }) { status } }",
        Value::Null,
    )
    .await;

    let again = ada.data(SEND, variables).await;
    assert_eq!((&again["id"], &again["content"]), (&first["id"], &json!("hi")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_sent_again_counts_once() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let question = host.send("hall", "why?").await;
    let query = "mutation($m: ID!) { sendReply(input: { messageId: $m, content: \"because\", clientMessageId: \"k\" }) { id } }";
    let attempts = (0..6).map(|n| {
        let client = host.at(cluster.nodes[n % 2].address);
        let variables = json!({ "m": question["id"] });
        async move { client.data(query, variables).await }
    });
    let answers = join_all(attempts).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let root = host
        .data("query($m: ID!) { message(id: $m) { replyCount } }", json!({ "m": question["id"] }))
        .await;
    assert_eq!(root["replyCount"], 1);
}
