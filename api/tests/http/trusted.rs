//! Trusted documents: what is listed runs, by its name or by its text, and nothing else does, over whatever protocol.

use crate::support::{PATIENCE, Server, TOKEN, schema, send, serve_with};
use api::{errors, trusted::TrustedDocuments};
use async_graphql::Schema;
use futures_util::{SinkExt, StreamExt};
use reqwest::header::ACCEPT;
use serde_json::{Value, json};
use std::{fs, path::PathBuf};
use tokio::time;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::ClientRequestBuilder},
};

const VIEWER: &str = "query Viewer { viewer { id } }";
const TICKS: &str = "subscription Ticks { ticks }";
const COUNT: &str = "mutation Count { count }";
const UNLISTED: &str = "{ viewer { id } }";

/// A file that is gone with the test.
struct Listed(PathBuf);

impl Listed {
    fn new(list: &str) -> Self {
        let path = std::env::temp_dir().join(format!("plenary-{}.json", ulid::Ulid::generate()));
        fs::write(&path, list).unwrap();
        Self(path)
    }

    async fn serve(&self) -> Server {
        serve_with(|config| config.trusted_documents = Some(self.0.clone())).await
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn apollo() -> Listed {
    let operation =
        |(id, name, kind, body)| json!({ "id": id, "name": name, "type": kind, "body": body });
    let operations = [
        ("v1", "Viewer", "query", VIEWER),
        ("t1", "Ticks", "subscription", TICKS),
        ("c1", "Count", "mutation", COUNT),
    ];
    let operations = operations.map(operation);
    let manifest = json!({ "format": "apollo-persisted-query-manifest", "version": 1, "operations": operations });
    Listed::new(&manifest.to_string())
}

fn hashed(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

#[tokio::test]
async fn a_listed_document_runs_by_its_name_or_its_text() {
    let map = Listed::new(&json!({ "v1": VIEWER, "c1": COUNT }).to_string());
    for list in [apollo(), map] {
        let server = list.serve().await;
        for request in [
            json!({ "query": VIEWER }),
            json!({ "documentId": "v1" }),
            json!({ "documentId": "sha256:v1" }),
            json!({ "extensions": hashed("v1") }),
            json!({ "extensions": hashed("v1"), "query": UNLISTED }),
            json!({ "query": "", "documentId": "v1", "operationName": "Viewer" }),
        ] {
            let answer = send(server.post(&request)).await.json();
            assert_eq!(answer, json!({ "data": { "viewer": { "id": "ada" } } }), "{request}");
        }
        let get = send(server.get(&[("documentId", "v1")])).await;
        assert_eq!(get.json()["data"]["viewer"]["id"], "ada");
        let get = send(server.get(&[("documentId", "c1")])).await;
        assert_eq!(get.status, 405, "its name makes a mutation no query");
        assert!(send(server.post(&json!({ "documentId": "c1" }))).await.json()["data"].is_object());
    }
}

#[tokio::test]
async fn what_is_not_listed_is_refused_and_not_learned() {
    let list = apollo();
    let server = list.serve().await;
    let sent = "3c5cde484c335605fe71515655ff4723f67a754f9af53cb4c54aed06e64f87ee";
    for (request, code) in [
        (json!({ "query": UNLISTED }), "BAD_USER_INPUT"),
        (json!({ "query": format!("{VIEWER} ") }), "BAD_USER_INPUT"),
        (json!({ "query": "{ __schema { types { name } } }" }), "BAD_USER_INPUT"),
        (json!({ "query": "" }), "BAD_USER_INPUT"),
        (json!({}), "BAD_USER_INPUT"),
        (json!({ "documentId": "v2" }), "PERSISTED_QUERY_NOT_FOUND"),
        (json!({ "documentId": "" }), "PERSISTED_QUERY_NOT_FOUND"),
        (json!({ "documentId": "v2", "query": VIEWER }), "PERSISTED_QUERY_NOT_FOUND"),
        // The second would be learned, where there is no list.
        (json!({ "extensions": hashed(sent), "query": UNLISTED }), "PERSISTED_QUERY_NOT_FOUND"),
        (json!({ "extensions": hashed(sent) }), "PERSISTED_QUERY_NOT_FOUND"),
        (json!({ "extensions": { "persistedQuery": { "version": 2 } } }), "BAD_USER_INPUT"),
    ] {
        assert_eq!(send(server.post(&request)).await.code(), code, "{request}");
        let events = send(server.post(&request).header(ACCEPT, "text/event-stream")).await;
        assert!(events.text.contains(code), "{request}: {events:?}");
    }
    assert_eq!(server.probe.resolved(), 0);
    let stream = server.post(&json!({ "documentId": "t1" })).header(ACCEPT, "text/event-stream");
    assert_eq!(send(stream).await.text.matches("event: next").count(), 3);
}

/// What the first operation on a socket is answered.
async fn first_answer(server: &Server, protocol: Protocol, payload: &Value) -> Value {
    let (path, name, kind) = match protocol {
        Protocol::TransportWs => ("/graphql", "graphql-transport-ws", "subscribe"),
        Protocol::Legacy => ("/graphql", "graphql-ws", "start"),
        Protocol::AppSync => ("/graphql/realtime", "graphql-ws", "start"),
    };
    let authorization = json!({ "Authorization": *TOKEN, "host": "h" });
    let payload = match protocol {
        Protocol::AppSync => {
            let extensions = json!({ "authorization": authorization });
            json!({ "data": payload.to_string(), "extensions": extensions })
        }
        _ => payload.clone(),
    };
    let address = format!("ws://{}{path}", server.address).parse().unwrap();
    let request = ClientRequestBuilder::new(address).with_sub_protocol(name);
    let request = request.with_header("authorization", &*TOKEN);
    let (mut socket, _) = connect_async(request).await.unwrap();
    let init = json!({ "type": "connection_init" }).to_string();
    socket.send(Message::text(init)).await.unwrap();
    loop {
        let message = time::timeout(PATIENCE, socket.next()).await.unwrap().unwrap().unwrap();
        let message: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
        match message["type"].as_str().unwrap() {
            "connection_ack" => {
                let start = json!({ "id": "1", "type": kind, "payload": payload }).to_string();
                socket.send(Message::text(start)).await.unwrap();
            }
            "ka" | "start_ack" => {}
            _ => return message,
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Protocol {
    TransportWs,
    Legacy,
    AppSync,
}

#[tokio::test]
async fn sockets_of_every_protocol_run_what_is_listed_alone() {
    let list = apollo();
    let server = list.serve().await;
    for protocol in [Protocol::TransportWs, Protocol::Legacy, Protocol::AppSync] {
        for payload in [
            json!({ "query": TICKS }),
            json!({ "documentId": "t1" }),
            json!({ "query": "", "extensions": hashed("t1") }),
        ] {
            let answer = first_answer(&server, protocol, &payload).await;
            assert_eq!(answer["payload"]["data"]["ticks"], 0, "{protocol:?} {payload}: {answer}");
        }
        for (payload, code) in [
            (json!({ "query": "subscription { ticks }" }), "BAD_USER_INPUT"),
            (json!({ "query": UNLISTED }), "BAD_USER_INPUT"),
            (json!({ "documentId": "t2" }), "PERSISTED_QUERY_NOT_FOUND"),
            (json!({ "query": "", "extensions": hashed("t2") }), "PERSISTED_QUERY_NOT_FOUND"),
        ] {
            let answer = first_answer(&server, protocol, &payload).await;
            assert!(answer.to_string().contains(code), "{protocol:?} {payload}: {answer}");
        }
    }
    assert_eq!(server.probe.resolved(), 0);
}

#[tokio::test]
async fn without_a_list_a_socket_knows_no_names() {
    let server = serve_with(|_| {}).await;
    for protocol in [Protocol::TransportWs, Protocol::Legacy, Protocol::AppSync] {
        let answer = first_answer(&server, protocol, &json!({ "documentId": "t1" })).await;
        assert!(answer.to_string().contains("PERSISTED_QUERY_NOT_FOUND"), "{answer}");
        let both = json!({ "documentId": "t1", "query": TICKS });
        assert_eq!(first_answer(&server, protocol, &both).await["payload"]["data"]["ticks"], 0);
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_trusted_is_named_with_what_is_wrong() {
    let load = async |path: PathBuf| {
        let schema = Schema::build(schema::Query, schema::Mutation, schema::Subscription);
        let loaded = TrustedDocuments::load(&path, errors::apply(schema)).await;
        let refused = loaded.unwrap_err().to_string();
        assert!(
            refused.starts_with(&format!("TRUSTED_DOCUMENTS {}: ", path.display())),
            "{refused}"
        );
        refused
    };
    assert!(load("/nowhere/list.json".into()).await.contains("No such file"));
    let twice = json!({ "format": "apollo-persisted-query-manifest", "version": 1, "operations": [
        { "id": "a", "name": "A", "body": VIEWER }, { "id": "a", "name": "B", "body": TICKS } ] });
    for (list, reasons) in [
        ("nope".to_owned(), ["not JSON", ""]),
        (json!({ "a": VIEWER, "b": "{" }).to_string(), ["document `b`", "expected"]),
        (json!({ "b": "{ nothing }" }).to_string(), ["document `b`", "nothing"]),
        (
            json!({ "b": "query A { viewer { id } } query B { nothing }" }).to_string(),
            ["document `b`", "nothing"],
        ),
        (json!({ "b": "subscription { nothing }" }).to_string(), ["document `b`", "nothing"]),
        (json!({ "b": "fragment F on Query { viewer { id } }" }).to_string(), ["document `b`", ""]),
        (twice.to_string(), ["document `a` (B)", "same id"]),
    ] {
        let file = Listed::new(&list);
        let refused = load(file.0.clone()).await;
        assert!(reasons.iter().all(|reason| refused.contains(reason)), "{list}: {refused}");
    }
}
