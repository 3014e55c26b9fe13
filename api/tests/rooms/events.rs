//! What the host application tells a room.

use super::{
    client::Client,
    cluster::Cluster,
    proxy::{Fault, Proxy},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

const TELL: &str = "mutation($n: String!, $d: JSON) { sendEvent(input: { roomId: \"hall\", name: $n, data: $d }) }";
const FOLLOW: &str = "subscription($a: String) { roomEvents(roomId: \"hall\", after: $a) { events {
    __typename seq at ... on CustomEvent { name data } ... on MessageSent { message { content } } } } }";
const STATUS: &str =
    "mutation($s: RoomStatus!) { updateRoom(input: { roomId: \"hall\", status: $s }) { status } }";

async fn tell(client: &Client, name: &str, data: Value) {
    assert_eq!(client.data(TELL, json!({ "n": name, "d": data })).await, true);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_and_messages_have_one_order_live_and_in_replay() {
    let mut cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let mut readers = Vec::new();
    for node in &cluster.nodes {
        let mut reader = ada.at(node.address).subscribe(FOLLOW, Value::Null).await;
        reader.next().await;
        readers.push(reader);
    }
    let happening = (0..20).map(|n| {
        let client = host.at(cluster.nodes[n % 2].address);
        async move {
            match n % 4 {
                0 | 3 => tell(&client, "slide.changed", json!({ "number": n })).await,
                _ => drop(client.send("hall", &n.to_string()).await),
            }
        }
    });
    join_all(happening).await;
    tell(&host, "poll:opened", Value::Null).await;

    let mut heard = Vec::new();
    for reader in &mut readers {
        heard.push(reader.events(21).await);
    }
    let seqs: Vec<_> = heard[0].iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=21).collect::<Vec<_>>());
    let events = heard[0].iter().filter(|event| event["__typename"] == "CustomEvent");
    let mut numbers: Vec<_> = events.filter_map(|event| event["data"]["number"].as_u64()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 3, 4, 7, 8, 11, 12, 15, 16, 19]);
    let last = &heard[0][20];
    assert_eq!((&last["name"], &last["data"]), (&json!("poll:opened"), &Value::Null));
    // On a node that reads all of it from the table.
    cluster.nodes.push(cluster.node(&cluster.table.endpoint).await);
    for node in &cluster.nodes {
        let mut reader = ada.at(node.address).subscribe(FOLLOW, json!({ "a": "0" })).await;
        heard.push(reader.events(21).await);
    }
    assert!(heard.iter().all(|events| *events == heard[0]), "{heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_event_is_refused() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let long = "x".repeat(65);
    for name in ["", "two words", "größe", "a/b", long.as_str()] {
        let answer = host.ask(TELL, json!({ "n": name })).await;
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!(
            (&extensions["code"], &extensions["field"]),
            (&json!("BAD_USER_INPUT"), &json!("name"))
        );
    }
    let big = json!({ "text": "y".repeat(1_020) });
    assert_eq!(host.refusal(TELL, json!({ "n": "x", "d": big })).await, "METADATA_TOO_LARGE");
    assert_eq!(host.refusal(TELL, json!({ "n": "x", "d": [1] })).await, "BAD_USER_INPUT");
    for group in ["plenary-moderators", "plenary-speakers", "others"] {
        let other = cluster.client(0, "bob", &[group]).await;
        assert_eq!(other.refusal(TELL, json!({ "n": "x" })).await, "FORBIDDEN");
    }
    let longest = "A-z_0.9:".repeat(8);
    tell(&host, &longest, json!({ "text": "y".repeat(1_000) })).await;
    for (status, refused) in
        [("SCHEDULED", false), ("PAUSED", false), ("CLOSED", true), ("OPEN", false)]
    {
        host.data(STATUS, json!({ "s": status })).await;
        let answer = host.ask(TELL, json!({ "n": "x" })).await;
        match refused {
            true => assert_eq!(answer["errors"][0]["extensions"]["code"], "ROOM_NOT_OPEN"),
            false => assert_eq!(answer["data"]["sendEvent"], true, "{status}: {answer}"),
        }
    }
}

/// An event has no key, so what was told although its answer was lost is told again.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_failed_can_be_sent_again() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let client = host.at(node.address);
    let mut reader = host.subscribe(FOLLOW, Value::Null).await;
    reader.next().await;
    for (operation, fault, told) in [
        ("UpdateItem", Fault::Fail, 1),
        ("UpdateItem", Fault::LoseAnswer, 1),
        ("PutItem", Fault::Fail, 1),
        ("PutItem", Fault::LoseAnswer, 2),
    ] {
        let name = format!("{operation}-{fault:?}");
        proxy.begin(operation, fault);
        let refused = client.refusal(TELL, json!({ "n": name })).await;
        proxy.end();
        assert_eq!(refused, "UNAVAILABLE", "{name}");
        tell(&client, &name, Value::Null).await;
        let events = reader.events(told).await;
        assert!(events.iter().all(|event| event["name"] == json!(name)), "{name}: {events:?}");
        assert_eq!(events.len(), told, "{name}");
    }
}
