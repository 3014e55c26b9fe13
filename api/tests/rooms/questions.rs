//! The lists of questions.

use super::{client::Client, cluster::Cluster, rows::Rows, votes::UPVOTE};
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

const ASK: &str = "mutation($c: String!) { sendMessage(input: { roomId: \"hall\", content: $c, kind: QUESTION }) { id seq questionStatus } }";
pub(crate) const STATUS: &str = "mutation($m: ID!, $s: QuestionStatus!) { setQuestionStatus(input: { messageId: $m, status: $s }) { questionStatus answeredAt version } }";
const LIST: &str = "query($f: Int, $a: String, $s: [QuestionStatus!], $o: QuestionOrder) { room(id: \"hall\") { questions(first: $f, after: $a, status: $s, orderBy: $o) {
    nodes { content questionStatus upvoteCount } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } } }";

pub(crate) async fn ask(client: &Client, content: &str) -> Value {
    client.data(ASK, json!({ "c": content })).await
}

/// One page: its questions' contents in order, and where the next begins.
async fn page(client: &Client, variables: Value) -> (Vec<String>, Option<Value>) {
    let list = client.data(LIST, variables).await["questions"].clone();
    let contents = list["nodes"].as_array().unwrap().iter();
    let contents = contents.map(|node| node["content"].as_str().unwrap().to_owned());
    let info = &list["pageInfo"];
    (contents.collect(), (info["hasNextPage"] == true).then(|| info["endCursor"].clone()))
}

/// The whole list, page by page.
pub(crate) async fn list(client: &Client, first: u32, order: &str, status: Value) -> Vec<String> {
    let (mut all, mut after) = (Vec::new(), Value::Null);
    loop {
        let variables = json!({ "f": first, "a": after, "s": status, "o": order });
        let (contents, next) = page(client, variables).await;
        assert!(contents.len() <= first as usize);
        all.extend(contents);
        match next {
            Some(next) => after = next,
            None => return all,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_listed_in_every_order_by_status_and_page_and_without_what_is_gone() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let mut questions = Vec::new();
    for content in ["a", "b", "c", "d", "e", "f", "g"] {
        questions.push(ask(&host, content).await);
        host.send("hall", "chat").await;
    }
    // b: 2, d and e: 1, the others none.
    let (ada, bob) = (cluster.client(0, "ada", &[]).await, cluster.client(1, "bob", &[]).await);
    for (client, n) in [(&ada, 1), (&bob, 1), (&bob, 4), (&ada, 3)] {
        client.data(UPVOTE, json!({ "m": questions[n]["id"], "on": true })).await;
    }
    for (n, status) in [(0, "LIVE"), (1, "ANSWERED"), (4, "ANSWERED"), (5, "DISMISSED")] {
        host.data(STATUS, json!({ "m": questions[n]["id"], "s": status })).await;
    }
    let delete = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { status } }";
    host.data(delete, json!({ "m": questions[2]["id"] })).await;

    let fresh = cluster.node(&cluster.table.endpoint).await;
    let text = |contents: &str| contents.chars().map(String::from).collect::<Vec<_>>();
    for client in [host.at(cluster.nodes[0].address), host.at(fresh.address)] {
        for first in [1, 2, 3, 7] {
            for (order, status, expected) in [
                ("TOP", Value::Null, "bdeafg"),
                ("NEWEST", Value::Null, "gfedba"),
                ("OLDEST", Value::Null, "abdefg"),
                ("TOP", json!(["ANSWERED", "OPEN"]), "bdeg"),
                ("NEWEST", json!(["ANSWERED", "OPEN"]), "gedb"),
                ("OLDEST", json!(["LIVE"]), "a"),
                ("TOP", json!(["DISMISSED", "LIVE"]), "af"),
            ] {
                let found = list(&client, first, order, status.clone()).await;
                assert_eq!(found, text(expected), "{first} {order} {status}");
            }
        }
    }
    let second = host.data(LIST, json!({ "f": 2, "a": host.data(LIST, json!({ "f": 2 })).await["questions"]["pageInfo"]["endCursor"] })).await["questions"].clone();
    assert_eq!(second["pageInfo"]["hasPreviousPage"], true);
    for wrong in
        [json!({ "f": 0 }), json!({ "f": 101 }), json!({ "a": "nonsense" }), json!({ "s": [] })]
    {
        assert_eq!(host.refusal(LIST, wrong.clone()).await, "BAD_USER_INPUT", "{wrong}");
    }
    let subscription = "subscription { roomEvents(roomId: \"hall\") { events { ... on RoomChanged { room { questions { nodes { id } } } } } } }";
    let mut refused = host.subscribe(subscription, Value::Null).await;
    assert_eq!(refused.message().await["type"], "error");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_questions_are_paged_fast() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let rows = Rows::of(&cluster);
    rows.put_all((1..=5_000).map(question).collect()).await;
    rows.set("ROOM#hall", "SEQ", "head", json!({ "N": "5000" })).await;

    for (order, status) in [
        ("TOP", Value::Null),
        ("TOP", json!(["OPEN"])),
        ("NEWEST", Value::Null),
        ("OLDEST", json!(["LIVE"])),
    ] {
        let (mut times, mut seen, mut after) = (Vec::new(), Vec::new(), Value::Null);
        loop {
            let variables = json!({ "f": 50, "a": after, "s": status, "o": order });
            let asked = Instant::now();
            let (contents, next) = page(&host, variables).await;
            times.push(asked.elapsed());
            seen.extend(contents);
            match next {
                Some(next) => after = next,
                None => break,
            }
        }
        times.sort_unstable();
        let median = times[times.len() / 2];
        println!(
            "{order} {status}: {} pages, median {median:?}, slowest {:?}",
            times.len(),
            times[times.len() - 1]
        );
        let distinct: HashSet<_> = seen.iter().collect();
        let expected = match status.as_array() {
            None => 5_000,
            Some(_) => 1_250,
        };
        assert_eq!((seen.len(), distinct.len()), (expected, expected), "{order} {status}");
        // A build for debugging takes several times as long.
        let bound = Duration::from_millis(if cfg!(debug_assertions) { 500 } else { 50 });
        assert!(median < bound, "{order} {status}: {median:?}");
    }
}

/// A question as a row, of a quarter of them each status.
fn question(seq: u64) -> (String, String, Value) {
    let status = ["OPEN", "LIVE", "ANSWERED", "DISMISSED"][seq as usize % 4];
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let upvotes = seq * 7_919 % 1_000;
    let attributes = json!({
        "entity": { "S": "MESSAGE" }, "roomId": { "S": "hall" }, "seq": { "N": seq.to_string() },
        "kind": { "S": "QUESTION" }, "status": { "S": "PUBLISHED" }, "questionStatus": { "S": status },
        "content": { "S": format!("Why is it that {seq} of us ask what {} others have asked before us?", seq * 3) },
        "author": { "M": { "userId": { "S": "ada" }, "displayName": { "S": "Ada" }, "role": { "S": "PARTICIPANT" } } },
        "createdAt": { "N": now.to_string() }, "version": { "N": "1" }, "upvoteCount": { "N": upvotes.to_string() },
        "countVersion": { "N": "1" },
        "GSI1PK": { "S": "QUESTIONS#hall" }, "GSI1SK": { "S": format!("{seq:010}") },
        "GSI2PK": { "S": format!("SCORE#hall#{status}") },
        "GSI2SK": { "S": format!("{upvotes:010}#{:010}", 9_999_999_999 - seq) },
    });
    (format!("LOG#hall#{}", seq / 4096), format!("{seq:010}"), attributes)
}
