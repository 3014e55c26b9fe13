//! How a process ends when it is told to, and when it is told again.

use super::{
    PATIENCE,
    cluster::{DataDir, Node, ended, plenary, signal},
};
use std::process::Stdio;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

const HANDSHAKE: &[u8] =
    b"GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
    sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    sec-websocket-protocol: graphql-transport-ws\r\n\r\n";

#[tokio::test]
async fn a_second_signal_ends_a_node_that_still_drains() {
    let data = DataDir::new();
    for (name, code) in [("-TERM", 143), ("-INT", 130)] {
        let patient = ["--init-timeout", "1h", "--drain-spread", "1h", "--drain-timeout", "1h"];
        let mut node = Node::start(&data, &[&["--memory"], &patient[..]].concat()).await;
        let mut socket = TcpStream::connect(node.address).await.unwrap();
        socket.write_all(HANDSHAKE).await.unwrap();
        assert!(socket.read(&mut [0; 512]).await.unwrap() > 0, "the socket is open");

        signal(&node.child, "-TERM").await;
        let draining = async { while node.status().await["draining"] != true {} };
        timeout(PATIENCE, draining).await.expect("the node drains");
        signal(&node.child, name).await;
        assert_eq!(ended(&mut node.child).await.code(), Some(code));
    }
}

#[tokio::test]
async fn a_signal_ends_a_node_that_still_starts() {
    let (data, table) = (DataDir::new(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let endpoint = format!("http://{}", table.local_addr().unwrap());
    let mut command = plenary(&["serve", "--dynamodb", &endpoint, "--create-table", "--data-dir"]);
    let mut child = command.arg(&data.0).spawn().unwrap();
    // The table is asked, and says nothing.
    let _asked = timeout(PATIENCE, table.accept()).await.expect("the node starts").unwrap();
    signal(&child, "-TERM").await;
    assert_eq!(ended(&mut child).await.code(), Some(143));
}

#[tokio::test]
async fn a_node_does_not_start_if_it_would_end_before_it_has_closed_its_sockets() {
    let data = DataDir::new();
    let limits = ["--drain-spread", "1m", "--drain-timeout", "30s"];
    let mut command = plenary(&["serve", "--memory", "--listen", "127.0.0.1:0", "--data-dir"]);
    command.arg(&data.0).args(limits).stdout(Stdio::null()).stderr(Stdio::piped());
    let output = timeout(PATIENCE, command.output()).await.expect("it ends").unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("DRAIN_SPREAD (60s)") && said.contains("DRAIN_TIMEOUT (30s)"), "{said}");
}

#[tokio::test]
async fn what_has_not_ended_when_the_time_is_over_is_cut_off_and_the_end_is_a_good_one() {
    let data = DataDir::new();
    let hasty = ["--drain-spread", "500ms", "--drain-timeout", "500ms", "--body-timeout", "1h"];
    let mut node = Node::start(&data, &[&["--memory"], &hasty[..]].concat()).await;
    let mut stalled = TcpStream::connect(node.address).await.unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nauthorization: {}\r\n\
         content-length: 100\r\nexpect: 100-continue\r\n\r\n",
        data.token("ada", &[]).await
    );
    stalled.write_all(head.as_bytes()).await.unwrap();
    // The node waits for the body.
    let mut answer = [0; 512];
    let read = stalled.read(&mut answer).await.unwrap();
    assert_eq!(str::from_utf8(&answer[..read]), Ok("HTTP/1.1 100 Continue\r\n\r\n"));
    assert!(node.terminate().await.success());
    assert!(matches!(stalled.read(&mut [0; 512]).await, Ok(0) | Err(_)));
}

#[tokio::test]
async fn a_cache_that_iam_cannot_be_used_for_ends_the_process() {
    let data = DataDir::new();
    for (url, named) in [
        ("redis://node@localhost:6379", "rediss://"),
        ("rediss://node:hunter2@localhost:6379", "no password"),
        ("rediss://localhost:6379", "USER"),
    ] {
        let mut command = plenary(&["serve", "--memory", "--listen", "127.0.0.1:0", "--data-dir"]);
        command.arg(&data.0).env("REDIS_URL", url).env("REDIS_IAM_CACHE", "plenary");
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let output = timeout(PATIENCE, command.output()).await.expect("it ends").unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("REDIS_IAM_CACHE") && said.contains(named), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}
