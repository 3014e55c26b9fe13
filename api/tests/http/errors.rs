//! What goes wrong inside stays inside: the answer has a code, the log has the cause.

use crate::support::{logs, send, serve, serve_with};
use async_graphql::Request;
use futures_util::StreamExt;
use resolvers::Reading;
use serde_json::json;

/// A small document can have many mistakes, and a mistake can be long.
#[tokio::test]
async fn the_errors_of_a_document_are_no_larger_than_it() {
    let server = serve().await;
    let reply = server.query(&format!("{{ node {{ {} }} }}", "nope ".repeat(900))).await;
    assert_eq!(reply.json()["errors"].as_array().unwrap().len(), 100);
    let reply = server.query(&format!("{{ room(id: \"{}\") %", "\u{e4}".repeat(50_000))).await;
    assert_eq!(reply.code(), "BAD_USER_INPUT");
    assert!(reply.text.len() < 2000, "{} bytes", reply.text.len());
}

#[tokio::test]
async fn an_internal_error_is_masked_and_logged() {
    let server = serve().await;
    for (field, code, message, cause) in [
        ("broken", "INTERNAL", "something went wrong", "src/source/table.rs is on fire"),
        ("careless", "INTERNAL", "something went wrong", "arn:aws:dynamodb:careless"),
        ("unsourced", "INTERNAL", "something went wrong", "arn:aws:dynamodb:unsourced"),
        (
            "away",
            "UNAVAILABLE",
            "the service is unavailable, try again",
            "connection refused to 10.0.0.7:6379",
        ),
    ] {
        let reply = server.query(&format!("{{ {field} }}")).await;
        assert_eq!((reply.code().as_str(), reply.message().as_str()), (code, message), "{field}");
        for inside in ["arn:", "aws", "table", ".rs", "10.0.0.7", "dynamodb"] {
            assert!(!reply.text.contains(inside), "{field}: {}", reply.text);
        }
        let id = reply.json()["errors"][0]["extensions"]["requestId"].as_str().unwrap().to_owned();
        assert_eq!(reply.headers["x-request-id"], id.as_str());
        let logged = logs().text();
        let lines: Vec<&str> = logged
            .lines()
            .filter(|line| line.contains(&id) && line.contains("a field failed"))
            .collect();
        assert_eq!(lines.len(), 1, "{field}");
        assert!(
            lines[0].contains(cause) && lines[0].contains(&format!(r#""field.path":"{field}""#)),
            "{}",
            lines[0]
        );
    }
}

#[tokio::test]
async fn a_refusal_says_what_is_wrong() {
    let server = serve().await;
    for (query, code, message) in [
        ("{ missing }", "NOT_FOUND", "there is no such room"),
        ("{ room(id: \"a#b\") }", "BAD_USER_INPUT", "Failed to parse"),
        ("{ room(id: true) }", "BAD_USER_INPUT", "Invalid value"),
        ("{ room }", "BAD_USER_INPUT", "is required"),
        ("{ viewer }", "BAD_USER_INPUT", "must have a selection"),
        ("{", "BAD_USER_INPUT", "expected"),
    ] {
        let reply = server.query(query).await;
        assert_eq!(reply.code(), code, "{query}");
        assert!(reply.message().contains(message), "{query}: {}", reply.message());
        assert!(reply.json()["errors"][0]["extensions"].get("requestId").is_none(), "{query}");
    }
    let reply = send(server.post(
        &json!({ "query": "query($id: ID!) { room(id: $id) }", "variables": { "id": "a#b" } }),
    ))
    .await;
    assert_eq!(reply.code(), "BAD_USER_INPUT");
    assert_eq!(server.probe.resolved(), 0);
}

#[tokio::test]
async fn a_panicking_resolver_hurts_nobody_else() {
    let server = serve().await;
    let slow = tokio::spawn(send(server.post(&json!({ "query": "{ slow }" }))));
    server.probe.entered.acquire().await.unwrap().forget();
    for _ in 0..3 {
        let reply = server.query("{ viewer { id } panics }").await;
        assert_eq!(
            (reply.code().as_str(), reply.message().as_str()),
            ("INTERNAL", "something went wrong")
        );
        assert!(!reply.text.contains("arn:"));
    }
    server.probe.released.add_permits(1);
    assert_eq!(slow.await.unwrap().json(), json!({ "data": { "slow": 1 } }));
    assert_eq!(server.query("{ viewer { id } }").await.json()["data"]["viewer"]["id"], "ada");
}

#[tokio::test]
async fn a_subscription_survives_an_event_that_panics() {
    let server = serve().await;
    let events = async |query: &str| {
        let identity = server.identity().await;
        let stream =
            server.executor.execute_stream(Request::new(query), identity, Reading::of_subscriber());
        stream.map(|response| serde_json::to_value(&response).unwrap()).collect::<Vec<_>>().await
    };
    let fragile = events("subscription { fragile { number } }").await;
    assert_eq!(fragile.len(), 3);
    assert_eq!(fragile[1]["errors"][0]["extensions"]["code"], "INTERNAL");
    assert_eq!(fragile[2]["data"]["fragile"]["number"], 2);

    let cracks = events("subscription { cracks }").await;
    assert_eq!(cracks.len(), 2);
    assert_eq!(cracks[0]["data"]["cracks"], 0);
    assert_eq!(cracks[1]["errors"][0]["extensions"]["code"], "INTERNAL");

    for (query, code) in [
        ("subscription { nothing }", "BAD_USER_INPUT"),
        ("subscription { a: ticks b: ticks }", "BAD_USER_INPUT"),
    ] {
        let refused = events(query).await;
        assert_eq!(refused[0]["errors"][0]["extensions"]["code"], code, "{query}");
        assert_eq!(refused.len(), 1);
    }
}

#[tokio::test]
async fn production_tells_nothing_about_the_schema() {
    let server = serve_with(|config| config.production = true).await;
    for query in ["{ __schema { types { name } } }", "{ __type(name: \"Query\") { name } }"] {
        let reply = server.query(query).await;
        assert_eq!(reply.code(), "BAD_USER_INPUT");
        assert!(reply.json().get("data").is_none(), "{}", reply.text);
    }
    for query in [
        "{ viewr { id } }",
        "{ room(ide: 1) }",
        "{ ...F } fragment F on Quer { viewer { id } }",
        "mutation { coun }",
    ] {
        let reply = server.query(query).await;
        assert_eq!(reply.code(), "BAD_USER_INPUT");
        assert!(!reply.text.contains("Did you mean"), "{}", reply.text);
    }
    for path in ["/graphiql", "/assets/graphiql.js"] {
        assert_eq!(send(server.request("GET", path)).await.status, 404, "{path}");
    }
    assert_eq!(
        server.query("{ __typename }").await.json(),
        json!({ "data": { "__typename": "Query" } })
    );
}

#[tokio::test]
async fn development_tells_everything() {
    let server = serve().await;
    let of_type = "ofType { kind name ".repeat(9) + &"}".repeat(9);
    let introspection = format!(
        "query IntrospectionQuery {{ __schema {{ queryType {{ name }} mutationType {{ name }} subscriptionType {{ name }}
           types {{ ...FullType }} directives {{ name locations args {{ ...InputValue }} }} }} }}
         fragment FullType on __Type {{ kind name description specifiedByURL
           fields(includeDeprecated: true) {{ name args {{ ...InputValue }} type {{ ...TypeRef }} isDeprecated }}
           inputFields {{ ...InputValue }} interfaces {{ ...TypeRef }}
           enumValues(includeDeprecated: true) {{ name }} possibleTypes {{ ...TypeRef }} }}
         fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue }}
         fragment TypeRef on __Type {{ kind name {of_type} }}"
    );
    let reply = server.query(&introspection).await;
    assert!(reply.json().get("errors").is_none(), "{}", reply.text);
    assert!(reply.json()["data"]["__schema"]["types"].as_array().unwrap().len() > 10);
    assert!(server.query("{ viewr { id } }").await.text.contains("Did you mean"));
    let page = send(server.request("GET", "/graphiql")).await;
    assert!(
        page.headers.contains_key("content-security-policy") || page.text.contains("make web"),
        "{page:?}"
    );
}
