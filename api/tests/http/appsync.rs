//! AppSync's manners over HTTP, for clients that rely on them.

use crate::support::{TOKEN, send, serve, serve_with};
use reqwest::{
    RequestBuilder,
    header::{AUTHORIZATION, CONTENT_TYPE, ORIGIN},
};
use serde_json::{Value, json};

fn as_amplify(request: RequestBuilder) -> RequestBuilder {
    request.header("x-amz-user-agent", "aws-amplify/6.22.1 api/1 framework/100")
}

/// Trap 11: without the header Amplify's apps see an `Unknown error`, and in a browser without leave to read it too.
#[tokio::test]
async fn a_401_is_named_in_a_header_that_pages_may_read() {
    let server = serve_with(|config| {
        config.allowed_origins = vec!["https://app.example.com".parse().unwrap()]
    })
    .await;
    for token in [None, Some("wrong"), Some("Bearer wrong")] {
        let request = server.request("POST", "/graphql").json(&json!({ "query": "{ viewer }" }));
        let request = token
            .into_iter()
            .fold(as_amplify(request), |request, token| request.header(AUTHORIZATION, token));
        let reply = send(request.header(ORIGIN, "https://app.example.com")).await;
        assert_eq!(reply.status, 401);
        assert_eq!(reply.headers["x-amzn-errortype"], "UnauthorizedException");
        let error = &reply.json()["errors"][0];
        assert_eq!(error["errorType"], "UnauthorizedException");
        assert_eq!(error["errorInfo"], json!({ "code": "UNAUTHENTICATED" }));
        let exposed = reply.headers["access-control-expose-headers"].to_str().unwrap();
        for header in ["x-amzn-errortype", "x-amzn-requestid", "x-request-id", "retry-after"] {
            assert!(exposed.split(',').any(|exposed| exposed == header), "{header}: {exposed}");
        }
    }
}

/// Trap 5: Amplify sends a request three times that is answered so, mutations too.
#[tokio::test]
async fn no_refusal_has_a_name_that_makes_amplify_send_it_again() {
    let server = serve().await;
    let post = || server.request("POST", "/graphql").header(AUTHORIZATION, &*TOKEN);
    let json = |body: &str| post().header(CONTENT_TYPE, "application/json").body(body.to_owned());
    for request in [
        json("{"),
        json("{}"),
        json("[]"),
        json(&"x".repeat(300 * 1024)),
        post().body("{}"),
        json("{}").header("accept", "text/html"),
        server.request("GET", "/graphql?query=mutation{count}").header(AUTHORIZATION, &*TOKEN),
    ] {
        let reply = send(as_amplify(request)).await;
        let status = reply.status.as_u16();
        assert!((400..500).contains(&status) && status != 429, "{reply:?}");
        let named = &reply.headers["x-amzn-errortype"];
        assert_eq!(named, "MalformedHttpRequestException");
        assert_eq!(reply.json()["errors"][0]["errorType"], named.to_str().unwrap());
    }
    assert_eq!(server.probe.resolved(), 0);
}

#[tokio::test]
async fn errors_have_appsyncs_form_for_those_who_know_it_and_graphqls_for_all() {
    let server = serve().await;
    for (query, error_type) in
        [("{ missing }", "NOT_FOUND"), ("{ broken }", "InternalFailure"), ("{", "BAD_USER_INPUT")]
    {
        let body = json!({ "query": query });
        let plain: Value = send(server.post(&body)).await.json()["errors"][0].clone();
        assert!(plain.get("errorType").is_none() && plain.get("errorInfo").is_none(), "{plain}");
        let reply = send(as_amplify(server.post(&body))).await;
        assert_eq!(reply.status, 200, "{query}");
        let error = &reply.json()["errors"][0];
        assert_eq!(error["errorType"], error_type, "{error}");
        assert_eq!(error["errorInfo"], error["extensions"]);
        for entry in ["message", "path", "locations"] {
            assert_eq!(error[entry], plain[entry], "{entry}");
        }
    }
}

/// The documentation's way, and Amplify's: raw tokens, and no name of an operation.
#[tokio::test]
async fn what_appsyncs_clients_send_is_read() {
    let server = serve().await;
    let body = r#"{"query":"query Q($id: ID!) {\n  room(id: $id)\n}\n","variables":{"id":"hall"}}"#;
    for kind in ["application/graphql", "application/json; charset=UTF-8", "application/json"] {
        for token in [TOKEN.to_string(), format!("Bearer {}", *TOKEN)] {
            let request = as_amplify(server.request("POST", "/graphql"));
            let request = request.header(CONTENT_TYPE, kind).header(AUTHORIZATION, token);
            let reply = send(request.header("accept", "*/*").body(body)).await;
            assert_eq!(reply.json(), json!({ "data": { "room": "hall" } }), "{kind}");
            assert_eq!(reply.headers["x-amzn-requestid"], reply.headers["x-request-id"]);
            assert!(!reply.headers.contains_key("x-amzn-errortype"));
        }
    }
    let extensions = json!({ "clientLibrary": { "name": "@apollo/client", "version": "4.3.8" } });
    let body = json!({ "query": "{ viewer { id } }", "variables": null, "extensions": extensions });
    assert_eq!(send(as_amplify(server.post(&body))).await.json()["data"]["viewer"]["id"], "ada");
}

/// Trap 1: Amplify makes `wss://` of `http://`, and leaves `ws://` as it is, so both addresses must be served on one port.
#[tokio::test]
async fn the_realtime_addresses_are_beside_the_endpoint() {
    let server = serve().await;
    for path in ["/graphql/realtime", "/graphql//realtime", "/realtime"] {
        let open = server.request("GET", path).header("connection", "upgrade");
        let open = open.header("upgrade", "websocket").header("sec-websocket-version", "13");
        let open = open.header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        let open = open.header("sec-websocket-protocol", "graphql-ws").send().await.unwrap();
        assert_eq!(open.status(), 101, "{path}");
        assert_eq!(open.headers()["sec-websocket-protocol"], "graphql-ws");
        let foreign = server.request("GET", path).header(ORIGIN, "https://evil.example");
        assert_eq!(send(foreign).await.status, 403, "{path}");
        assert_eq!(send(server.request("GET", path)).await.status, 426, "{path}");
        assert_eq!(send(server.request("POST", path)).await.status, 405, "{path}");
    }
}
