//! Connections that are one too many, and what they are told.

use crate::{
    connections::{assert_status, healthy, read_some},
    support::{PATIENCE, Server, metrics, read_to_end, send, serve, serve_with},
};
use std::{collections::BTreeSet, io};
use tokio::{io::AsyncWriteExt, net::TcpStream, time};

#[tokio::test]
async fn a_connection_above_the_cap_is_told_so_at_once() {
    let server = serve_with(|config| config.connection.max_connections = 2).await;
    let mut open = [healthy(&server).await, healthy(&server).await];
    let answer = read_to_end(&mut server.connect("").await).await;
    assert_status(&answer, 503);
    assert!(answer.contains("retry-after"), "{answer}");
    assert!(metrics().render().contains(r#"plenary_connections_refused_total{reason="full"}"#));

    // The last connection there may be reads that the node is full.
    open[0].write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert_status(&read_some(&mut open[0]).await, 503);

    drop(open);
    time::timeout(PATIENCE, async { while !probe(&server).await.starts_with("HTTP/1.1 200 ") {} })
        .await
        .expect("a place is free again");
}

/// An orchestrator ends a node that does not answer, with everybody on it.
#[tokio::test]
async fn a_full_node_still_says_how_it_is() {
    let server = serve_with(|config| config.connection.max_connections = 1).await;
    let _open = healthy(&server).await;
    for (path, status, text) in [
        ("/healthz", 200, "ok\n"),
        ("/startedz", 200, "started\n"),
        ("/readyz", 503, "as many connections as there may be\n"),
        ("/graphql", 503, ""),
        ("/healthz/more", 503, ""),
        (&*format!("/{}", "healthz".repeat(50)), 503, ""),
    ] {
        let reply = send(server.request("GET", path)).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (status, text), "{path}");
        assert_eq!(reply.headers["connection"], "close");
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
        assert_eq!(reply.headers.contains_key("retry-after"), text.is_empty(), "{path}");
    }
    // In pieces, and by a method that asks for nothing.
    let mut stream = server.connect("GET /star").await;
    stream.write_all(b"tedz HTTP/1.1\r\n\r\n").await.unwrap();
    assert_status(&read_to_end(&mut stream).await, 200);
    assert_status(
        &read_to_end(&mut server.connect("POST /startedz HTTP/1.1\r\n\r\n").await).await,
        503,
    );
}

#[tokio::test]
async fn those_who_are_refused_together_do_not_come_back_together() {
    let server = serve_with(|config| config.connection.max_connections = 1).await;
    let _open = healthy(&server).await;
    let mut seconds = BTreeSet::new();
    for _ in 0..40 {
        let reply = send(server.request("GET", "/graphql")).await;
        seconds.insert(reply.headers["retry-after"].to_str().unwrap().parse::<u8>().unwrap());
    }
    assert!(seconds.len() > 1 && seconds.iter().all(|it| (1..=5).contains(it)), "{seconds:?}");
}

#[tokio::test]
async fn one_address_has_no_more_connections_than_its_share() {
    let server = serve_with(|config| config.connection.max_connections_per_address = 2).await;
    let open = [healthy(&server).await, healthy(&server).await];
    let answer = read_to_end(&mut server.connect("").await).await;
    assert_status(&answer, 503);
    assert!(metrics().render().contains(r#"plenary_connections_refused_total{reason="address"}"#));

    drop(open);
    time::timeout(PATIENCE, async { while !probe(&server).await.starts_with("HTTP/1.1 200 ") {} })
        .await
        .expect("a place is free again");
}

#[tokio::test]
async fn too_many_new_connections_are_refused() {
    let server = serve_with(|config| config.connection.max_new_connections = 5).await;
    let mut answers = Vec::new();
    for _ in 0..50 {
        answers.push(probe(&server).await);
    }
    let served = answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 200 ")).count();
    let refused = answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 503 ")).count();
    assert!(
        served >= 5 && refused > 0 && served + refused == 50,
        "{served} served, {refused} refused"
    );
    assert!(metrics().render().contains(r#"plenary_connections_refused_total{reason="rate"}"#));
}

/// What the kernel has accepted when the node stops to would be reset, without a word.
#[tokio::test]
async fn who_has_just_connected_when_the_node_stops_is_told_to_come_again() {
    let mut server = serve().await;
    server.stop();
    // The server runs on this thread, so it does not accept this.
    let mut stream = std::net::TcpStream::connect(server.address).unwrap();
    io::Write::write_all(&mut stream, b"GET /graphql HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    stream.set_nonblocking(true).unwrap();
    let answer = read_to_end(&mut TcpStream::from_std(stream).unwrap()).await;
    assert_status(&answer, 503);
    assert!(answer.contains("retry-after: "), "{answer}");
    time::timeout(PATIENCE, &mut server.ended).await.expect("the server ends").unwrap();
}

/// What a new connection is answered.
async fn probe(server: &Server) -> String {
    let mut stream =
        server.connect("GET /config.json HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    read_to_end(&mut stream).await
}
