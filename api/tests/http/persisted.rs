//! Automatic persisted queries: a document goes over the wire once.

use crate::support::{send, serve};
use serde_json::{Value, json};

const VIEWER: &str = "{ viewer { id } }";
/// What `sha256sum` says of it.
const HASH: &str = "3c5cde484c335605fe71515655ff4723f67a754f9af53cb4c54aed06e64f87ee";

fn named(hash: &str, query: Option<&str>) -> Value {
    let mut body =
        json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
    if let Some(query) = query {
        body["query"] = json!(query);
    }
    body
}

#[tokio::test]
async fn a_document_is_sent_once_and_named_afterwards() {
    let server = serve().await;
    let unknown = send(server.post(&named(HASH, None))).await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.code().as_str()),
        (200, "PERSISTED_QUERY_NOT_FOUND")
    );
    assert_eq!(unknown.json()["errors"][0]["message"], "PersistedQueryNotFound");

    let answer = json!({ "data": { "viewer": { "id": "ada" } } });
    assert_eq!(send(server.post(&named(HASH, Some(VIEWER)))).await.json(), answer);
    assert_eq!(send(server.post(&named(HASH, None))).await.json(), answer);
    let name = format!("%7B%22version%22:1,%22sha256Hash%22:%22{HASH}%22%7D");
    let path = format!("/graphql?extensions=%7B%22persistedQuery%22:{name}%7D");
    let get = server.request("GET", &path).header("authorization", &*crate::support::TOKEN);
    assert_eq!(send(get).await.json(), answer);
}

#[tokio::test]
async fn a_document_goes_by_no_other_name() {
    let server = serve().await;
    let wrong = "0".repeat(64);
    assert_eq!(send(server.post(&named(&wrong, Some(VIEWER)))).await.code(), "BAD_USER_INPUT");
    assert_eq!(send(server.post(&named(&wrong, None))).await.code(), "PERSISTED_QUERY_NOT_FOUND");
    for name in [json!({ "version": 2, "sha256Hash": HASH }), json!("x"), json!({ "version": 1 })] {
        let body = json!({ "query": VIEWER, "extensions": { "persistedQuery": name } });
        assert_eq!(send(server.post(&body)).await.code(), "BAD_USER_INPUT");
    }
    let other = json!({ "query": VIEWER, "extensions": { "clientLibrary": { "name": "x" } } });
    assert_eq!(send(server.post(&other)).await.status, 200);
}
