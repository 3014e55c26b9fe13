//! GraphQL over server-sent events: what a request is answered, and what it is refused.

use crate::support::{PATIENCE, Reply, TOKEN, send, serve, serve_with};
use api::config::Config;
use reqwest::{
    RequestBuilder,
    header::{ACCEPT, AUTHORIZATION},
};
use serde_json::{Value, json};
use tokio::time;

const EVENTS: &str = "text/event-stream";
const COMPLETE: &str = "event: complete\ndata: \n\n";

/// The results of a stream that has come to its end.
#[track_caller]
fn results(reply: &Reply) -> Vec<Value> {
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(reply.headers["content-type"], "text/event-stream; charset=utf-8");
    let events = reply.text.strip_suffix(COMPLETE).unwrap_or_else(|| panic!("{reply:?}"));
    let events = events.split_terminator("\n\n").filter(|event| *event != ":");
    events
        .map(|event| serde_json::from_str(event.strip_prefix("event: next\ndata: ").unwrap()))
        .collect::<Result<_, _>>()
        .unwrap()
}

fn accepting(request: RequestBuilder) -> RequestBuilder {
    request.header(ACCEPT, EVENTS)
}

#[tokio::test]
async fn every_kind_of_operation_is_answered_by_a_stream() {
    let server = serve().await;
    for (query, expected) in [
        ("{ viewer { id } }", vec![json!({ "data": { "viewer": { "id": "ada" } } })]),
        ("mutation { count }", vec![json!({ "data": { "count": 2 } })]),
        (
            "subscription { ticks }",
            (0..3).map(|tick| json!({ "data": { "ticks": tick } })).collect(),
        ),
    ] {
        let reply = send(accepting(server.post(&json!({ "query": query })))).await;
        assert_eq!(results(&reply), expected, "{query}");
        assert_eq!(reply.headers["cache-control"], "no-cache");
        assert_eq!(reply.headers["x-accel-buffering"], "no");
        assert!(reply.headers.contains_key("x-request-id"));
        assert!(!reply.headers.contains_key("content-length"), "it has no end before it ends");
    }
    let get = accepting(server.get(&[("query", "subscription { ticks }")]));
    assert_eq!(results(&send(get).await).len(), 3);
}

#[tokio::test]
async fn what_is_wrong_with_an_operation_is_said_in_the_stream() {
    let server = serve().await;
    for (query, code) in [
        ("{ nothing }", "BAD_USER_INPUT"),
        ("{", "BAD_USER_INPUT"),
        ("subscription { nothing }", "BAD_USER_INPUT"),
        ("subscription { ticks fragile { number } }", "BAD_USER_INPUT"),
        ("{ missing }", "NOT_FOUND"),
        ("{ panics }", "INTERNAL"),
        (
            "{ node { node { node { node { node { node { node { node { node { node { node { node { node { leaf } } } } } } } } } } } } } }",
            "QUERY_TOO_COMPLEX",
        ),
    ] {
        let reply = send(accepting(server.post(&json!({ "query": query })))).await;
        let results = results(&reply);
        assert_eq!(results[0]["errors"][0]["extensions"]["code"], code, "{query}: {results:?}");
    }
    let unknown =
        json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "0" } } });
    let results = results(&send(accepting(server.post(&unknown))).await);
    assert_eq!(results[0]["errors"][0]["message"], "PersistedQueryNotFound");
}

/// What cannot be a stream has a status, so that a client that tries again knows why.
#[tokio::test]
async fn what_is_no_operation_is_refused_before_the_stream() {
    let server = serve().await;
    let query = json!({ "query": "subscription { ticks }" });
    let nobody = server.request("POST", "/graphql").json(&query);
    let forged = server.request("POST", "/graphql").header(AUTHORIZATION, "a.b.c").json(&query);
    let mutation = server.get(&[("query", "mutation { count }")]);
    for (request, status, code) in [
        (nobody, 401, "UNAUTHENTICATED"),
        (forged, 401, "UNAUTHENTICATED"),
        (mutation, 405, "BAD_USER_INPUT"),
        (server.post(&json!({})), 400, "BAD_USER_INPUT"),
        (server.post(&json!([])), 400, "BAD_USER_INPUT"),
    ] {
        let reply = send(accepting(request)).await;
        assert_eq!((reply.status.as_u16(), reply.code().as_str()), (status, code), "{reply:?}");
        assert_eq!(reply.headers["content-type"], "application/json; charset=utf-8");
    }
    assert_eq!(server.probe.resolved(), 0);
}

#[tokio::test]
async fn only_who_asks_for_events_gets_them() {
    let server = serve().await;
    let both = "application/graphql-response+json, application/json, text/event-stream";
    for accept in ["application/json", "*/*", both] {
        let query = json!({ "query": "subscription { ticks }" });
        let reply = send(server.post(&query).header(ACCEPT, accept)).await;
        assert_eq!(reply.code(), "BAD_USER_INPUT", "{accept}");
        assert!(reply.message().contains("text/event-stream"), "{accept}");
    }
}

#[tokio::test]
async fn a_stream_is_a_connection_of_its_user_and_of_the_node() {
    let user = |config: &mut Config| config.socket.max_connections_per_user = 1;
    let server = serve_with(user).await;
    let slow = accepting(server.post(&json!({ "query": "{ slow }" })));
    let first = tokio::spawn(send(slow));
    let entered = time::timeout(PATIENCE, server.probe.entered.acquire()).await.unwrap();
    entered.unwrap().forget();
    let query = json!({ "query": "{ viewer { id } }" });
    let second = send(accepting(server.post(&query))).await;
    assert_eq!((second.status.as_u16(), second.code().as_str()), (429, "RATE_LIMITED"));
    assert!(second.headers.contains_key("retry-after"));
    assert_eq!(send(server.post(&query)).await.status, 200, "that is no stream");
    server.probe.released.add_permits(1);
    assert_eq!(results(&first.await.unwrap()), [json!({ "data": { "slow": 1 } })]);
    // The place is free a moment after the last byte.
    let freed = async { while send(accepting(server.post(&query))).await.status != 200 {} };
    time::timeout(PATIENCE, freed).await.unwrap();
}

#[tokio::test]
async fn a_mutation_is_finished_even_if_its_client_has_left() {
    let server = serve().await;
    let body = json!({ "query": "mutation { countSlowly }" }).to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: h\r\nauthorization: {}\r\naccept: {EVENTS}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        *TOKEN,
        body.len()
    );
    let stream = server.connect(&head).await;
    let other = accepting(server.post(&json!({ "query": "{ slow }" })));
    let other = tokio::spawn(send(other));
    let entered = time::timeout(PATIENCE, server.probe.entered.acquire()).await.unwrap();
    entered.unwrap().forget();
    drop(stream);
    server.probe.released.add_permits(2);
    let counted = async {
        while server.probe.resolved() == 0 {
            tokio::task::yield_now().await
        }
    };
    time::timeout(PATIENCE, counted).await.unwrap();
    other.await.unwrap();
}
