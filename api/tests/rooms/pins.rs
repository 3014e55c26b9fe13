//! What is pinned: who may pin, how much, who is told, and who is shown it.

use super::{
    client::Client,
    cluster::Cluster,
    proxy::{Fault, Proxy},
    rows::Rows,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

const PIN: &str = "mutation($m: ID!, $p: Boolean!) { setPin(input: { messageId: $m, pinned: $p }) { id pinnedAt version } }";
const PINNED: &str =
    "{ room(id: \"hall\") { cursor updatedAt pinnedMessages { id content pinnedAt } } }";
const CHANGES: &str = "subscription { onChangeMessage(roomId: \"hall\") { id pinnedAt version } }";
const UPDATE: &str =
    "mutation($n: String!) { updateRoom(input: { roomId: \"hall\", name: $n }) { name } }";

/// The ids of what a client is shown as pinned.
async fn pinned(client: &Client) -> Vec<Value> {
    let room = client.data(PINNED, Value::Null).await;
    let pinned = room["pinnedMessages"].as_array().unwrap();
    assert!(pinned.iter().all(|message| message["pinnedAt"].is_string()), "{room}");
    pinned.iter().map(|message| message["id"].clone()).collect()
}

/// Asks until nobody else was first.
async fn persist(client: &Client, query: &str, variables: Value) -> Value {
    loop {
        let answer = client.ask(query, variables.clone()).await;
        if answer["errors"][0]["extensions"]["code"] != "VERSION_CONFLICT" {
            return answer;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_is_told_to_everybody_and_shown_to_whoever_comes() {
    let mut cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(1, "ada", &[]).await;
    let message = host.send("hall", "read this").await;
    let reply = host.reply(&message, "and this").await;
    let mut changes = ada.subscribe(CHANGES, Value::Null).await;
    let created = host.data(PINNED, Value::Null).await["updatedAt"].clone();

    let moderator = cluster.client(1, "mo", &["plenary-moderators"]).await;
    for (client, target) in [(&host, &message), (&moderator, &reply)] {
        let answer = client.data(PIN, json!({ "m": target["id"], "p": true })).await;
        assert_eq!((&answer["id"], answer["pinnedAt"].is_string()), (&target["id"], true));
        assert_eq!(changes.next().await, answer);
    }
    assert_eq!(pinned(&ada).await, [message["id"].clone(), reply["id"].clone()]);
    // Nothing that people call a change of the room.
    assert_eq!(host.data(PINNED, Value::Null).await["updatedAt"], created);

    // The same again is the same, at every node.
    let before = ada.data(PINNED, Value::Null).await["cursor"].clone();
    for client in [&host, &moderator] {
        client.data(PIN, json!({ "m": message["id"], "p": true })).await;
    }
    assert_eq!(ada.data(PINNED, Value::Null).await["cursor"], before);
    moderator.data(PIN, json!({ "m": message["id"], "p": false })).await;
    assert_eq!(changes.next().await["pinnedAt"], Value::Null);
    cluster.nodes.push(cluster.node(&cluster.table.endpoint).await);
    for node in &cluster.nodes {
        assert_eq!(pinned(&ada.at(node.address)).await, [reply["id"].clone()]);
    }
    let log = host.acts("actorId targetMessageId details").await;
    assert_eq!(log[0]["details"], json!({ "pinned": false }));
    assert_eq!(
        (&log[1]["actorId"], &log[1]["targetMessageId"]),
        (&json!(moderator.id().await), &reply["id"])
    );
    assert_eq!(log.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_pinned_is_refused() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let message = host.send("hall", "hello").await;
    for group in ["plenary-speakers", "others"] {
        let other = cluster.client(0, "bob", &[group]).await;
        assert_eq!(other.refusal(PIN, json!({ "m": message["id"], "p": true })).await, "FORBIDDEN");
    }
    let gone = host.send("hall", "gone").await;
    let delete = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { id } }";
    host.data(delete, json!({ "m": gone["id"] })).await;
    for target in [gone["id"].clone(), json!("hall.99"), json!("nowhere.1")] {
        for pin in [true, false] {
            assert_eq!(host.refusal(PIN, json!({ "m": target, "p": pin })).await, "NOT_FOUND");
        }
    }
    assert!(pinned(&host).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_has_ten_pins_however_many_pin_at_once() {
    let mut cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let mut messages = Vec::new();
    for n in 0..13 {
        messages.push(host.send("hall", &n.to_string()).await);
    }
    let pinning = messages.iter().enumerate().map(|(n, message)| {
        let client = host.at(cluster.nodes[n % 2].address);
        let variables = json!({ "m": message["id"], "p": true });
        async move { persist(&client, PIN, variables).await }
    });
    let answers = join_all(pinning).await;
    let code = |answer: &Value| answer["errors"][0]["extensions"]["code"].clone();
    let refused: Vec<_> = answers.iter().filter(|answer| !code(answer).is_null()).collect();
    assert!(refused.iter().all(|answer| code(answer) == "PIN_LIMIT"), "{refused:?}");
    assert_eq!(refused.len(), 3);

    // What is deleted takes no place.
    let before = pinned(&host).await;
    let delete = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { id } }";
    host.data(delete, json!({ "m": before[0] })).await;
    assert_eq!(pinned(&host).await, before[1..]);
    let another = host.send("hall", "another").await;
    host.data(PIN, json!({ "m": another["id"], "p": true })).await;
    let expected = [&before[1..], &[another["id"].clone()]].concat();
    cluster.nodes.push(cluster.node(&cluster.table.endpoint).await);
    assert_eq!(pinned(&host).await, expected);
    assert_eq!(pinned(&host.at(cluster.nodes[2].address)).await, expected);
    let late = host.send("hall", "late").await;
    assert_eq!(host.refusal(PIN, json!({ "m": late["id"], "p": true })).await, "PIN_LIMIT");
}

#[tokio::test(flavor = "multi_thread")]
async fn pins_and_changes_of_the_room_that_race_lose_nothing() {
    let mut cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let mut messages = Vec::new();
    for n in 0..6 {
        messages.push(host.send("hall", &n.to_string()).await["id"].clone());
    }
    let pinning = messages.iter().enumerate().map(|(n, message)| {
        let (one, other) =
            (host.at(cluster.nodes[n % 2].address), host.at(cluster.nodes[(n + 1) % 2].address));
        async move {
            let (pin, update) = tokio::join!(
                persist(&one, PIN, json!({ "m": message, "p": true })),
                persist(&other, UPDATE, json!({ "n": format!("Hall {n}") })),
            );
            assert!(pin["errors"].is_null() && update["errors"].is_null(), "{pin} {update}");
        }
    });
    join_all(pinning).await;
    host.data(UPDATE, json!({ "n": "At last" })).await;
    cluster.nodes.push(cluster.node(&cluster.table.endpoint).await);
    for node in [&cluster.nodes[0], &cluster.nodes[2]] {
        let mut found = pinned(&host.at(node.address)).await;
        found.sort_by_key(ToString::to_string);
        assert_eq!(found, messages);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_joins_is_shown_old_pins_from_memory() {
    let mut cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    for n in 0..3 {
        let message = host.send("hall", &n.to_string()).await;
        host.data(PIN, json!({ "m": message["id"], "p": true })).await;
    }
    Rows::of(&cluster).fill("hall", 7).await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    cluster.nodes.push(cluster.node(&proxy.endpoint).await);
    let ada = cluster.client(1, "ada", &[]).await;
    assert_eq!(pinned(&ada).await.len(), 3);
    proxy.calls();
    let joining = (0..50).map(|_| pinned(&ada));
    assert!(join_all(joining).await.iter().all(|pinned| pinned.len() == 3));
    // The head is compared now and then, whoever joins.
    let calls = proxy.calls();
    assert!(calls.len() <= 2 && calls.iter().all(|call| call == "GetItem"), "{calls:?}");
}

/// Every call of the pipeline fails in turn, and the answer of each is lost in turn; the retry makes it whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_pin_converges_whichever_call_fails() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let client = host.at(node.address);
    client.data(PINNED, Value::Null).await;
    let mut expected = Vec::new();
    for fault in [Fault::Fail, Fault::LoseAnswer] {
        for operation in ["GetItem", "UpdateItem", "TransactWriteItems", "BatchGetItem"] {
            let message = host.send("hall", operation).await;
            let variables = json!({ "m": message["id"], "p": true });
            proxy.calls();
            proxy.begin(operation, fault);
            let answer = client.ask(PIN, variables.clone()).await;
            proxy.end();
            assert!(proxy.calls().iter().any(|call| call == operation), "{operation}");
            let code = &answer["errors"][0]["extensions"]["code"];
            assert_eq!(*code, "UNAVAILABLE", "{operation} {fault:?}: {answer}");
            let first = client.data(PIN, variables.clone()).await;
            assert_eq!(client.data(PIN, variables).await, first);
            expected.push(message["id"].clone());
            let log = host.acts("actorId targetMessageId details").await;
            assert_eq!(log.len(), expected.len(), "{operation} {fault:?}");
        }
    }
    let fresh = cluster.node(&cluster.table.endpoint).await;
    assert_eq!(pinned(&host.at(fresh.address)).await, expected);
}
