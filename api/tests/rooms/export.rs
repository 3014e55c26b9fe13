//! `plenary export`: a room as JSON Lines, from the table alone.

use super::{
    client::Client,
    cluster::{Cluster, DataDir, Node, plenary},
    rows::Rows,
};
use serde_json::{Value, json};
use std::process::{Output, Stdio};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

/// More than one bucket of the log, and than one page of the table.
const MANY: u64 = 5_000;

pub(crate) async fn export(cluster: &Cluster, arguments: &[&str]) -> Output {
    let table = ["export", "--dynamodb", &cluster.table.endpoint, "--table-name", cluster.name()];
    plenary(&[&table[..], arguments].concat()).output().await.unwrap()
}

pub(crate) fn lines(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The fields of a line that a test names.
fn like(line: &Value, expected: &Value) -> bool {
    expected.as_object().unwrap().iter().all(|(name, value)| line[name] == *value)
}

async fn hall_with_a_deletion(host: &Client) -> Value {
    let create = "mutation { createRoom(input: { id: \"hall\", name: \"Town hall\", metadata: { floor: 2 } }) { id } }";
    host.data(create, Value::Null).await;
    let message = host.send("hall", "first").await;
    host.reply(&message, "reply").await;
    let edit = "mutation($m: ID!, $c: String!) { editMessage(input: { messageId: $m, content: $c }) { version } }";
    host.data(edit, json!({ "m": message["id"], "c": "first, better" })).await;
    let secret = host.send("hall", "unspeakable").await;
    let delete = "mutation($m: ID!) { deleteMessage(input: { messageId: $m, reason: \"rude\" }) { version } }";
    host.data(delete, json!({ "m": secret["id"] })).await;
    secret
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_its_log_in_order_with_messages_as_they_are_now() {
    let cluster = Cluster::start(1).await;
    hall_with_a_deletion(&cluster.host(0).await).await;
    let output = export(&cluster, &["--room", "hall"]).await;
    let lines = lines(&output);
    let expected = [
        json!({ "type": "room", "id": "hall", "name": "Town hall", "head": 6, "metadata": { "floor": 2 }, "status": "OPEN" }),
        json!({ "type": "MESSAGE", "seq": 1, "id": "hall.1", "content": "first, better", "replyCount": 1, "status": "PUBLISHED" }),
        json!({ "type": "THREAD", "seq": 2, "id": "hall.2", "content": "reply", "parentId": "hall.1" }),
        json!({ "type": "CHANGED", "seq": 3, "target": 1, "change": "REPLIED" }),
        json!({ "type": "CHANGED", "seq": 4, "target": 1, "change": "EDITED" }),
        json!({ "type": "MESSAGE", "seq": 5, "status": "DELETED", "content": null, "clientMessageId": null }),
        json!({ "type": "DELETED", "seq": 6, "target": 5, "reason": "rude" }),
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:?}");
    for (line, expected) in lines.iter().zip(&expected) {
        assert!(like(line, expected), "{line} instead of {expected}");
        for internal in ["PK", "SK", "GSI1PK", "GSI2SK", "writer", "expiresAt", "entity"] {
            assert!(line[internal].is_null(), "{internal} in {line}");
        }
    }
    let author = &lines[1]["author"];
    assert_eq!((&author["displayName"], &author["role"]), (&json!("hedy"), &json!("HOST")));
    for (line, times) in
        [(0, ["createdAt", "updatedAt"]), (1, ["at", "editedAt"]), (5, ["createdAt", "deletedAt"])]
    {
        for time in times {
            let at = lines[line][time].as_str().unwrap_or_else(|| panic!("{time}: {lines:?}"));
            assert!(at.starts_with("20") && at.ends_with('Z') && at.len() == 24, "{at}");
        }
    }
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("{\"type\":\"room\",") && !text.contains("unspeakable"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_and_who_has_no_name_are_in_the_audit_log_alone() {
    let cluster = Cluster::start(1).await;
    let secret = hall_with_a_deletion(&cluster.host(0).await).await;
    let rows = Rows::of(&cluster);
    let sender = json!({ "S": "the-hidden-author" });
    rows.set("LOG#hall#0", "0000000001", "sender", sender).await;
    let about = json!({
        "at": { "N": "1767225600000" }, "actorId": { "S": "hedy" }, "action": { "S": "DELETE_MESSAGE" },
        "targetMessageId": secret["id"].as_str().map(|id| json!({ "S": id })),
        "details": { "S": "{\"content\":\"unspeakable\",\"at\":5}" },
    });
    let now = export(&cluster, &["--room", "hall"]).await;
    let created = lines(&now)[0]["createdAt"].as_str().unwrap().to_owned();
    let month = format!("AUDIT#hall#{}{}", &created[0..4], &created[5..7]);
    let id = "01K00000000000000000000000";
    rows.put(&month, id, about.clone()).await;
    let mut expired = about;
    expired["expiresAt"] = json!({ "N": "1767225600" });
    rows.put(&month, "01K00000000000000000000001", expired).await;

    for (arguments, audit) in [
        (&["--room", "hall"][..], vec![]),
        (
            &["--room", "hall", "--include-deleted"],
            vec![json!({
                "type": "AUDIT", "id": id, "at": "2026-01-01T00:00:00.000Z", "actorId": "hedy",
                "action": "DELETE_MESSAGE", "targetMessageId": secret["id"],
                "details": { "content": "unspeakable", "at": 5 },
            })],
        ),
    ] {
        let output = export(&cluster, arguments).await;
        let mut exported = lines(&output).split_off(7);
        exported.retain(|act| act["action"] != "createRoom");
        assert_eq!(exported, audit);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.contains("unspeakable"), !audit.is_empty());
        assert!(!text.contains("sender") && !text.contains("the-hidden-author"), "{text}");
    }
}

/// Its rows become tombstones one after the other; an export in between is not to be faster than that.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_hidden_is_a_tombstone_already() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let eve = cluster.client(0, "eve", &[]).await;
    for (client, content) in [(&eve, "before"), (&eve, "hidden"), (&host, "fine"), (&eve, "later")]
    {
        client.send("hall", content).await;
    }
    let exported = lines(&export(&cluster, &["--room", "hall"]).await);
    let user = exported[1]["author"]["userId"].as_str().unwrap().to_owned();
    let rows = Rows::of(&cluster);
    // So that the first was sent before what is hidden.
    rows.set("LOG#hall#0", "0000000001", "createdAt", json!({ "N": "1000" })).await;
    let hide = json!({
        "GSI1PK": { "S": "MEMBERS#hall" }, "GSI1SK": { "S": "HIDE#0000000004" }, "userId": { "S": user },
        "since": { "N": "2000" }, "until": { "N": "4" }, "at": { "N": "1767225600000" },
    });
    rows.put(&format!("PART#hall#{user}"), "HIDE#0000000004", hide).await;

    let exported = lines(&export(&cluster, &["--room", "hall"]).await);
    let contents: Vec<_> = exported[1..].iter().map(|line| line["content"].clone()).collect();
    assert_eq!(contents, [json!("before"), Value::Null, json!("fine"), json!("later")]);
    let tombstone = json!({ "status": "DELETED", "deletedAt": "2026-01-01T00:00:00.000Z" });
    assert!(like(&exported[2], &tombstone), "{}", exported[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_void_or_past_its_time_is_neither_exported_nor_read() {
    let mut cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    for content in ["kept", "expired", "newest"] {
        host.send("hall", content).await;
    }
    let rows = Rows::of(&cluster);
    rows.set("LOG#hall#0", "0000000002", "expiresAt", json!({ "N": "1767225600" })).await;
    let void = json!({ "entity": { "S": "VOID" }, "seq": { "N": "4" }, "at": { "N": "1" } });
    rows.put("LOG#hall#0", "0000000004", void).await;
    let poll = json!({ "entity": { "S": "POLL" }, "at": { "N": "1767225600000" }, "votes": { "L": [{ "N": "3" }] } });
    rows.put("LOG#hall#0", "0000000005", poll).await;
    rows.set("ROOM#hall", "SEQ", "head", json!({ "N": "5" })).await;

    let exported = lines(&export(&cluster, &["--room", "hall"]).await);
    let seqs: Vec<_> = exported[1..].iter().map(|line| line["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, [1, 3, 5]);
    // Of a type that this version does not know.
    let poll = json!({ "type": "POLL", "seq": 5, "at": "2026-01-01T00:00:00.000Z", "votes": [3] });
    assert_eq!(exported[3], poll);

    // A node that has read nothing yet.
    cluster.nodes.push(cluster.node(&cluster.table.endpoint).await);
    let reader = cluster.host(1).await;
    let contents: Vec<_> =
        reader.history("hall").await.iter().map(|message| message["content"].clone()).collect();
    assert_eq!(contents, [json!("kept"), json!("newest")]);
    let query = "{ message(id: \"hall.2\") { content } }";
    assert_eq!(reader.data(query, Value::Null).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_room_is_written_page_by_page_to_whoever_reads_on() {
    let cluster = Cluster::start(1).await;
    cluster.host(0).await.create_room("hall").await;
    let rows = Rows::of(&cluster);
    let filler = "x".repeat(300);
    let entry = |seq: u64| {
        let attributes = json!({
            "entity": { "S": "CUSTOM" }, "seq": { "N": seq.to_string() }, "at": { "N": "1767225600000" },
            "name": { "S": "slide" }, "data": { "S": format!("{{\"n\":{seq},\"filler\":\"{filler}\"}}") },
        });
        (format!("LOG#hall#{}", seq / 4096), format!("{seq:010}"), attributes)
    };
    rows.put_all((1..=MANY).map(entry).collect()).await;
    rows.set("ROOM#hall", "SEQ", "head", json!({ "N": MANY.to_string() })).await;

    let proxy = super::proxy::Proxy::start(&cluster.table.endpoint).await;
    let arguments = ["--room", "hall", "--dynamodb", &proxy.endpoint, "--table-name"];
    let mut command = plenary(&[&["export"], &arguments[..], &[cluster.name()]].concat());
    let output = command.output().await.unwrap();
    let exported = lines(&output);
    for (seq, line) in (1..=MANY).zip(&exported[1..]) {
        assert_eq!((&line["seq"], &line["data"]["n"]), (&json!(seq), &json!(seq)));
    }
    assert_eq!(exported.len() as u64, MANY + 1);
    let calls = proxy.calls();
    assert!(!calls.contains(&"Scan".to_owned()) && calls.len() >= 3 + 10, "{calls:?}");

    // Whoever has seen enough, as `head` has, is no failure.
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut read = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(read.next_line().await.unwrap().unwrap().starts_with("{\"type\":\"room\""));
    drop(read);
    let mut complaints = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaints).await.unwrap();
    let ended = super::cluster::ended(&mut child).await;
    assert!(ended.success() && complaints.is_empty(), "{ended}: {complaints}");
    assert!(proxy.calls().len() < calls.len(), "it went on reading for nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_exported_ends_with_a_reason() {
    let cluster = Cluster::start(1).await;
    let refused = async |mut command: tokio::process::Command, code: i32, reason: &str| {
        let output = command.output().await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(output.stdout.is_empty() && said.contains(reason), "{said}");
    };
    let at = ["--dynamodb", &cluster.table.endpoint, "--table-name", cluster.name()];
    let of = |room: &str| plenary(&[&["export", "--room", room], &at[..]].concat());
    refused(of("nowhere"), 1, "there is no room nowhere in the table").await;
    refused(of("not a room"), 2, "--room").await;

    let data = DataDir::new();
    let embedded = || {
        let mut command = plenary(&["export", "--room", "hall", "--data-dir"]);
        command.arg(&data.0);
        command
    };
    refused(embedded(), 1, "there is no table at").await;
    assert!(std::fs::read_dir(&data.0).unwrap().next().is_none(), "it made one");
    let mut node = Node::start(&data, &["--drain-spread", "100ms"]).await;
    let host = Client::new(node.address, data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    refused(embedded(), 1, "DYNAMODB=URL").await;
    node.terminate().await;
    assert_eq!(lines(&embedded().output().await.unwrap())[0]["id"], "hall");
}
