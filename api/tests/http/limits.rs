//! A document that asks for too much is refused before any resolver runs.

use crate::support::{Server, send, serve, serve_with};
use serde_json::json;
use std::fmt::Write;

#[track_caller]
fn repeat(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, n| {
        let _ = write!(text, "{} ", item(n));
        text
    })
}

fn nested(depth: usize) -> String {
    format!("{} leaf {}", "{ node ".repeat(depth - 1) + "{", "}".repeat(depth))
}

async fn refuses(server: &Server, query: &str) {
    let reply = server.query(query).await;
    assert_eq!(reply.code(), "QUERY_TOO_COMPLEX", "{query:.200}");
    assert_eq!(server.probe.resolved(), 0, "{query:.200}");
}

#[tokio::test]
async fn what_is_too_deep_or_too_wide_is_refused_unseen() {
    let server = serve_with(|config| config.document.max_complexity = 1000).await;
    refuses(&server, &nested(13)).await;
    refuses(&server, &format!("{{ node {{ {} }} }}", repeat(31, |n| format!("a{n}: leaf")))).await;
    refuses(&server, &format!("{{ {} }}", repeat(21, |_| "viewer { id }".into()))).await;
    refuses(&server, &format!("{{ node {{ {} }} }}", repeat(1000, |_| "leaf".into()))).await;
    refuses(&server, "{ node { nodes(first: 1001) { leaf } } }").await;
    refuses(&server, "{ node { leaf @a @b @c @d @e } }").await;
}

#[tokio::test]
async fn what_would_tire_the_parser_is_refused_unparsed() {
    let server = serve().await;
    refuses(&server, &format!("{{ {} }}", repeat(10_000, |_| "viewer".into()))).await;
    refuses(&server, &format!("{{ room(id: {}1{}) }}", "[".repeat(5000), "]".repeat(5000))).await;
    refuses(&server, &"{ node ".repeat(1900)).await;
    refuses(&server, &format!("{{ node {{ leaf{} }} }}", "...F".repeat(10_000))).await;
    refuses(&server, &format!("{{ room(id: [1{}]) }}", "-1".repeat(10_000))).await;
    refuses(&server, &format!("{{ {} }}", "viewer\u{feff}".repeat(10_000))).await;
}

#[tokio::test]
async fn fragments_cannot_hide_or_multiply_the_cost() {
    let server = serve().await;
    let laughs = repeat(30, |n| format!("fragment F{n} on Node {{ ...F{m} ...F{m} }}", m = n + 1));
    refuses(&server, &format!("{{ node {{ ...F0 }} }} {laughs} fragment F30 on Node {{ leaf }}"))
        .await;
    refuses(
        &server,
        "{ node { ...A } } fragment A on Node { node { ...B } } fragment B on Node { ...A }",
    )
    .await;
    refuses(&server, "{ node { leaf } } fragment A on Node { node { ...A } }").await;
    let deep = "fragment A on Node { node { node { node { node { node { node { leaf } } } } } } }";
    refuses(
        &server,
        &format!(
            "{{ node {{ node {{ node {{ node {{ node {{ node {{ ...A }} }} }} }} }} }} }} {deep}"
        ),
    )
    .await;
}

/// Thirty levels of two spreads each: whoever walks through all of them does not return within a test.
#[tokio::test]
async fn fragments_that_end_in_nothing_do_not_multiply_either() {
    let server = serve().await;
    let laughs = repeat(29, |n| format!("fragment F{n} on Node {{ ...F{m} ...F{m} }}", m = n + 1));
    let reply = server
        .query(&format!("{{ node {{ ...F0 }} }} {laughs} fragment F29 on Node {{ ...None }}"))
        .await;
    assert_eq!(reply.code(), "BAD_USER_INPUT");
    assert_eq!(server.probe.resolved(), 0);
}

#[tokio::test]
async fn an_introspection_that_multiplies_itself_is_refused() {
    let server = serve().await;
    let circular = "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }";
    refuses(&server, circular).await;
}

#[tokio::test]
async fn fields_that_differ_in_many_arguments_are_not_compared() {
    let server = serve().await;
    let arguments = repeat(11, |n| format!("a{n}: 1"));
    refuses(&server, &format!("{{ node {{ leaf({arguments}) leaf }} }}")).await;
    let leaves = repeat(1100, |_| "leaf".into());
    let nested = format!("{}{leaves}{}", "... { ".repeat(20), "}".repeat(20));
    refuses(&server, &format!("{{ node {{ {nested} }} }}")).await;
}

/// Each place where it is named would get a copy of it.
#[tokio::test]
async fn what_is_large_is_not_named_again_and_again() {
    let server = serve().await;
    for count in [1, 500] {
        let query = format!("query($v: ID!) {{ room(id: [{}]) }}", repeat(count, |_| "$v".into()));
        let variables = json!({ "v": "x".repeat(200_000) });
        let body = json!({ "query": query, "variables": variables });
        let reply = send(server.post(&body)).await;
        let code = if count == 1 { "BAD_USER_INPUT" } else { "QUERY_TOO_COMPLEX" };
        assert_eq!(reply.code(), code, "{count} times");
    }
    assert_eq!(server.probe.resolved(), 0);
}

#[tokio::test]
async fn what_the_limits_allow_is_answered() {
    let server = serve().await;
    for query in [
        nested(12),
        format!("{{ node {{ {} }} }}", repeat(30, |n| format!("a{n}: leaf"))),
        format!("{{ {} }}", repeat(20, |_| "viewer { id }".into())),
        "{ node { nodes(first: 900) { leaf } } }".into(),
    ] {
        let reply = server.query(&query).await;
        assert!(reply.json().get("errors").is_none(), "{query}: {}", reply.text);
    }
}

#[tokio::test]
async fn the_limits_are_configurable() {
    let server = serve_with(|config| config.document.max_depth = 2).await;
    refuses(&server, "{ node { node { leaf } } }").await;
}
