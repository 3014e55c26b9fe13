//! The development sign-in gives tokens to programs and pages of this machine, not to foreign pages.

use crate::support::{Server, read_to_end, send, serve, serve_with_sign_in};
use reqwest::{
    RequestBuilder,
    header::{CONTENT_TYPE, ORIGIN},
};
use std::time::Duration;

const EVE: &str = r#"{"user":"eve","groups":["plenary-hosts"]}"#;

fn sign_in(server: &Server) -> RequestBuilder {
    server.request("POST", "/dev/token").header("x-plenary-development", "1")
}

fn json(request: RequestBuilder, body: &str) -> RequestBuilder {
    request.header(CONTENT_TYPE, "application/json").body(body.to_owned())
}

#[tokio::test]
async fn a_page_of_this_machine_gets_a_token() {
    let server = serve_with_sign_in(|_| {}).await;
    let request = json(sign_in(&server), EVE).header(ORIGIN, "http://localhost:5173");
    let reply = send(request).await;
    assert_eq!(reply.status, 200);
    assert!(reply.json()["token"].is_string());
}

#[tokio::test]
async fn a_foreign_page_gets_none() {
    let server = serve_with_sign_in(|_| {}).await;
    // The last is what a name that was pointed here sends.
    for origin in ["https://evil.example", "null", "", "http://evil.example:8080"] {
        let request = json(sign_in(&server), EVE).header(ORIGIN, origin);
        assert_eq!(send(request).await.status, 403, "{origin}");
    }
    let request = json(server.request("POST", "/dev/token"), EVE);
    assert_eq!(send(request).await.status, 403, "without the header that a form cannot send");
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        let request = sign_in(&server).header(CONTENT_TYPE, kind).body(EVE);
        assert_eq!(send(request).await.status, 415, "{kind}");
    }
    let preflight = server
        .request("OPTIONS", "/dev/token")
        .header(ORIGIN, "http://localhost:5173")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "x-plenary-development");
    let allowed = send(preflight).await.headers["access-control-allow-headers"].clone();
    assert!(!allowed.to_str().unwrap().contains("x-plenary-development"), "{allowed:?}");
}

#[tokio::test]
async fn the_body_has_the_limits_of_every_body() {
    let server = serve_with_sign_in(|config| {
        config.connection.max_body = 1000;
        config.connection.body_timeout = Duration::from_millis(200);
    })
    .await;
    let large = format!(r#"{{"user":"{}"}}"#, "x".repeat(1000));
    assert_eq!(send(json(sign_in(&server), &large)).await.status, 413);
    assert_eq!(send(json(sign_in(&server), r#"["eve"]"#)).await.status, 400);
    assert_eq!(send(json(sign_in(&server), r#"{"user":7}"#)).await.status, 400);
    let mut slow = server
        .connect(
            "POST /dev/token HTTP/1.1\r\nhost: x\r\nx-plenary-development: 1\r\n\
             content-type: application/json\r\ncontent-length: 100\r\n\r\n{",
        )
        .await;
    assert!(read_to_end(&mut slow).await.starts_with("HTTP/1.1 408 "));
}

#[tokio::test]
async fn without_the_development_issuer_there_is_no_sign_in() {
    let server = serve().await;
    assert_eq!(send(json(sign_in(&server), EVE)).await.status, 404);
}
