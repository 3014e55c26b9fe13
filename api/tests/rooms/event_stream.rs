//! Rooms as event streams: everything that holds for a subscription on a WebSocket holds for one in an HTTP answer.

use super::{
    client::{Client, EventStream, FOLLOW, Said},
    cluster::{Cluster, Node, ended, signal},
    fan_out::node,
    sanctions::{SANCTION, VIEWER_EVENTS},
};
use serde_json::{Value, json};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};

impl Client {
    async fn stream_room(&self, after: Value) -> EventStream {
        self.stream(FOLLOW, json!({ "r": "hall", "a": after })).await
    }
}

fn seqs(events: &[Value]) -> Vec<u64> {
    events.iter().map(|event| event["seq"].as_u64().unwrap()).collect()
}

/// Promise 4 without an acknowledgement: the head of the answer is one.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_hears_what_is_sent_through_any_node_once_it_has_its_head() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(1, "ada", &[]).await;
    for round in 0..5 {
        let mut stream = ada.stream_room(Value::Null).await;
        assert_eq!(stream.status(), "200", "{}", stream.head);
        assert_eq!(stream.said().await, Said::Comment(String::new()), "it is live");
        let sent = host.send("hall", &format!("message {round}")).await;
        assert_eq!(stream.events(1).await[0]["message"]["id"], sent["id"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_goes_on_where_another_has_ended() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    host.send("hall", "one").await;
    let mut first = host.stream_room(json!("0")).await;
    let batch = first.next().await;
    assert_eq!(
        (&batch["resume"], seqs(batch["events"].as_array().unwrap())),
        (&json!("REPLAYED"), vec![1])
    );
    drop(first);
    for message in ["two", "three"] {
        host.send("hall", message).await;
    }
    let elsewhere = cluster.client(1, "ada", &[]).await;
    let mut second = elsewhere.stream_room(batch["cursor"].clone()).await;
    assert_eq!(seqs(&second.events(2).await), [2, 3]);
    host.send("hall", "four").await;
    assert_eq!(seqs(&second.events(1).await), [4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_and_sockets_are_one_group_that_is_executed_once() {
    let (data, node) = node(&[]).await;
    let client = async |user: &str, groups: &[&str]| {
        Client::new(node.address, data.token(user, groups).await)
    };
    let host = client("hedy", &["plenary-hosts"]).await;
    host.create_room("hall").await;
    let (ada, eve) = (client("ada", &[]).await, client("eve", &[]).await);
    let mut streams = [ada.stream_room(Value::Null).await, eve.stream_room(Value::Null).await];
    let mut socket = ada.follow("hall", Value::Null).await;
    assert!(node.metric("plenary_sse_streams").await == 2.0, "they are counted");
    assert!(node.metric("plenary_subscriptions").await == 3.0);
    // Whoever has just begun may be a moment from its group.
    let mut sent = 0;
    loop {
        let before = node.metric("plenary_single_executions_total").await;
        let groups = node.metric("plenary_group_executions_total").await;
        host.send("hall", "hello").await;
        sent += 1;
        let heard = socket.events(1).await;
        for stream in &mut streams {
            assert_eq!(stream.events(1).await, heard);
        }
        if node.metric("plenary_single_executions_total").await == before {
            assert!(node.metric("plenary_group_executions_total").await == groups + 1.0);
            break;
        }
        assert!(sent < 100, "they never became a group");
    }
    assert!(node.metric("plenary_groups").await == 1.0);
    drop(streams);
    let left = async { while node.metric("plenary_sse_streams").await > 0.0 {} };
    timeout(super::PATIENCE, left).await.expect("clients that leave are noticed");
    assert!(node.metric("plenary_sse_ended_total").await == 2.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_caller_may_not_have_is_refused_in_the_stream() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    for (query, code) in [
        ("subscription { moderationEvents(roomId: \"hall\") { __typename } }", "FORBIDDEN"),
        ("subscription { roomEvents(roomId: \"nowhere\") { cursor } }", "NOT_FOUND"),
        (
            "subscription { roomEvents(roomId: \"hall\") { events { ... on RoomChanged { room { viewer { role } } } } } }",
            "BAD_USER_INPUT",
        ),
    ] {
        let mut stream = ada.stream(query, Value::Null).await;
        let result = stream.result().await;
        assert_eq!(result["errors"][0]["extensions"]["code"], code, "{query}: {result}");
        assert_eq!((stream.said().await, stream.said().await), (Said::Complete, Said::End));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_and_another_role_end_streams_on_every_node() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let eve = cluster.client(1, "eve", &[]).await;
    let id = eve.id().await;
    let mut room = eve.stream_room(Value::Null).await;
    let promote = "mutation($u: ID!) { setRole(input: { roomId: \"hall\", userId: $u, role: SPEAKER }) { role } }";
    host.ask(promote, json!({ "u": id })).await;
    assert_eq!(room.farewell().await, "4806 Role changed");

    let mut room = eve.stream_room(Value::Null).await;
    let mut viewer = eve.stream(VIEWER_EVENTS, Value::Null).await;
    host.data(SANCTION, json!({ "u": id, "t": "BAN", "d": 3_600 })).await;
    assert_eq!(viewer.next().await["__typename"], "Sanctioned", "it is told why");
    assert_eq!(viewer.farewell().await, "4805 Banned");
    assert_eq!(room.farewell().await, "4805 Banned");
    let result = eve.stream_room(Value::Null).await.result().await;
    assert_eq!(result["errors"][0]["extensions"]["code"], "BANNED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_ends_its_stream() {
    let (data, node) = node(&[]).await;
    let host = Client::new(node.address, data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    let ada = Client::new(node.address, data.token_for("ada", "3s").await);
    let mut stream = ada.stream_room(Value::Null).await;
    assert_eq!(stream.farewell().await, "4807 Token expired");
    assert_eq!(ada.stream_room(Value::Null).await.status(), "401");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_stops_is_ended_and_resumes_without_loss_while_others_hear_everything() {
    let (data, node) = node(&["--send-queue", "32KiB"]).await;
    let host = Client::new(node.address, data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    let mut reader = host.stream_room(Value::Null).await;
    let mut slow = host.stream_on(narrow(&node).await, FOLLOW, json!({ "r": "hall" })).await;

    let (text, mut sent) = ("\u{1f44f}".repeat(480), 0);
    while node.metric("plenary_ws_slow_consumers_total").await < 1.0 {
        host.send("hall", &text).await;
        sent += 1;
        assert_eq!(seqs(&reader.events(1).await), [sent]);
        assert!(sent < 3000, "the reader that stopped is still there");
    }
    let (mut seen, mut cursor) = (Vec::new(), json!("0"));
    loop {
        match slow.said().await {
            Said::Next(result) => {
                let batch = &result["data"]["roomEvents"];
                seen.extend(seqs(batch["events"].as_array().unwrap()));
                cursor = batch["cursor"].clone();
            }
            Said::Comment(_) => {}
            Said::Complete => panic!("it was to be broken off"),
            Said::End => break,
        }
    }
    let missed = usize::try_from(sent).unwrap() - seen.len();
    assert!(missed > 0);
    let mut resumed = host.stream_room(cursor).await;
    seen.extend(seqs(&resumed.events(missed).await));
    assert_eq!(seen, (1..=sent).collect::<Vec<_>>());
}

/// A socket that takes next to nothing by itself.
async fn narrow(node: &Node) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(2048).unwrap();
    socket.connect(node.address).await.unwrap()
}

/// The first would hold its connection for as long as HTTP is patient with it; with the other HTTP is, as with all who ask for much.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_does_not_even_hear_its_end_loses_the_connection_but_a_slow_one_is_answered()
{
    let (data, node) = node(&["--send-queue", "32KiB", "--write-timeout", "1h"]).await;
    let host = Client::new(node.address, data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    let text = "\u{1f44f}".repeat(480);
    for _ in 0..10 {
        host.send("hall", &text).await;
    }
    let copies: String = (0..16).map(|copy| format!("c{copy}: content ")).collect();
    let query =
        format!("{{ room(id: \"hall\") {{ messages(last: 10) {{ nodes {{ {copies} }} }} }} }}");
    let mut slow = host.stream_on(narrow(&node).await, &query, json!({})).await;
    while node.metric("plenary_sse_ended_total{code=\"complete\"}").await < 1.0 {}

    let mut stopped = host.stream_on(narrow(&node).await, FOLLOW, json!({ "r": "hall" })).await;
    while node.metric("plenary_ws_slow_consumers_total").await < 1.0 {
        host.send("hall", &text).await;
    }
    while node.metric("plenary_sse_streams").await > 1.0 {}
    let nodes = &slow.next().await["messages"]["nodes"];
    assert_eq!(nodes[9]["c15"], text);
    assert_eq!(slow.said().await, Said::Complete);
    // What the other was sent is there, and then the connection ends in the middle: nothing says why.
    assert_eq!(stopped.farewell().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_stream_says_that_it_is_alive_and_ends_with_its_node() {
    let (data, mut node) = node(&["--keep-alive", "700ms", "--drain-spread", "1s"]).await;
    let host = Client::new(node.address, data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    let mut stream = host.stream_room(Value::Null).await;
    // The first says that it is live.
    let mut comments = 0;
    while comments < 4 {
        match stream.said().await {
            Said::Comment(text) if text.is_empty() => comments += 1,
            Said::Next(_) => {}
            other => panic!("{other:?}"),
        }
    }
    signal(&node.child, "-TERM").await;
    assert_eq!(stream.farewell().await, "1012 Service restart");
    assert!(ended(&mut node.child).await.success());
}
