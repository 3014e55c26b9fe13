//! Promise 6: one bad participant costs the others nothing. What is executed once reaches everybody.

use super::{
    PATIENCE,
    client::{Client, FOLLOW, Subscription},
    cluster::{Cluster, DataDir, Node},
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::iter::repeat_n;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// A node with nothing beside it.
pub(crate) async fn node(arguments: &[&str]) -> (DataDir, Node) {
    let data = DataDir::new();
    let node = Node::start(&data, &[&["--memory"], arguments].concat()).await;
    (data, node)
}

async fn client(data: &DataDir, node: &Node, user: &str, groups: &[&str]) -> Client {
    Client::new(node.address, data.token(user, groups).await)
}

/// Subscribes on a socket that takes little before it is read.
async fn follow_slowly(client: &Client, room: &str) -> Subscription {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2048).unwrap();
    let stream = socket.connect(client.address).await.unwrap();
    client.subscribe_on(stream, FOLLOW, json!({ "r": room })).await
}

fn seqs(events: &[Value]) -> Vec<u64> {
    events.iter().map(|event| event["seq"].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_stops_is_closed_and_resumes_without_loss_while_others_hear_everything() {
    let (data, node) = node(&["--send-queue", "32KiB"]).await;
    let host = client(&data, &node, "hedy", &["plenary-hosts"]).await;
    host.create_room("hall").await;
    let ada = client(&data, &node, "ada", &[]).await;
    let mut reader = ada.follow("hall", Value::Null).await;
    let mut slow = follow_slowly(&ada, "hall").await;

    let text = "\u{1f44f}".repeat(480);
    let mut sent = 0;
    while node.metric("plenary_ws_slow_consumers_total").await < 1.0 {
        host.send("hall", &text).await;
        sent += 1;
        assert_eq!(seqs(&reader.events(1).await), [sent]);
        assert!(sent < 3000, "the reader that stopped is still there");
    }

    let (mut seen, mut cursor) = (Vec::new(), json!("0"));
    while let Some(batch) = slow.next_or_close().await.unwrap_or_else(|close| {
        assert_eq!(close.map(|close| u16::from(close.code)), Some(4800));
        None
    }) {
        seen.extend(seqs(batch["events"].as_array().unwrap()));
        cursor = batch["cursor"].clone();
    }
    let missed = usize::try_from(sent).unwrap() - seen.len();
    assert!(missed > 0);
    let mut resumed = ada.follow("hall", cursor).await;
    seen.extend(seqs(&resumed.events(missed).await));
    assert_eq!(seen, (1..=sent).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_joins_a_busy_group_misses_nothing_and_hears_nothing_twice() {
    const MESSAGES: usize = 400;
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let first = ada.follow("hall", Value::Null).await;
    let sending = async {
        for number in 0..MESSAGES {
            host.send("hall", &number.to_string()).await;
        }
    };
    // They come one after the other while the room talks, from its beginning and from now on.
    let joining = async {
        let mut joined = vec![first];
        for number in 0..40 {
            let reader = ada.at(cluster.nodes[number % 2].address);
            let after = if number % 4 < 2 { json!("0") } else { Value::Null };
            joined.push(reader.follow("hall", after).await);
        }
        joined
    };
    let ((), joined) = tokio::join!(sending, joining);
    let last = host.send("hall", "last").await["seq"].as_u64().unwrap();
    let reading = joined.into_iter().enumerate().map(|(number, mut subscription)| async move {
        let mut seen = Vec::new();
        while seen.last() != Some(&last) {
            seen.extend(seqs(&subscription.events(1).await));
        }
        let from_the_beginning = number % 4 == 1 || number % 4 == 2 || number == 0;
        (from_the_beginning, seen)
    });
    for (from_the_beginning, seen) in join_all(reading).await {
        let first = if from_the_beginning { 1 } else { seen[0] };
        assert_eq!(seen, (first..=last).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_end_and_what_is_no_frame_costs_little_memory() {
    const CONNECTIONS: usize = 300;
    let (data, node) = node(&[]).await;
    let host = client(&data, &node, "hedy", &["plenary-hosts"]).await;
    host.create_room("hall").await;
    let mut reader = host.follow("hall", Value::Null).await;
    let before = node.memory();
    // A frame of 256 KiB is announced, of which nothing but a kilobyte comes.
    let mut announced = vec![0x81, 0x80 | 127, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0];
    announced.extend(repeat_n(b' ', 1000));
    let waiting = join_all(repeat_n(&announced, CONNECTIONS).map(|bytes| async {
        let mut stream = shake_hands(&node, "").await;
        stream.write_all(bytes).await.unwrap();
        stream
    }))
    .await;
    // Reading that answer means that the node has read what came before it.
    host.send("hall", "still here").await;
    reader.events(1).await;
    let garbage = vec![0xff; 1 << 20];
    let refused = join_all(repeat_n(&garbage, CONNECTIONS).map(|bytes| async {
        let mut stream = shake_hands(&node, "").await;
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("it is closed");
        answer
    }))
    .await;
    // A reset may overtake the close of a client that does not stop to send.
    let told = refused.iter().filter(|answer| answer.starts_with(b"\x88")).count();
    assert!(refused.iter().all(|answer| answer.is_empty() || answer[..4] == *b"\x88\x10\x03\xea"));
    assert!(told > 0, "nobody was told");
    let kib = node.memory().saturating_sub(before);
    assert!(
        kib < 16 * 2 * CONNECTIONS as u64,
        "{kib} KiB for {CONNECTIONS} connections of each kind"
    );
    host.send("hall", "and still here").await;
    reader.events(1).await;
    drop(waiting);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_is_stopped_hears_no_more_and_the_others_do() {
    let (data, node) = node(&[]).await;
    client(&data, &node, "hedy", &["plenary-hosts"]).await.create_room("hall").await;
    let ada = client(&data, &node, "ada", &[]).await;
    let mut stays = ada.subscribe(FOLLOW, json!({ "r": "hall" })).await;
    let leaves = ada.subscribe(FOLLOW, json!({ "r": "hall" })).await;
    ada.send("hall", "both").await;
    stays.events(1).await;
    let mut left = leaves.complete().await;
    ada.send("hall", "one").await;
    assert_eq!(stays.events(1).await[0]["message"]["content"], "one");
    assert_eq!(left.barrier().await, Vec::<Value>::new());
    drop(stays);
    drop(left);
    while node.metric("plenary_groups").await > 0.0 {
        tokio::task::yield_now().await;
    }
}

/// Opens a WebSocket and leaves its frames to the test.
pub(crate) async fn shake_hands(node: &Node, headers: &str) -> TcpStream {
    let mut stream = TcpStream::connect(node.address).await.unwrap();
    let head = format!(
        "GET /graphql HTTP/1.1\r\nhost: {}\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         sec-websocket-protocol: graphql-transport-ws\r\n{headers}\r\n",
        node.address
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(timeout(PATIENCE, stream.read_u8()).await.unwrap().unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 101 "));
    stream
}
