//! Hiding an author: one event, tombstones everywhere at once, and behind them the rows.

use super::{PATIENCE, client::Client, cluster::Cluster, rows::Rows, sanctions::SANCTION};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::{task::yield_now, time::timeout};

pub(crate) const HIDE: &str = "mutation($u: ID!, $s: DateTime, $r: String) { hideAuthor(input: { roomId: \"hall\", userId: $u, since: $s, reason: $r }) }";
const ASK: &str = "mutation($c: String!, $a: Boolean) { sendMessage(input: { roomId: \"hall\", content: $c, kind: QUESTION, anonymous: $a }) { id seq createdAt } }";
const MESSAGE: &str = "query($m: ID!) { message(id: $m) { status content author { userId } replies { nodes { status content } } } }";
const FOLLOW_HIDDEN: &str =
    "subscription($a: String) { roomEvents(roomId: \"hall\", after: $a) { events { __typename seq
    ... on AuthorHidden { userId since } ... on MessageSent { message { content status } } } } }";

/// What eve sent: a message, a reply to the host's, a question, and one without a name.
struct Sent {
    message: Value,
    root: Value,
    reply: Value,
    question: Value,
    anonymous: Value,
}

async fn sent(host: &Client, eve: &Client) -> Sent {
    let settings = "mutation { updateRoom(input: { roomId: \"hall\", settings: { anonymousQuestions: true } }) { id } }";
    host.data(settings, Value::Null).await;
    let root = host.send("hall", "hello").await;
    let reply = "mutation($m: ID!) { sendReply(input: { messageId: $m, content: \"bad reply\" }) { id seq } }";
    Sent {
        message: eve.send("hall", "bad message").await,
        reply: eve.accepted(reply, json!({ "m": root["id"] })).await,
        question: eve.data(ASK, json!({ "c": "bad question?" })).await,
        anonymous: eve.accepted(ASK, json!({ "c": "who am I?", "a": true })).await,
        root,
    }
}

