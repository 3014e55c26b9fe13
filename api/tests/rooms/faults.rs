//! Promise 3, and what holes do: what was acknowledged survives the loss of any node and of all of Redis.

use super::{
    client::Client,
    cluster::{Cluster, DataDir, Node},
    proxy::{Fault, Proxy},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn chat_goes_on_without_redis_and_heals_when_it_returns() {
    const OUTAGE: Duration = Duration::from_secs(10);
    let mut cluster = Cluster::start(2).await;
    cluster.host(0).await.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let mut readers = Vec::new();
    for node in &cluster.nodes {
        readers.push(ada.at(node.address).follow("hall", Value::Null).await);
    }
    let mut sent = 0;
    let mut say = async |node: usize| {
        ada.at(cluster.nodes[node].address).send("hall", &sent.to_string()).await;
        sent += 1;
    };
    for n in 0..50 {
        say(n % 2).await;
    }
    cluster.redis.kill().await;
    let gone = Instant::now();
    let mut across = Vec::new();
    for reader in &mut readers {
        across.push(reader.events(50).await);
    }
    while gone.elapsed() < OUTAGE {
        let before = across[1].len();
        say(0).await;
        // From one node to the other, without Redis.
        across[1].extend(readers[1].events(1).await);
        assert!(across[1].len() > before);
    }
    let port = cluster.redis.port;
    cluster.redis = super::cluster::Redis::start(port).await;
    for n in 0..50 {
        say(n % 2).await;
    }
    // Once both nodes have found it again, messages cross by it alone.
    for node in &cluster.nodes {
        while node.status().await["broker"]["state"] != "up" {
            tokio::task::yield_now().await;
        }
    }
    let total = sent;
    for (reader, mut seen) in readers.into_iter().zip(across) {
        let mut reader = reader;
        let missing = total - seen.len();
        seen.extend(reader.events(missing).await);
        let contents: Vec<_> = seen
            .iter()
            .map(|event| event["message"]["content"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(contents, (0..total).map(|n| n.to_string()).collect::<Vec<_>>());
    }
    assert_eq!(ada.history("hall").await.len(), total);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_killed_with_a_position_in_hand_holds_nobody_up() {
    let mut cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let mut doomed = cluster.node(&proxy.endpoint).await;
    let victim = host.at(doomed.address);
    victim.send("hall", "one").await;
    let mut reader = host.follow("hall", json!("0")).await;
    assert_eq!(reader.events(1).await[0]["seq"], 1);

    proxy.begin("PutItem", Fault::Hold);
    let lost = tokio::spawn(async move { victim.try_ask(SEND, json!({ "c": "lost" })).await });
    proxy.met(1).await;
    doomed.kill().await;
    let killed = Instant::now();
    host.send("hall", "two").await;
    let event = reader.events(1).await[0].clone();
    assert!(killed.elapsed() < Duration::from_secs(2), "stuck for {:?}", killed.elapsed());

    assert_eq!((&event["message"]["content"], &event["seq"]), (&json!("two"), &json!(3)));
    assert!(lost.await.unwrap().is_err());
    assert_eq!(cluster.nodes[0].metric("plenary_log_voids_total").await, 1.0);
    cluster.nodes.push(doomed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_whose_position_was_voided_takes_another() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let slow = cluster.node(&proxy.endpoint).await;
    let late = host.at(slow.address);
    let mut reader = host.follow("hall", Value::Null).await;
    reader.next().await;

    for (operation, variables) in [
        ("PutItem", json!({ "c": "late" })),
        ("TransactWriteItems", json!({ "c": "late", "k": "k" })),
    ] {
        proxy.begin(operation, Fault::Hold);
        let sender = late.clone();
        let sending = tokio::spawn(async move { sender.data(SEND, variables).await });
        proxy.met(1).await;
        let early = host.send("hall", "early").await;
        // Delivered, so the position before it has been voided.
        assert_eq!(reader.events(1).await[0]["seq"], early["seq"]);
        proxy.end();
        let sent = sending.await.unwrap();
        assert!(sent["seq"].as_u64() > early["seq"].as_u64());
        assert_eq!(reader.events(1).await[0]["message"]["id"], sent["id"]);
    }
    assert_eq!(host.history("hall").await.len(), 4);
}

const SEND: &str = "mutation($c: String!, $k: ID) { sendMessage(input: { roomId: \"hall\", content: $c, clientMessageId: $k }) { id seq } }";
const REPLY: &str = "mutation($m: ID!, $k: ID!) { sendReply(input: { messageId: $m, content: \"so\", clientMessageId: $k }) { id } }";

/// Every call of the pipeline fails in turn, and the answer of each is lost in turn; the retry makes it whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_reply_converges_whichever_call_fails() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let question = host.send("hall", "why?").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let client = host.at(node.address);
    client.data("{ room(id: \"hall\") { cursor } }", Value::Null).await;
    proxy.calls();

    let mut replies = 0;
    for fault in [Fault::Fail, Fault::LoseAnswer] {
        for operation in ["GetItem", "UpdateItem", "TransactWriteItems", "BatchGetItem"] {
            let variables = json!({ "m": question["id"], "k": format!("{operation}-{fault:?}") });
            proxy.begin(operation, fault);
            let answer = client.ask(REPLY, variables.clone()).await;
            proxy.end();
            assert!(
                proxy.calls().iter().any(|call| call == operation),
                "{operation} is not called"
            );
            assert_eq!(
                answer["errors"][0]["extensions"]["code"], "UNAVAILABLE",
                "{operation} {fault:?}: {answer}"
            );
            let first = client.data(REPLY, variables.clone()).await;
            assert_eq!(client.data(REPLY, variables).await, first);
            replies += 1;
            // On a node with nothing in memory; once it is past the holes that the failures left, it knows all.
            let node = cluster.node(&cluster.table.endpoint).await;
            let fresh = host.at(node.address);
            fresh.follow("hall", json!("0")).await.events(1 + 2 * replies).await;
            let query =
                "query($m: ID!) { message(id: $m) { replyCount replies { nodes { id } } } }";
            let root = fresh.data(query, json!({ "m": question["id"] })).await;
            assert_eq!(root["replyCount"], replies, "{operation} {fault:?}");
            assert_eq!(root["replies"]["nodes"].as_array().unwrap().len(), replies);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_table_answers_are_unavailable_and_the_node_stays_ready() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    host.send("hall", "here").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let client = host.at(node.address);
    for operation in ["GetItem", "Query"] {
        proxy.begin(operation, Fault::Fail);
        assert_eq!(
            client.refusal("{ room(id: \"hall\") { id } }", Value::Null).await,
            "UNAVAILABLE"
        );
        let ready = reqwest::get(format!("http://{}/readyz", node.address)).await.unwrap();
        assert_eq!(ready.status(), 200);
    }
    proxy.end();
    client.send("hall", "back").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_table_keeps_everything_through_a_restart_and_a_kill() {
    let data = DataDir::new();
    let token = data.token("hedy", &["plenary-hosts"]).await;
    let mut node = Node::start(&data, &["--drain-spread", "100ms"]).await;
    let client = |node: &Node| Client::new(node.address, token.clone());
    client(&node).create_room("hall").await;
    let mut sent = Vec::new();
    for round in 0..3 {
        for n in 0..10 {
            sent.push(client(&node).send("hall", &format!("{round}/{n}")).await["content"].clone());
        }
        match round {
            0 => assert!(node.terminate().await.success()),
            _ => node.kill().await,
        }
        node = Node::start(&data, &["--drain-spread", "100ms"]).await;
        let history = client(&node).history("hall").await;
        assert_eq!(
            history.iter().map(|message| message["content"].clone()).collect::<Vec<_>>(),
            sent
        );
    }
    let mut reader = client(&node).follow("hall", json!("0")).await;
    assert_eq!(reader.events(sent.len()).await.len(), sent.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_asked_to_end_tells_its_clients_to_come_back() {
    let data = DataDir::new();
    let token = data.token("hedy", &["plenary-hosts"]).await;
    let mut node = Node::start(&data, &["--memory", "--drain-spread", "100ms"]).await;
    let client = Client::new(node.address, token);
    client.create_room("hall").await;
    let mut reader = client.follow("hall", Value::Null).await;
    reader.next().await;
    let (status, closed) = tokio::join!(node.terminate(), reader.closed());
    assert!(status.success());
    assert_eq!(u16::from(closed.expect("a close frame").code), 1012);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_opened_while_redis_is_away_is_a_second_late_not_five() {
    let mut cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    cluster.redis.kill().await;
    while cluster.nodes[1].status().await["broker"]["state"] == "up" {
        tokio::task::yield_now().await;
    }
    let mut reader = host.at(cluster.nodes[1].address).follow("hall", Value::Null).await;
    reader.next().await;
    let sent = Instant::now();
    host.send("hall", "one").await;
    reader.events(1).await;
    assert!(sent.elapsed() < Duration::from_secs(3), "late by {:?}", sent.elapsed());
}
