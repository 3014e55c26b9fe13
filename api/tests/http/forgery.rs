//! A page of somebody else's cannot use a visitor's browser against the server.

use crate::support::{TOKEN, send, serve, serve_with};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, ORIGIN};

const MUTATION: &str = "mutation { count }";

#[tokio::test]
async fn the_four_forms_of_a_forged_mutation_are_refused() {
    let server = serve().await;
    let json = format!(r#"{{"query":"{MUTATION}"}}"#);
    let form = "query=mutation%20%7B%20count%20%7D";
    let multipart =
        "--b\r\ncontent-disposition: form-data; name=\"operations\"\r\n\r\n{}\r\n--b--\r\n";
    for (method, path, kind, body) in [
        ("GET", format!("/graphql?{form}"), None, String::new()),
        ("POST", "/graphql".into(), Some("text/plain"), json.clone()),
        ("POST", "/graphql".into(), Some("application/x-www-form-urlencoded"), form.into()),
        ("POST", "/graphql".into(), Some("multipart/form-data; boundary=b"), multipart.into()),
        ("POST", "/graphql".into(), None, json.clone()),
        ("POST", "/graphql".into(), Some("application/json; charset=utf-16"), json.clone()),
        ("POST", "/graphql".into(), Some("application/graphql"), MUTATION.into()),
        ("POST", format!("/graphql?{form}"), Some("application/json"), String::new()),
    ] {
        let mut request = server.request(method, &path).body(body);
        if let Some(kind) = kind {
            request = request.header(CONTENT_TYPE, kind);
        }
        // Even with a token, which a forged request has not.
        let reply = send(request.try_clone().unwrap().header(AUTHORIZATION, &*TOKEN)).await;
        assert!([400, 405, 415].contains(&reply.status.as_u16()), "{method} {kind:?}: {reply:?}");
        assert_eq!(send(request).await.status, 401);
    }
    assert_eq!(server.probe.resolved(), 0);
    assert_eq!(server.query(MUTATION).await.json()["data"]["count"], 1);
}

#[tokio::test]
async fn a_preflight_allows_listed_origins_alone() {
    let server = serve_with(|config| {
        config.allowed_origins = vec!["https://app.example.com".parse().unwrap()]
    })
    .await;
    let preflight = async |origin: &str| {
        let request = server.request("OPTIONS", "/graphql").header(ORIGIN, origin);
        send(request.header("access-control-request-method", "POST").header(
            "access-control-request-headers",
            "authorization,content-type,x-amz-user-agent",
        ))
        .await
    };
    let reply = preflight("https://app.example.com").await;
    assert_eq!(reply.headers["access-control-allow-origin"], "https://app.example.com");
    assert_eq!(reply.headers["access-control-max-age"], "7200");
    let headers = reply.headers["access-control-allow-headers"].to_str().unwrap();
    for header in [
        "authorization",
        "content-type",
        "x-amz-user-agent",
        "x-api-key",
        "x-amz-date",
        "x-amz-security-token",
        "apollo-require-preflight",
    ] {
        assert!(headers.split(',').any(|allowed| allowed == header), "{header}");
    }
    for foreign in
        ["https://evil.example", "https://app.example.com.evil", "null", "http://localhost:3000"]
    {
        let reply = preflight(foreign).await;
        assert!(!reply.headers.contains_key("access-control-allow-origin"), "{foreign}");
        let reply = send(
            server
                .post(&serde_json::json!({ "query": "{ viewer { id } }" }))
                .header(ORIGIN, foreign),
        )
        .await;
        assert!(!reply.headers.contains_key("access-control-allow-origin"), "{foreign}");
    }
}

#[tokio::test]
async fn a_websocket_of_a_foreign_page_is_refused_before_it_opens() {
    let server = serve_with(|config| {
        config.allowed_origins = vec!["https://app.example.com".parse().unwrap()]
    })
    .await;
    let handshake = async |origin: Option<&str>| {
        let mut request = server
            .request("GET", "/graphql")
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("sec-websocket-protocol", "graphql-transport-ws");
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        request.send().await.unwrap().status()
    };
    for foreign in
        ["https://evil.example", "https://app.example.com.evil", "http://app.example.com", "null"]
    {
        assert_eq!(handshake(Some(foreign)).await, 403, "{foreign}");
    }
    assert_eq!(handshake(Some("https://app.example.com")).await, 101);
    assert_eq!(handshake(None).await, 101);
}
