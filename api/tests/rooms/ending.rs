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
