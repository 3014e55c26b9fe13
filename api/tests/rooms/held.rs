//! What waits for a review, and what was refused by one: who sees it.

use super::{
    client::FOLLOW,
    cluster::Cluster,
    export::{export, lines},
    review::{HELD, READ, REVIEW, held, hold, judge, strict_room},
};
use serde_json::{Value, json};

/// What the author is told.
const OWN: &str = "subscription { viewerEvents(roomId: \"hall\") { ... on MessageReviewed { message { id status content } reason } } }";

const WATCH: &str = "subscription { moderationEvents(roomId: \"hall\") { __typename ... on MessageHeld { message { id content status } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_is_for_its_author_and_those_who_judge_until_it_is_approved() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    strict_room(&host).await;
    let mo = cluster.client(1, "mo", &["plenary-moderators"]).await;
    let (ada, bob) = (cluster.client(1, "ada", &[]).await, cluster.client(0, "bob", &[]).await);
    let mut watching = host.subscribe(WATCH, Value::Null).await;
    let mut room = bob.follow("hall", Value::Null).await;
    room.next().await;
    let mut changes = bob
        .subscribe("subscription { onChangeMessage(roomId: \"hall\") { id content } }", Value::Null)
        .await;

    let message = hold(&ada, "is it on?").await;
    let told = watching.next().await;
    assert_eq!(told["__typename"], "MessageHeld");
    assert_eq!(
        told["message"],
        json!({ "id": message["id"], "content": "is it on?", "status": "HELD" })
    );
    let id = json!({ "m": message["id"] });
    assert_eq!(bob.data(READ, id.clone()).await, Value::Null);
    for (client, content) in [(&ada, "is it on?"), (&mo, "is it on?")] {
        assert_eq!(client.data(READ, id.clone()).await["content"], content);
    }
    assert!(bob.history("hall").await.is_empty());
    assert_eq!(
        (held(&mo).await, held(&host).await),
        (vec![message["id"].clone()], held(&mo).await)
    );
    let speaker = cluster.client(0, "sue", &["plenary-speakers"]).await;
    for other in [&ada, &speaker] {
        assert_eq!(other.refusal(HELD, json!({})).await, "FORBIDDEN");
        let answer = other.subscribe(WATCH, Value::Null).await.message().await;
        assert_eq!(answer["payload"][0]["extensions"]["code"], "FORBIDDEN", "{answer}");
        let variables = json!({ "m": message["id"], "a": true });
        assert_eq!(other.refusal(REVIEW, variables).await, "FORBIDDEN");
    }

    let mut own = ada.subscribe(OWN, Value::Null).await;
    let approved = judge(&mo, &message, true).await;
    let content = "is it on?";
    assert_eq!(
        own.next().await,
        json!({ "message": { "id": message["id"], "status": "PUBLISHED", "content": content }, "reason": null })
    );
    assert_eq!(
        (&approved["status"], &approved["content"], &approved["version"]),
        (&json!("PUBLISHED"), &json!("is it on?"), &json!(2))
    );
    let event = room.events(1).await[0].clone();
    assert_eq!(
        (&event["__typename"], &event["message"]["content"]),
        (&json!("MessageChanged"), &json!("is it on?"))
    );
    assert_eq!(changes.next().await, json!({ "id": message["id"], "content": "is it on?" }));
    assert_eq!(bob.history("hall").await.len(), 1);
    assert!(held(&mo).await.is_empty() && held(&host).await.is_empty());
    assert_eq!(judge(&host, &message, true).await, approved);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rejected_stays_for_its_author_and_is_told_to_nobody_else() {
    let mut cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    strict_room(&host).await;
    let (ada, bob) = (cluster.client(1, "ada", &[]).await, cluster.client(0, "bob", &[]).await);
    let mut room = bob.follow("hall", Value::Null).await;
    room.next().await;
    let message = hold(&ada, "something bad").await;
    // At another node than the one that judges.
    let mut own = ada.subscribe(OWN, Value::Null).await;
    let variables = json!({ "m": message["id"], "a": false, "r": " not nice " });
    let rejected = host.data(REVIEW, variables.clone()).await;
    assert_eq!(
        (&rejected["status"], &rejected["content"]),
        (&json!("REJECTED"), &json!("something bad"))
    );
    assert_eq!(host.data(REVIEW, variables).await, rejected);
    let content = "something bad";
    assert_eq!(
        own.next().await,
        json!({ "message": { "id": message["id"], "status": "REJECTED", "content": content }, "reason": "not nice" })
    );
    assert_eq!(
        host.refusal(REVIEW, json!({ "m": message["id"], "a": true })).await,
        "BAD_USER_INPUT"
    );
    let said = host.send("hall", "said").await;
    // The next that bob hears of.
    assert_eq!(room.events(1).await[0]["message"]["id"], said["id"]);

    cluster.nodes.push(cluster.node(&cluster.table.endpoint).await);
    for node in &cluster.nodes {
        let (ada, bob) = (ada.at(node.address), bob.at(node.address));
        let mine = ada.data(READ, json!({ "m": message["id"] })).await;
        assert_eq!(
            (&mine["status"], &mine["content"]),
            (&json!("REJECTED"), &json!("something bad"))
        );
        assert_eq!(bob.data(READ, json!({ "m": message["id"] })).await, Value::Null);
        assert_eq!(bob.history("hall").await.len(), 1);
        // Replayed, there is nothing of it either, not even of its place.
        let mut replay = bob.subscribe(FOLLOW, json!({ "r": "hall", "a": "0" })).await;
        let events = replay.events(2).await;
        let kinds: Vec<_> = events.iter().map(|event| event["__typename"].clone()).collect();
        assert_eq!(kinds, [json!("RoomChanged"), json!("MessageSent")]);
    }
    let log = host.acts("targetMessageId targetUserId reason details").await;
    let expected = [json!({
        "action": "reviewMessage", "targetMessageId": message["id"], "targetUserId": ada.id().await, "reason": "not nice",
        "details": { "approved": false, "content": "something bad" },
    })];
    assert_eq!(log, expected);

    for (target, approve, reason, code) in [
        (&said["id"], false, "x", "BAD_USER_INPUT"),
        (&json!("hall.99"), true, "x", "NOT_FOUND"),
        (&said["id"], true, "ö".repeat(501).as_str(), "BAD_USER_INPUT"),
    ] {
        let variables = json!({ "m": target, "a": approve, "r": reason });
        assert_eq!(host.refusal(REVIEW, variables).await, code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_is_paged_oldest_first_on_every_node() {
    let mut cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    strict_room(&host).await;
    let ada = cluster.client(0, "ada", &[]).await;
    let mut waiting = Vec::new();
    for n in 0..9 {
        let message = hold(&ada.at(cluster.nodes[n % 2].address), &n.to_string()).await;
        host.send("hall", "meanwhile").await;
        waiting.push(message);
    }
    for n in [7, 3] {
        judge(&host, &waiting.remove(n), n == 3).await;
    }
    cluster.nodes.push(cluster.node(&cluster.table.endpoint).await);
    for node in &cluster.nodes {
        let (client, mut after) = (host.at(node.address), Value::Null);
        let mut found = Vec::new();
        loop {
            let room = client.data(HELD, json!({ "f": 3, "a": after })).await;
            let page = &room["heldMessages"];
            found.extend(page["nodes"].as_array().unwrap().iter().map(|held| held["id"].clone()));
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            assert_eq!(page["nodes"].as_array().unwrap().len(), 3);
            after = page["pageInfo"]["endCursor"].clone();
        }
        let expected: Vec<_> = waiting.iter().map(|message| message["id"].clone()).collect();
        assert_eq!(found, expected);
    }
    assert_eq!(host.refusal(HELD, json!({ "f": 101 })).await, "BAD_USER_INPUT");
    assert_eq!(host.refusal(HELD, json!({ "a": "x" })).await, "BAD_USER_INPUT");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_what_everybody_may_know_has_nothing_of_it() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    strict_room(&host).await;
    let terms = "mutation { updateRoom(input: { roomId: \"hall\", settings: { refusedTerms: [\"unsayable\"] } }) { id } }";
    host.data(terms, Value::Null).await;
    let ada = cluster.client(0, "ada", &[]).await;
    hold(&ada, "waits").await;
    let (refused, passed) = (hold(&ada, "refused").await, hold(&ada, "passed").await);
    let because = json!({ "m": refused["id"], "a": false, "r": "embarrassing" });
    host.data(REVIEW, because).await;
    judge(&host, &passed, true).await;
    let mute = "mutation { sanctionUser(input: { roomId: \"hall\", userId: \"eve\", type: MUTE, reason: \"shame\" }) { id } }";
    host.data(mute, Value::Null).await;

    let secrets = ["waits", "refused\"", "embarrassing", "shame", "unsayable"];
    let public = export(&cluster, &["--room", "hall"]).await;
    let told = lines(&public);
    assert!(told.iter().any(|line| line["content"] == "passed"), "{told:?}");
    let text = String::from_utf8(public.stdout).unwrap();
    assert_eq!(secrets.map(|secret| text.contains(secret)), [false; 5], "{text}");
    let all = export(&cluster, &["--room", "hall", "--include-deleted"]).await;
    let text = String::from_utf8(all.stdout).unwrap();
    assert_eq!(secrets.map(|secret| text.contains(secret)), [true; 5], "{text}");
}
