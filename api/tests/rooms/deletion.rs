//! Deleting as a moderator: what is deleted is in the audit log, exactly, and nowhere else.

use super::cluster::Cluster;
use serde_json::{Value, json};

const DELETE: &str = "mutation($m: ID!, $r: String) { deleteMessage(input: { messageId: $m, reason: $r }) { id status content } }";
const EDIT: &str = "mutation($m: ID!, $c: String!) { editMessage(input: { messageId: $m, content: $c }) { content } }";
const LOG: &str = "query($a: String, $f: Int) { room(id: \"hall\") { auditLog(first: $f, after: $a) {
    nodes { id action actorId targetUserId targetMessageId reason details } pageInfo { hasNextPage endCursor } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_moderator_deletes_is_in_the_audit_log_for_hosts_alone() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let moderator = cluster.client(0, "mo", &["plenary-moderators"]).await;
    let eve = cluster.client(0, "eve", &[]).await;
    let own = eve.send("hall", "mine").await;
    eve.data(DELETE, json!({ "m": own["id"] })).await;
    for n in 0..5 {
        let message = eve.send("hall", &format!("bad {n}")).await;
        let variables = json!({ "m": message["id"], "r": format!("rule {n}") });
        let first = moderator.data(DELETE, variables.clone()).await;
        assert_eq!((&first["status"], &first["content"]), (&json!("DELETED"), &Value::Null));
        assert_eq!(moderator.data(DELETE, variables).await, first);
    }

    let (mut acts, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = host.data(LOG, json!({ "f": 2, "a": after })).await["auditLog"].clone();
        acts.extend(page["nodes"].as_array().unwrap().iter().cloned());
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(acts.pop().unwrap()["action"], "createRoom");
    let texts: Vec<_> = acts.iter().map(|act| act["details"]["content"].clone()).collect();
    assert_eq!(
        texts,
        ["bad 4", "bad 3", "bad 2", "bad 1", "bad 0"],
        "newest first, none of her own"
    );
    let act = &acts[0];
    assert_eq!((&act["action"], &act["reason"]), (&json!("deleteMessage"), &json!("rule 4")));
    assert_eq!(act["targetUserId"], eve.id().await);
    assert_eq!(act["actorId"], moderator.id().await);
    for client in [moderator, eve] {
        assert_eq!(client.refusal(LOG, Value::Null).await, "FORBIDDEN");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_in_the_audit_log_is_the_text_that_was_deleted() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let moderator = cluster.client(0, "mo", &["plenary-moderators"]).await;
    let eve = cluster.client(1, "eve", &[]).await;
    for round in 0..3 {
        let message = eve.send("hall", "version 0").await;
        let editing = async {
            let mut last = "version 0".to_owned();
            for n in 1.. {
                let text = format!("version {n}");
                let answer = eve.ask(EDIT, json!({ "m": message["id"], "c": text })).await;
                match answer["errors"][0]["extensions"]["code"].as_str() {
                    None => last = text,
                    Some(code) => {
                        assert_eq!(code, "NOT_FOUND", "{answer}");
                        break;
                    }
                }
            }
            last
        };
        let read = "query($m: ID!) { message(id: $m) { version } }";
        let deleting = async {
            while moderator.data(read, json!({ "m": message["id"] })).await["version"].as_u64()
                < Some(5)
            {}
            moderator.data(DELETE, json!({ "m": message["id"] })).await
        };
        let (last, deleted) = tokio::join!(editing, deleting);
        assert_eq!(deleted["status"], "DELETED");
        let log = host.data(LOG, json!({ "f": 1 })).await["auditLog"]["nodes"][0].clone();
        assert_eq!(log["targetMessageId"], message["id"], "round {round}");
        assert_eq!(log["details"]["content"], last, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_review_vanishes_without_a_trace() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let review = "mutation { updateRoom(input: { roomId: \"hall\", settings: { reviewMode: ALL } }) { id } }";
    host.data(review, Value::Null).await;
    let eve = cluster.client(0, "eve", &[]).await;
    let bob = cluster.client(1, "bob", &[]).await;
    let moderator = cluster.client(0, "mo", &["plenary-moderators"]).await;
    let mut room = bob.follow("hall", Value::Null).await;
    room.next().await;
    let send =
        "mutation { sendMessage(input: { roomId: \"hall\", content: \"bad\" }) { id status } }";

    for deleting in [&eve, &moderator] {
        let held = eve.data(send, Value::Null).await;
        assert_eq!(held["status"], "HELD");
        // Not even that it is there is told to others.
        assert_eq!(bob.refusal(DELETE, json!({ "m": held["id"] })).await, "NOT_FOUND");
        let left = deleting.data(DELETE, json!({ "m": held["id"] })).await;
        assert_eq!((&left["status"], &left["content"]), (&json!("REJECTED"), &Value::Null));
        assert_eq!(deleting.data(DELETE, json!({ "m": held["id"] })).await, left);
        let found =
            bob.data("query($m: ID!) { message(id: $m) { id } }", json!({ "m": held["id"] }));
        assert_eq!(found.await, Value::Null);
    }
    let said = host.send("hall", "said").await;
    let events = room.events(1).await;
    assert_eq!(events[0]["message"]["id"], said["id"], "{events:?}");
    assert_eq!(bob.history("hall").await.len(), 1);
    let acts = host.acts("details").await;
    assert_eq!(acts.len(), 1, "{acts:?}");
    assert_eq!(acts[0]["details"]["content"], "bad");
}