async fn is_shown(client: &Client, message: &Value) -> (Value, Value) {
    let found = client.data(MESSAGE, json!({ "m": message["id"] })).await;
    (found["status"].clone(), found["content"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_author_sent_is_hidden_on_every_node_at_once_and_then_deleted() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let moderator = cluster.client(0, "mo", &["plenary-moderators"]).await;
    let eve = cluster.client(1, "eve", &[]).await;
    let (id, sent) = (eve.id().await, sent(&host, &eve).await);
    let mut live = eve.subscribe(FOLLOW_HIDDEN, Value::Null).await;
    live.next().await;

    assert_eq!(moderator.data(HIDE, json!({ "u": id, "r": "spam" })).await, true);
    let event = live.events(1).await[0].clone();
    assert_eq!((&event["__typename"], &event["userId"]), (&json!("AuthorHidden"), &json!(id)));
    // Again, it writes nothing.
    let cursor = "{ room(id: \"hall\") { cursor } }";
    let before = moderator.data(cursor, Value::Null).await;
    assert_eq!(moderator.data(HIDE, json!({ "u": id })).await, true);
    assert_eq!(moderator.data(cursor, Value::Null).await, before);
    let later = eve.send("hall", "later").await;

    let fresh = cluster.node(&cluster.table.endpoint).await;
    for node in [cluster.nodes[0].address, cluster.nodes[1].address, fresh.address] {
        let bob = cluster.client(0, "bob", &[]).await.at(node);
        let gone = (json!("DELETED"), Value::Null);
        for hidden in [&sent.message, &sent.reply, &sent.question] {
            assert_eq!(is_shown(&bob, hidden).await, gone, "{hidden}");
        }
        assert_eq!(is_shown(&bob, &sent.anonymous).await.1, "who am I?");
        assert_eq!(is_shown(&bob, &sent.root).await.1, "hello");
        let replies = bob.data(MESSAGE, json!({ "m": sent.root["id"] })).await["replies"].clone();
        assert_eq!(replies["nodes"], json!([{ "status": "DELETED", "content": null }]));
        let history = bob.history("hall").await;
        let contents: Vec<_> = history.iter().map(|message| message["content"].clone()).collect();
        let expected =
            [json!("hello"), Value::Null, Value::Null, json!("who am I?"), json!("later")];
        assert_eq!(contents, expected);
        let mut replay = bob.subscribe(FOLLOW_HIDDEN, json!({ "a": "0" })).await;
        let told = replay.events(6).await;
        assert!(!format!("{told:?}").contains("bad"), "{told:?}");
        let edit =
            "mutation($m: ID!) { editMessage(input: { messageId: $m, content: \"back\" }) { id } }";
        let edit = eve.at(node).refusal(edit, json!({ "m": sent.message["id"] })).await;
        assert_eq!(edit, "NOT_FOUND");
    }

    let rows = Rows::of(&cluster);
    for hidden in [&sent.message, &sent.reply, &sent.question] {
        let row = swept(&rows, hidden["seq"].as_u64().unwrap()).await;
        for gone in ["content", "metadata", "GSI2PK", "GSI2SK"] {
            assert_eq!(row[gone], Value::Null, "{gone} of {row}");
        }
    }
    let seq = event["seq"].as_u64().unwrap();
    unlisted(&rows, &id, seq).await;
    for kept in [&sent.anonymous, &sent.root, &later] {
        let row = row(&rows, kept["seq"].as_u64().unwrap()).await;
        assert_eq!(row["status"], json!({ "S": "PUBLISHED" }), "{row}");
    }
    let log =
        "{ room(id: \"hall\") { auditLog { nodes { action targetUserId reason details } } } }";
    let log = host.data(log, Value::Null).await["auditLog"]["nodes"].clone();
    let record = json!({ "action": "hideAuthor", "targetUserId": id, "reason": "spam", "details": { "since": null } });
    assert_eq!(log[0], record);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_sent_since_an_instant_is_hidden_and_only_moderators_hide() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let eve = cluster.client(0, "eve", &[]).await;
    let first = eve.send("hall", "one").await;
    let second = eve.data(ASK, json!({ "c": "two" })).await;
    let variables = json!({ "u": eve.id().await, "s": second["createdAt"] });
    assert_eq!(eve.refusal(HIDE, variables.clone()).await, "FORBIDDEN");
    let long = json!({ "u": "eve", "r": "x".repeat(501) });
    assert_eq!(host.refusal(HIDE, long).await, "BAD_USER_INPUT");
    host.data(HIDE, variables.clone()).await;
    assert_eq!(is_shown(&host, &first).await.1, "one");
    assert_eq!(is_shown(&host, &second).await.0, "DELETED");
    // What is sent after it is hidden when it is asked for again.
    let third = eve.send("hall", "three").await;
    assert_eq!(is_shown(&host, &third).await.1, "three");
    host.data(HIDE, variables).await;
    assert_eq!(is_shown(&host, &third).await.0, "DELETED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_hides_messages_in_the_same_transaction() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let eve = cluster.client(1, "eve", &[]).await;
    let message = eve.send("hall", "bad message").await;
    let ban = json!({ "u": eve.id().await, "t": "BAN", "h": true });
    let sanction = host.data(SANCTION, ban.clone()).await;
    assert_eq!(is_shown(&host, &message).await.0, "DELETED");
    let row = swept(&Rows::of(&cluster), message["seq"].as_u64().unwrap()).await;
    assert_eq!(row["content"], Value::Null);
    assert_eq!(host.data(SANCTION, ban).await, sanction, "the same again is the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_that_was_given_up_is_ended_by_whoever_opens_the_room() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let eve = cluster.client(0, "eve", &[]).await;
    let (id, message) = (eve.id().await, eve.send("hall", "bad message").await);
    let until = host.send("hall", "end").await["seq"].as_u64().unwrap();
    // As a node leaves it that is lost while it sweeps.
    let rows = Rows::of(&cluster);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let then = (now - Duration::from_secs(120)).as_millis().to_string();
    let hide = json!({
        "userId": { "S": id }, "until": { "N": until.to_string() }, "at": { "N": then },
        "sweptAt": { "N": then }, "GSI1PK": { "S": "MEMBERS#hall" },
        "GSI1SK": { "S": format!("HIDE#{until:010}") },
    });
    rows.put(&format!("PART#hall#{id}"), &format!("HIDE#{until:010}"), hide).await;

    let fresh = cluster.node(&cluster.table.endpoint).await;
    let bob = cluster.client(0, "bob", &[]).await.at(fresh.address);
    assert_eq!(is_shown(&bob, &message).await.0, "DELETED");
    swept(&rows, message["seq"].as_u64().unwrap()).await;
    unlisted(&rows, &id, until).await;
}

async fn row(rows: &Rows, seq: u64) -> Value {
    rows.get(&format!("LOG#hall#{}", seq / 4096), &format!("{seq:010}")).await
}

/// The row of a message, once it is a tombstone.
async fn swept(rows: &Rows, seq: u64) -> Value {
    let swept = async {
        loop {
            let row = row(rows, seq).await;
            if row["status"]["S"] == "DELETED" {
                return row;
            }
            yield_now().await;
        }
    };
    timeout(PATIENCE, swept).await.expect("the row is swept")
}

/// Waits until what is hidden is no longer listed.
async fn unlisted(rows: &Rows, user: &str, seq: u64) {
    let unlisted = async {
        let (pk, sk) = (format!("PART#hall#{user}"), format!("HIDE#{seq:010}"));
        while rows.get(&pk, &sk).await["GSI1PK"] != Value::Null {
            yield_now().await;
        }
    };
    timeout(PATIENCE, unlisted).await.expect("the hide is unlisted");
}
