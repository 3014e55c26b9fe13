//! GraphQL over HTTP, beyond what its audit suite asks.

use crate::support::{PATIENCE, TOKEN, send, serve, serve_with};
use reqwest::header::{
    ACCEPT, ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, SERVER, WWW_AUTHENTICATE,
};
use serde_json::{Value, json};

const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

#[tokio::test]
async fn a_query_is_answered() {
    let server = serve().await;
    let reply = server.query("{ viewer { id } }").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.json(), json!({ "data": { "viewer": { "id": "ada" } } }));
    assert_eq!(reply.headers[CONTENT_TYPE], "application/json; charset=utf-8");
    assert_eq!(reply.headers["x-content-type-options"], "nosniff");
    assert_eq!(reply.headers[CACHE_CONTROL], "no-store");
    assert_eq!(reply.headers["x-request-id"].len(), 26);
    assert!(!reply.headers.contains_key(SERVER));
}

#[tokio::test]
async fn the_operation_is_chosen_by_its_name_and_gets_its_variables() {
    let server = serve().await;
    let query = "query A { viewer { id } } query B($id: ID!) { room(id: $id) }";
    let reply = send(
        server
            .post(&json!({ "query": query, "operationName": "B", "variables": { "id": "hall" } })),
    )
    .await;
    assert_eq!(reply.json(), json!({ "data": { "room": "hall" } }));
    let reply = send(server.post(&json!({ "query": query }))).await;
    assert_eq!(reply.code(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let server = serve().await;
    let body = json!({ "query": "mutation { count }" });
    for token in [None, Some("Bearer wrong"), Some("wrong"), Some("Basic test-token"), Some("")] {
        let mut request = server.request("POST", "/graphql").json(&body);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, token);
        }
        let reply = send(request).await;
        assert_eq!(
            (reply.status.as_u16(), reply.code().as_str()),
            (401, "UNAUTHENTICATED"),
            "{token:?}"
        );
        assert_eq!(reply.headers[WWW_AUTHENTICATE], "Bearer");
    }
    assert_eq!(send(server.request("GET", "/graphql?query={viewer{id}}")).await.status, 401);
    assert_eq!(server.probe.resolved(), 0);

    let reply = send(server.post(&body).header(AUTHORIZATION, format!("Bearer {}", *TOKEN))).await;
    assert_eq!(reply.status, 401, "two of them name nobody");
    let reply = send(server.request("POST", "/graphql").bearer_auth(&*TOKEN).json(&body)).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn the_status_tells_about_the_request_only_to_those_who_ask() {
    let server = serve().await;
    for (query, status, has_data) in [
        ("{ viewer { id } }", 200, true),
        ("{ missing }", 200, true),
        ("{", 400, false),
        ("{ hello }", 400, false),
        ("subscription { ticks }", 400, false),
        ("{ panics }", 500, false),
    ] {
        let body = json!({ "query": query });
        let reply = send(server.post(&body).header(ACCEPT, GRAPHQL_RESPONSE)).await;
        assert_eq!(reply.status, status, "{query}");
        assert_eq!(reply.json().get("data").is_some(), has_data, "{query}");
        assert_eq!(reply.headers[CONTENT_TYPE], format!("{GRAPHQL_RESPONSE}; charset=utf-8"));
        assert_eq!(send(server.post(&body)).await.status, 200, "{query}");
    }
    let reply = send(server.post(&json!({ "query": 1 })).header(ACCEPT, GRAPHQL_RESPONSE)).await;
    assert_eq!(reply.status, 400);
    assert_eq!(reply.headers[CONTENT_TYPE], format!("{GRAPHQL_RESPONSE}; charset=utf-8"));
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let server = serve().await;
    for (body, message) in [
        ("", "this is not JSON"),
        ("{", "this is not JSON"),
        ("{}", "`query` is missing"),
        (r#"{"query":null}"#, "`query` is missing"),
        (r#"{"query":1}"#, "a parameter has the wrong type"),
        (r#"{"query":"{viewer{id}}","variables":[]}"#, "a parameter has the wrong type"),
        (r#"{"query":"{viewer{id}}","extensions":1}"#, "a parameter has the wrong type"),
        (r#"{"query":"{viewer{id}}","query":"{viewer{id}}"}"#, "a parameter has the wrong type"),
        (r#""{viewer{id}}""#, "a parameter has the wrong type"),
    ] {
        let request = server.request("POST", "/graphql").header(AUTHORIZATION, &*TOKEN);
        let reply = send(request.header(CONTENT_TYPE, "application/json").body(body)).await;
        assert_eq!(
            (reply.status.as_u16(), reply.code().as_str()),
            (400, "BAD_USER_INPUT"),
            "{body}"
        );
        assert_eq!(reply.message(), message, "{body}");
    }
    let reply =
        send(server.post(&json!({ "query": "{ viewer { id } }" })).header(ACCEPT, "text/html"))
            .await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (406, "BAD_USER_INPUT"));
    assert_eq!(server.probe.resolved(), 0);
}

#[tokio::test]
async fn a_request_has_no_more_values_than_it_can_need() {
    let server = serve().await;
    let query = "query($id: ID!) { room(id: $id) }";
    let request = |values: usize| {
        let many = vec![json!({}); values];
        json!({ "query": query, "variables": { "id": "hall", "many": many } })
    };
    assert_eq!(send(server.post(&request(1000))).await.json()["data"]["room"], "hall");
    let reply = send(server.post(&request(10_000))).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (400, "BAD_USER_INPUT"));
    assert_eq!(reply.message(), "the JSON has too many values");
    assert_eq!(server.probe.resolved(), 1);
}

#[tokio::test]
async fn batches_are_refused() {
    let server = serve().await;
    let one = json!({ "query": "mutation { count }" });
    for batch in [
        json!([one]),
        json!([one, one, one, one, one, one]),
        json!(["mutation { count }"]),
        json!([]),
    ] {
        let reply = send(server.post(&batch)).await;
        assert_eq!(
            (reply.status.as_u16(), reply.message().as_str()),
            (400, "batches are not supported"),
            "{batch}"
        );
    }
    assert_eq!(server.probe.resolved(), 0);
}

#[tokio::test]
async fn subscriptions_need_a_websocket() {
    let server = serve().await;
    let reply = server.query("subscription { ticks }").await;
    assert_eq!(reply.code(), "BAD_USER_INPUT");
    assert!(reply.message().contains("WebSocket"));
    let get =
        server.request("GET", "/graphql?query=subscription{ticks}").header(AUTHORIZATION, &*TOKEN);
    assert_eq!(send(get).await.code(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn get_is_for_queries() {
    let server = serve().await;
    let get = async |query: &[(&str, &str)]| send(server.get(query)).await;
    let query = "query($id: ID!) { room(id: $id) }";
    let reply =
        get(&[("query", query), ("variables", r#"{"id":"hall"}"#), ("extensions", "{}")]).await;
    assert_eq!(reply.json(), json!({ "data": { "room": "hall" } }));
    assert_eq!(server.probe.resolved(), 1);

    for mutation in ["mutation { count }", "query A { viewer { id } } mutation B { count }"] {
        let reply = get(&[("query", mutation), ("operationName", "B")]).await;
        assert_eq!(
            (reply.status.as_u16(), reply.code().as_str()),
            (405, "BAD_USER_INPUT"),
            "{mutation}"
        );
        assert_eq!(reply.headers[ALLOW], "POST");
    }
    for bad in [
        [("query", query), ("variables", "{")],
        [("variables", "{}"), ("x", "y")],
        [("query", "a"), ("query", "b")],
    ] {
        assert_eq!(get(&bad).await.status, 400, "{bad:?}");
    }
    assert_eq!(
        send(server.request("PUT", "/graphql").header(AUTHORIZATION, &*TOKEN)).await.status,
        405
    );
    assert_eq!(server.probe.resolved(), 1);
}

#[tokio::test]
async fn an_operation_has_its_time() {
    let server = serve_with(|config| {
        config.connection.operation_timeout = std::time::Duration::from_millis(50)
    })
    .await;
    let reply = server.query("{ slow }").await;
    assert_eq!(reply.code(), "UNAVAILABLE");
    assert_eq!(reply.json().get("data"), None::<&Value>);
}

#[tokio::test]
async fn a_mutation_that_takes_too_long_is_finished_all_the_same() {
    let server = serve_with(|config| {
        config.connection.operation_timeout = std::time::Duration::from_millis(50)
    })
    .await;
    assert_eq!(server.query("mutation { countSlowly }").await.code(), "UNAVAILABLE");
    server.probe.released.add_permits(1);
    let counted = async {
        while server.probe.resolved() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, counted).await.expect("it is finished");
}
