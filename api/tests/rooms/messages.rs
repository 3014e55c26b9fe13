//! Replies, edits and deletions: what they change, who is told, and what is refused.

use super::cluster::Cluster;
use serde_json::{Value, json};

const REPLY: &str = "mutation($m: ID!) { sendReply(input: { messageId: $m, content: \"so\" }) { id parentId kind seq } }";
const EDIT: &str = "mutation($m: ID!, $c: String!, $v: Int) {
    editMessage(input: { messageId: $m, content: $c, expectedVersion: $v }) { content version editedAt } }";
const DELETE: &str = "mutation($m: ID!, $r: String) { deleteMessage(input: { messageId: $m, reason: $r }) { status content version deletedAt } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_stamps_its_question_and_tells_the_room() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let question = host.send("hall", "why?").await;
    let bob = cluster.client(1, "bob", &[]).await;
    let mut room = bob.follow("hall", Value::Null).await;
    room.next().await;
    let mut replies = bob
        .subscribe("subscription($m: ID) { onSendReply(roomId: \"hall\", messageId: $m) { content parentId } }", json!({ "m": question["id"] }))
        .await;

    let reply = host.reply(&question, "because").await;
    assert_eq!(reply["parentId"], question["id"]);
    let events = room.events(2).await;
    assert_eq!(
        (&events[0]["__typename"], &events[0]["message"]["parentId"]),
        (&json!("MessageSent"), &question["id"])
    );
    let root = &events[1]["message"];
    assert_eq!(
        (&events[1]["__typename"], &root["id"], &root["replyCount"]),
        (&json!("MessageChanged"), &question["id"], &json!(1))
    );
    assert_eq!(root["repliedAt"], root["lastReplyAt"]);
    assert_eq!(replies.next().await["content"], "because");

    host.reply(&question, "and so").await;
    let root = room.events(2).await[1]["message"].clone();
    assert_eq!(root["replyCount"], 2);
    assert!(root["lastReplyAt"].as_str() > root["repliedAt"].as_str());

    // Replies are not in the room's own list.
    assert_eq!(bob.history("hall").await.len(), 1);
    let query = "query($m: ID!, $f: Int, $l: Int, $a: String) { message(id: $m) { replies(first: $f, last: $l, after: $a) { nodes { content } pageInfo { hasNextPage hasPreviousPage endCursor } } } }";
    let all = bob.data(query, json!({ "m": question["id"] })).await;
    assert_eq!(all["replies"]["nodes"], json!([{ "content": "because" }, { "content": "and so" }]));
    let page = bob.data(query, json!({ "m": question["id"], "f": 1 })).await["replies"].clone();
    assert_eq!(
        (&page["nodes"], &page["pageInfo"]["hasNextPage"]),
        (&json!([{ "content": "because" }]), &json!(true))
    );
    let rest = bob
        .data(query, json!({ "m": question["id"], "a": page["pageInfo"]["endCursor"] }))
        .await["replies"]
        .clone();
    assert_eq!(rest["nodes"], json!([{ "content": "and so" }]));
    let last = bob.data(query, json!({ "m": question["id"], "l": 1 })).await["replies"].clone();
    assert_eq!(
        (&last["nodes"], &last["pageInfo"]["hasPreviousPage"]),
        (&json!([{ "content": "and so" }]), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_cannot_be_writes_nothing() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let question = host.send("hall", "why?").await;
    let reply = host.data(REPLY, json!({ "m": question["id"] })).await;
    let deleted = host.send("hall", "gone").await;
    host.data(DELETE, json!({ "m": deleted["id"] })).await;
    let change = format!("hall.{}", reply["seq"].as_u64().unwrap() + 1);
    let before = cursor(&host).await;

    for (message, code) in [
        (deleted["id"].clone(), "NOT_FOUND"),
        (reply["id"].clone(), "NESTED_REPLY"),
        (json!("hall.999"), "NOT_FOUND"),
        (json!(change), "NOT_FOUND"),
        (json!("nowhere.1"), "NOT_FOUND"),
        (json!("nonsense"), "BAD_USER_INPUT"),
    ] {
        assert_eq!(host.refusal(REPLY, json!({ "m": message })).await, code, "{message}");
    }
    assert_eq!(cursor(&host).await, before);
    let root = host
        .data("query($m: ID!) { message(id: $m) { replyCount } }", json!({ "m": question["id"] }))
        .await;
    assert_eq!(root["replyCount"], 1);
}

/// The question is deleted through another node while replies are under way: each reply is there with its stamp, or neither.
#[tokio::test(flavor = "multi_thread")]
async fn replies_that_race_with_a_deletion_are_counted_or_refused() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let question = host.send("hall", "why?").await;
    let other = host.at(cluster.nodes[1].address);
    let replies = (0..8).map(|_| other.ask(REPLY, json!({ "m": question["id"] })));
    let (answers, _) = tokio::join!(
        futures_util::future::join_all(replies),
        host.data(DELETE, json!({ "m": question["id"] }))
    );

    let accepted = answers.iter().filter(|answer| answer["errors"].is_null()).count();
    for answer in answers.iter().filter(|answer| !answer["errors"].is_null()) {
        assert_eq!(answer["errors"][0]["extensions"]["code"], "NOT_FOUND", "{answer}");
    }
    // A node that has just started has nothing in memory.
    let fresh = cluster.node(&cluster.table.endpoint).await;
    let query = "query($m: ID!) { message(id: $m) { status replyCount replies { nodes { id } } } }";
    let root = host.at(fresh.address).data(query, json!({ "m": question["id"] })).await;
    assert_eq!(root["status"], "DELETED");
    assert_eq!(root["replyCount"], accepted);
    assert_eq!(root["replies"]["nodes"].as_array().unwrap().len(), accepted);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_seen_everywhere_and_bound_to_its_author_time_and_version() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let bob = cluster.client(1, "bob", &[]).await;
    let message = ada.send("hall", "helo").await;
    let mut changes = bob
        .subscribe(
            "subscription { onChangeMessage(roomId: \"hall\") { content version } }",
            Value::Null,
        )
        .await;

    let edited = ada.data(EDIT, json!({ "m": message["id"], "c": "hello", "v": 1 })).await;
    assert_eq!((&edited["content"], &edited["version"]), (&json!("hello"), &json!(2)));
    assert_eq!(changes.next().await, json!({ "content": "hello", "version": 2 }));
    // The same again is the same.
    assert_eq!(ada.data(EDIT, json!({ "m": message["id"], "c": "hello", "v": 1 })).await, edited);
    let through_both = (0..6).map(|n| {
        let client = ada.at(cluster.nodes[n % 2].address);
        let variables = json!({ "m": message["id"], "c": format!("hello {n}") });
        async move { client.data(EDIT, variables).await["version"].as_u64().unwrap() }
    });
    let mut versions = futures_util::future::join_all(through_both).await;
    versions.sort_unstable();
    assert_eq!(versions, [3, 4, 5, 6, 7, 8]);

    assert_eq!(
        ada.refusal(EDIT, json!({ "m": message["id"], "c": "x", "v": 2 })).await,
        "VERSION_CONFLICT"
    );
    assert_eq!(bob.refusal(EDIT, json!({ "m": message["id"], "c": "x" })).await, "FORBIDDEN");
    assert_eq!(host.refusal(EDIT, json!({ "m": message["id"], "c": "x" })).await, "FORBIDDEN");
    assert_eq!(ada.refusal(EDIT, json!({ "m": message["id"], "c": " " })).await, "MESSAGE_EMPTY");
    assert_eq!(ada.refusal(EDIT, json!({ "m": "hall.99", "c": "x" })).await, "NOT_FOUND");
    host.data("mutation { updateRoom(input: { roomId: \"hall\", settings: { editWindowSeconds: 0 } }) { id } }", Value::Null).await;
    assert_eq!(
        ada.refusal(EDIT, json!({ "m": message["id"], "c": "x" })).await,
        "EDIT_WINDOW_EXPIRED"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_leaves_a_tombstone_and_is_for_authors_and_moderators() {
    let cluster = Cluster::start(2).await;
    cluster.host(0).await.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let bob = cluster.client(1, "bob", &[]).await;
    let moderator = cluster.client(1, "mo", &["plenary-moderators"]).await;
    let (first, second) = (ada.send("hall", "one").await, ada.send("hall", "two").await);
    let mut room = bob.follow("hall", Value::Null).await;
    room.next().await;
    let mut deleted = bob.subscribe("subscription { onDeleteMessage(roomId: \"hall\") { id status content author { userId } } }", Value::Null).await;

    assert_eq!(bob.refusal(DELETE, json!({ "m": first["id"] })).await, "FORBIDDEN");
    let tombstone = ada.data(DELETE, json!({ "m": first["id"] })).await;
    assert_eq!(
        (&tombstone["status"], &tombstone["content"], &tombstone["version"]),
        (&json!("DELETED"), &Value::Null, &json!(2))
    );
    assert_eq!(ada.data(DELETE, json!({ "m": first["id"] })).await, tombstone);
    moderator.data(DELETE, json!({ "m": second["id"], "r": "off topic" })).await;

    let events = room.events(2).await;
    assert_eq!(
        events[1],
        json!({ "__typename": "MessageDeleted", "seq": 4, "messageId": second["id"], "version": 2, "reason": "off topic" })
    );
    assert_eq!(deleted.next().await["content"], Value::Null);
    assert_eq!(ada.refusal(EDIT, json!({ "m": first["id"], "c": "x" })).await, "NOT_FOUND");
    assert_eq!(ada.refusal(DELETE, json!({ "m": "hall.99" })).await, "NOT_FOUND");
    let long = "x".repeat(501);
    assert_eq!(
        moderator.refusal(DELETE, json!({ "m": second["id"], "r": long })).await,
        "BAD_USER_INPUT"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_messages_are_refused_with_their_code() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let send = "mutation($r: ID!, $c: String!, $k: MessageKind, $m: JSON, $i: ID) {
        sendMessage(input: { roomId: $r, content: $c, kind: $k, metadata: $m, clientMessageId: $i }) { kind metadata } }";
    let big = json!({ "x": "y".repeat(1_100) });
    for (variables, code) in [
        (json!({ "r": "hall", "c": "\u{200b} \n" }), "MESSAGE_EMPTY"),
        (json!({ "r": "hall", "c": "é".repeat(501) }), "MESSAGE_TOO_LONG"),
        (json!({ "r": "hall", "c": "x", "m": big }), "METADATA_TOO_LARGE"),
        (json!({ "r": "hall", "c": "x", "m": [1] }), "BAD_USER_INPUT"),
        (json!({ "r": "hall", "c": "x", "k": "ANNOUNCEMENT" }), "FORBIDDEN"),
        (json!({ "r": "hall", "c": "x", "k": "SHOUT" }), "BAD_USER_INPUT"),
        (json!({ "r": "hall", "c": "x", "i": "a#b" }), "BAD_USER_INPUT"),
        (json!({ "r": "no room", "c": "x" }), "BAD_USER_INPUT"),
        (json!({ "r": "nowhere", "c": "x" }), "NOT_FOUND"),
        (json!({ "r": "hall" }), "BAD_USER_INPUT"),
    ] {
        assert_eq!(ada.refusal(send, variables.clone()).await, code, "{variables}");
    }
    assert!(ada.history("hall").await.is_empty());
    let longest = json!({ "r": "hall", "c": "é".repeat(500), "k": "QUESTION", "m": { "a": { "b": [1, null] } } });
    let sent = ada.data(send, longest).await;
    assert_eq!(sent, json!({ "kind": "QUESTION", "metadata": { "a": { "b": [1, null] } } }));
    host.data(send, json!({ "r": "hall", "c": "welcome", "k": "ANNOUNCEMENT" })).await;
}

async fn cursor(client: &super::client::Client) -> Value {
    client.data("{ room(id: \"hall\") { cursor } }", Value::Null).await["cursor"].clone()
}
