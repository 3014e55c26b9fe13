//! Trusted documents of a real node.

use super::{
    PATIENCE,
    client::{Client, FOLLOW},
    cluster::{DataDir, Node, plenary},
};
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::time::timeout;

const CREATE: &str = "mutation($id: ID) { createRoom(input: { id: $id, name: \"Hall\", settings: { maxAcceptRate: 1000, maxDeliveryRate: 1000 } }) { id } }";
const SEND: &str = "mutation($r: ID!, $c: String!) { sendMessage(input: { roomId: $r, content: $c }) { id seq content version } }";
/// What a page costs is only known with its variables.
const PAGE: &str = "query($r: ID!, $n: Int!, $m: MessageKind!) { messages(roomId: $r, first: $n, kinds: [$m]) { nodes { content } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_node_runs_its_list_and_streams_what_is_on_it() {
    let data = DataDir::new();
    let list = data.0.join("list.json");
    let listed = json!({ "create": CREATE, "send": SEND, "page": PAGE, "follow": FOLLOW });
    std::fs::write(&list, listed.to_string()).unwrap();
    let arguments = ["--memory", "--trusted-documents", list.to_str().unwrap()];
    let node = Node::start(&data, &arguments).await;
    let host = Client::new(node.address, data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    let mut stream = host.stream(FOLLOW, json!({ "r": "hall" })).await;
    let mut socket = host.follow("hall", Value::Null).await;
    host.send("hall", "hi").await;
    assert_eq!(stream.events(1).await, socket.events(1).await);
    let page = json!({ "r": "hall", "n": 5, "m": "CHAT" });
    assert_eq!(host.data(PAGE, page).await["nodes"][0]["content"], "hi");
    assert_eq!(host.refusal("{ viewer { id } }", Value::Null).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn a_node_does_not_start_with_a_list_that_its_schema_does_not_have() {
    let data = DataDir::new();
    let list = data.0.join("list.json");
    let caller = "subscription { roomEvents(roomId: \"hall\") { events { ... on RoomChanged { room { viewer { role } } } } } }";
    for (document, reason) in [
        ("{ room(id: \"hall\") { colour } }", "colour"),
        (caller, "viewer"),
        ("query($r: ID!) { room(id: $q) { id } }", "$r"),
    ] {
        std::fs::write(&list, json!({ "good": PAGE, "ill": document }).to_string()).unwrap();
        let mut command = plenary(&["serve", "--memory", "--listen", "127.0.0.1:0", "--data-dir"]);
        command.arg(&data.0).env("TRUSTED_DOCUMENTS", &list);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let output = timeout(PATIENCE, command.output()).await.expect("it ends").unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        let named = format!("TRUSTED_DOCUMENTS {}: document `ill`", list.display());
        assert!(said.contains(&named) && said.contains(reason), "{said}");
    }
}
