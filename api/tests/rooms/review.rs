//! Judging what waits for a review: replies, races, faults, and where it is listed then.

use super::{
    client::Client,
    cluster::Cluster,
    proxy::{Fault, Proxy},
    rows::Rows,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

const SEND: &str = "mutation($c: String!, $k: MessageKind) { sendMessage(input: { roomId: \"hall\", content: $c, kind: $k }) { id seq status content } }";
const REPLY: &str =
    "mutation($m: ID!) { sendReply(input: { messageId: $m, content: \"so\" }) { id seq status } }";
pub(crate) const REVIEW: &str = "mutation($m: ID!, $a: Boolean!, $r: String) { reviewMessage(input: { messageId: $m, approve: $a, reason: $r }) { id status content version } }";
pub(crate) const READ: &str = "query($m: ID!) { message(id: $m) { status content replyCount repliedAt lastReplyAt version replies { nodes { id } } } }";
pub(crate) const HELD: &str = "query($f: Int, $a: String) { room(id: \"hall\") { heldMessages(first: $f, after: $a) { nodes { id content } pageInfo { hasNextPage endCursor } } } }";

/// A room in which everything that participants say is held.
pub(crate) async fn strict_room(host: &Client) {
    host.create_room("hall").await;
    let strict = "mutation { updateRoom(input: { roomId: \"hall\", settings: { reviewMode: ALL, anonymousQuestions: true } }) { id } }";
    host.data(strict, Value::Null).await;
}

pub(crate) async fn hold(client: &Client, content: &str) -> Value {
    let held = client.data(SEND, json!({ "c": content })).await;
    assert_eq!(held["status"], "HELD");
    held
}

pub(crate) async fn held(client: &Client) -> Vec<Value> {
    let room = client.data(HELD, json!({})).await;
    let nodes = room["heldMessages"]["nodes"].as_array().unwrap();
    nodes.iter().map(|message| message["id"].clone()).collect()
}

pub(crate) async fn judge(client: &Client, message: &Value, approve: bool) -> Value {
    client.data(REVIEW, json!({ "m": message["id"], "a": approve })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_reply_stamps_its_root_and_a_held_one_does_not() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    strict_room(&host).await;
    let ada = cluster.client(1, "ada", &[]).await;
    let root = host.send("hall", "why?").await;
    let mut room = ada.follow("hall", Value::Null).await;
    room.next().await;
    let mut replies = Vec::new();
    for _ in 0..3 {
        let reply = ada.data(REPLY, json!({ "m": root["id"] })).await;
        assert_eq!(reply["status"], "HELD");
        replies.push(reply);
    }
    let read = ada.data(READ, json!({ "m": root["id"] })).await;
    assert_eq!((&read["replyCount"], &read["repliedAt"]), (&json!(0), &Value::Null));

    for count in 1..=2 {
        judge(&host, &replies[count - 1], true).await;
        let events = room.events(2).await;
        assert_eq!(events[0]["message"]["id"], replies[count - 1]["id"]);
        assert_eq!(
            (&events[1]["message"]["id"], &events[1]["message"]["replyCount"]),
            (&root["id"], &json!(count))
        );
        let at = |name: &str| events[1]["message"][name].as_str().map(str::to_owned);
        assert!(at("repliedAt").is_some() && at("lastReplyAt") >= at("repliedAt"));
        let read = ada.data(READ, json!({ "m": root["id"] })).await;
        assert_eq!(read["replies"]["nodes"].as_array().unwrap().len(), count);
    }
    let delete = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { id } }";
    host.data(delete, json!({ "m": root["id"] })).await;
    let variables = json!({ "m": replies[2]["id"], "a": true });
    assert_eq!(host.refusal(REVIEW, variables).await, "BAD_USER_INPUT");
    assert_eq!(judge(&host, &replies[2], false).await["status"], "REJECTED");
    assert!(held(&host).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_judge_at_once_one_is_first() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    strict_room(&host).await;
    let ada = cluster.client(0, "ada", &[]).await;
    let mo = cluster.client(1, "mo", &["plenary-moderators"]).await;
    let mut messages = Vec::new();
    for n in 0..8 {
        messages.push(hold(&ada, &n.to_string()).await);
    }
    let judging = messages.iter().map(|message| {
        let variables = |approve: bool| json!({ "m": message["id"], "a": approve });
        let (host, mo) = (host.clone(), mo.clone());
        async move {
            let both =
                tokio::join!(host.ask(REVIEW, variables(true)), mo.ask(REVIEW, variables(false)));
            let (first, second) = match both.0["errors"].is_null() {
                true => both,
                false => (both.1, both.0),
            };
            assert_eq!(second["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{second}");
            // Whoever was second knows it from the table; the node hears of it by the broker.
            let mut status = json!("HELD");
            while status == "HELD" {
                status = host.data(READ, json!({ "m": message["id"] })).await["status"].clone();
            }
            assert_eq!(first["data"]["reviewMessage"]["status"], status);
        }
    });
    join_all(judging).await;
    let log = host.acts("targetMessageId targetUserId reason details").await;
    assert_eq!(log.len(), messages.len());
}

/// Where each message is listed, held and judged.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_judged_is_listed_where_it_belongs() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    strict_room(&host).await;
    let ada = cluster.client(0, "ada", &[]).await;
    let root = host.send("hall", "root").await;
    let rows = Rows::of(&cluster);
    let listed = async |message: &Value| {
        let row =
            rows.get("LOG#hall#0", &format!("{:010}", message["seq"].as_u64().unwrap())).await;
        row["GSI2PK"]["S"].clone()
    };
    let author = json!(format!("AUTHOR#hall#{}", ada.id().await));
    for (approve, chat, question, reply) in [
        (true, Value::Null, json!("SCORE#hall#OPEN"), author.clone()),
        (false, Value::Null, Value::Null, author),
    ] {
        for (message, expected) in [
            (ada.data(SEND, json!({ "c": "chat" })).await, chat),
            (ada.data(SEND, json!({ "c": "why?", "k": "QUESTION" })).await, question),
            (ada.data(REPLY, json!({ "m": root["id"] })).await, reply),
        ] {
            assert_eq!(listed(&message).await, "HELD#hall");
            judge(&host, &message, approve).await;
            assert_eq!(listed(&message).await, expected, "{message}");
        }
    }
}

/// Every call of the pipeline fails in turn, and the answer of each is lost in turn; the retry makes it whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_review_converges_whichever_call_fails() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    strict_room(&host).await;
    let ada = cluster.client(0, "ada", &[]).await;
    let root = host.send("hall", "why?").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let judging = host.at(node.address);
    let mut count = 0;
    for fault in [Fault::Fail, Fault::LoseAnswer] {
        for operation in ["GetItem", "UpdateItem", "TransactWriteItems", "BatchGetItem"] {
            let reply = ada.data(REPLY, json!({ "m": root["id"] })).await;
            judging.data("{ room(id: \"hall\") { id } }", Value::Null).await;
            proxy.calls();
            proxy.begin(operation, fault);
            let variables = json!({ "m": reply["id"], "a": true });
            let refused = judging.refusal(REVIEW, variables).await;
            proxy.end();
            assert!(proxy.calls().iter().any(|call| call == operation), "{operation}");
            assert_eq!(refused, "UNAVAILABLE", "{operation} {fault:?}");
            let first = judge(&judging, &reply, true).await;
            assert_eq!(judge(&judging, &reply, true).await, first);
            count += 1;
            let log = host.acts("targetMessageId targetUserId reason details").await;
            assert_eq!(log.len(), count, "{operation} {fault:?}");
        }
    }
    let fresh = cluster.node(&cluster.table.endpoint).await;
    let fresh = host.at(fresh.address);
    // Once it is past the holes that the failures left, it knows all: the room's change, the root, and three of each reply.
    fresh.follow("hall", json!("0")).await.events(2 + 3 * count).await;
    let read = fresh.data(READ, json!({ "m": root["id"] })).await;
    assert_eq!(read["replyCount"], count);
    assert_eq!(read["replies"]["nodes"].as_array().unwrap().len(), count);
}
