//! What strangers can tie up is bounded: by size, by time, by number.

use crate::support::{PATIENCE, Server, TOKEN, metrics, read_to_end, send, serve, serve_with};
use serde_json::json;
use std::{collections::BTreeSet, io, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time,
};

const SHORT: Duration = Duration::from_millis(200);

fn head(extra: &str) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-type: application/json\r\n{extra}\r\n",
        *TOKEN
    )
}

#[track_caller]
fn assert_status(answer: &str, status: u16) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_however_it_is_sent() {
    let server = serve_with(|config| config.connection.max_body = 1000).await;
    let padded = |size: usize| {
        let query = r#"{"query":"{ viewer { id } }"}"#;
        format!("{query}{}", " ".repeat(size - query.len()))
    };
    let plain = |size: usize| {
        format!(
            "{}{}",
            head(&format!("content-length: {size}\r\nconnection: close\r\n")),
            padded(size)
        )
    };
    let chunked = |size: usize| {
        let body = padded(size);
        let (one, two) = body.split_at(500);
        format!(
            "{}{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n",
            head("transfer-encoding: chunked\r\nconnection: close\r\n"),
            one.len(),
            two.len()
        )
    };
    for (request, status) in
        [(plain(1000), 200), (plain(1001), 413), (chunked(1000), 200), (chunked(1001), 413)]
    {
        let answer = read_to_end(&mut server.connect(&request).await).await;
        assert_status(&answer, status);
    }
    // Who declares too much is refused before sending it.
    let answer = read_to_end(&mut server.connect(&head("content-length: 1000000\r\n")).await).await;
    assert_status(&answer, 413);
    assert!(answer.contains("BAD_USER_INPUT") && answer.contains("connection: close"), "{answer}");
}

#[tokio::test]
async fn a_head_over_the_limit_is_refused() {
    let server = serve().await;
    let large = server
        .post(&json!({ "query": "{ viewer { id } }" }))
        .header("x-large", "x".repeat(17 * 1024));
    assert_eq!(send(large).await.status, 431);
    let fits = server
        .post(&json!({ "query": "{ viewer { id } }" }))
        .header("x-large", "x".repeat(12 * 1024));
    assert_eq!(send(fits).await.status, 200);
    let many = (0..100).fold(server.request("GET", "/healthz"), |request, n| {
        request.header(format!("x-{n}"), "x")
    });
    assert_eq!(send(many).await.status, 431);
}

#[tokio::test]
async fn a_slow_head_is_cut_off() {
    let server = serve_with(|config| config.connection.header_timeout = SHORT).await;
    for head in ["", "GET /healthz HTTP/1.1\r\nhost: x\r\n"] {
        let answer = read_to_end(&mut server.connect(head).await).await;
        assert!(!answer.contains("200"), "{answer}");
    }
    // An idle connection that is kept open is cut off as well.
    let answer =
        read_to_end(&mut server.connect("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await).await;
    assert_status(&answer, 200);
}

#[tokio::test]
async fn a_slow_body_is_cut_off() {
    let server = serve_with(|config| config.connection.body_timeout = SHORT).await;
    let mut stream = server.connect(&head("content-length: 1000\r\n")).await;
    let (mut reader, mut writer) = stream.split();
    let drip = async {
        while writer.write_all(b" ").await.is_ok() {
            time::sleep(Duration::from_millis(20)).await;
        }
        std::future::pending().await
    };
    let mut answer = String::new();
    tokio::select! {
        read = time::timeout(PATIENCE, reader.read_to_string(&mut answer)) => { let _ = read.expect("it is cut off"); }
        () = drip => {}
    }
    assert_status(&answer, 408);
}

/// Without a token: answers to a health check add up as well.
#[tokio::test]
async fn who_does_not_read_its_answers_is_cut_off() {
    let server = serve_with(|config| config.connection.write_timeout = SHORT).await;
    let requests = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n".repeat(1000);
    let mut stream = server.connect(&requests).await;
    let unread = async { while stream.write_all(requests.as_bytes()).await.is_ok() {} };
    time::timeout(PATIENCE, unread).await.expect("it is cut off");
}

#[tokio::test]
async fn stalled_connections_do_not_block_a_good_client() {
    let server = serve().await;
    let mut stalled = Vec::new();
    for n in 0..200 {
        let bytes =
            if n % 2 == 0 { "POST /graphql HT".into() } else { head("content-length: 1000\r\n") };
        stalled.push(server.connect(&bytes).await);
    }
    for _ in 0..10 {
        assert_eq!(server.query("{ viewer { id } }").await.status, 200);
    }
    drop(stalled);
}

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

#[tokio::test]
async fn the_request_in_flight_is_finished_before_the_end() {
    let mut server = serve().await;
    let mut idle = healthy(&server).await;
    let slow = tokio::spawn(send(server.post(&json!({ "query": "{ slow }" }))));
    server.probe.entered.acquire().await.unwrap().forget();

    server.stop();
    assert_eq!(read_to_end(&mut idle).await, "", "an idle connection is closed");
    time::timeout(PATIENCE, async { while TcpStream::connect(server.address).await.is_ok() {} })
        .await
        .expect("no new connection is taken");
    assert!(!server.ended.is_finished());

    server.probe.released.add_permits(1);
    let reply = slow.await.unwrap();
    assert_eq!(reply.json(), json!({ "data": { "slow": 1 } }));
    time::timeout(PATIENCE, &mut server.ended).await.expect("the server ends").unwrap();
}

#[tokio::test]
async fn the_end_does_not_wait_for_ever() {
    let mut server = serve_with(|config| config.connection.drain_timeout = SHORT).await;
    let slow = tokio::spawn(server.post(&json!({ "query": "{ slow }" })).send());
    server.probe.entered.acquire().await.unwrap().forget();
    server.stop();
    time::timeout(PATIENCE, &mut server.ended).await.expect("the server ends").unwrap();
    slow.abort();
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

/// A connection that has been served and stays open.
async fn healthy(server: &Server) -> TcpStream {
    let mut stream = server.connect("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_status(&read_some(&mut stream).await, 200);
    stream
}

/// What a new connection is answered.
async fn probe(server: &Server) -> String {
    let mut stream =
        server.connect("GET /config.json HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    read_to_end(&mut stream).await
}

async fn read_some(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 2048];
    let length =
        time::timeout(PATIENCE, stream.read(&mut bytes)).await.expect("an answer").unwrap();
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}
