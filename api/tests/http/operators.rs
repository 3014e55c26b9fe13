//! What operators and load balancers ask.

use crate::support::{metrics, read_to_end, send, serve};
use api::admin;
use serde_json::json;
use std::sync::Arc;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};

#[tokio::test]
async fn a_node_tells_that_it_lives_and_is_ready() {
    let server = serve().await;
    for (path, text) in [("/healthz", "ok\n"), ("/startedz", "started\n"), ("/readyz", "ready\n")] {
        let reply = send(server.request("GET", path)).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, text));
        assert_eq!(reply.headers["cache-control"], "no-store");
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
    }
    let reply = send(server.request("GET", "/nothing")).await;
    assert_eq!(reply.status, 404);
    assert_eq!(reply.headers["x-content-type-options"], "nosniff");
    for path in ["/metrics", "/statusz"] {
        assert_eq!(
            send(server.request("GET", path)).await.status,
            404,
            "{path} is not for the public"
        );
    }
}

#[tokio::test]
async fn the_admin_listener_shows_metrics_and_status() {
    let server = serve().await;
    server.query("{ viewer { id } missing }").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let status = Arc::new(|| json!({ "broker": "connected" }));
    let admin = tokio::spawn(admin::run(listener, metrics().clone(), status));

    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = async |path: &str| {
        client.get(format!("http://{address}{path}")).send().await.unwrap().text().await.unwrap()
    };
    assert_eq!(get("/statusz").await, r#"{"broker":"connected"}"#);
    let metrics = get("/metrics").await;
    for name in [
        r#"plenary_http_requests_total{status="200"}"#,
        "plenary_http_request_duration_seconds_bucket",
        "plenary_connections ",
        r#"plenary_refusals_total{code="NOT_FOUND"}"#,
    ] {
        assert!(metrics.contains(name), "{name} in {metrics}");
    }
    admin.abort();
}

#[tokio::test]
async fn a_head_that_does_not_come_keeps_no_place_at_the_admin_listener() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let admin = tokio::spawn(admin::run(listener, metrics().clone(), Arc::new(|| json!({}))));
    let mut streams = Vec::new();
    for head in ["", "GET /statusz HTTP/1.1\r\nhost: x\r\n"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        streams.push(stream);
    }
    for stream in &mut streams {
        let answer = read_to_end(stream).await;
        assert!(!answer.contains("200"), "{answer}");
    }
    admin.abort();
}
