//! Questions: their lists, their way to an answer, and both at once.

use super::{
    client::Client,
    cluster::Cluster,
    proxy::{Fault, Proxy},
    rows::Rows,
    votes::voters,
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

const ASK: &str = "mutation($c: String!) { sendMessage(input: { roomId: \"hall\", content: $c, kind: QUESTION }) { id seq questionStatus } }";
const UPVOTE: &str = "mutation($m: ID!, $on: Boolean!) { setUpvote(input: { messageId: $m, upvoted: $on }) { upvoteCount } }";
const STATUS: &str = "mutation($m: ID!, $s: QuestionStatus!) { setQuestionStatus(input: { messageId: $m, status: $s }) { questionStatus answeredAt version } }";
const LIST: &str = "query($f: Int, $a: String, $s: [QuestionStatus!], $o: QuestionOrder) { room(id: \"hall\") { questions(first: $f, after: $a, status: $s, orderBy: $o) {
    nodes { content questionStatus upvoteCount } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } } }";

async fn ask(client: &Client, content: &str) -> Value {
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
async fn list(client: &Client, first: u32, order: &str, status: Value) -> Vec<String> {
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
async fn a_question_goes_its_way_and_everybody_is_told() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let question = ask(&host, "why?").await;
    assert_eq!(question["questionStatus"], "OPEN");
    let chat = host.send("hall", "chat").await;
    let speaker = cluster.client(1, "sue", &["plenary-speakers"]).await;
    let ada = cluster.client(1, "ada", &[]).await;
    let mut changes = ada.subscribe("subscription { onChangeMessage(roomId: \"hall\") { id questionStatus answeredAt version } }", Value::Null).await;

    let set = |status: &str| json!({ "m": question["id"], "s": status });
    let live = speaker.data(STATUS, set("LIVE")).await;
    assert_eq!(live, json!({ "questionStatus": "LIVE", "answeredAt": null, "version": 2 }));
    let answered = host.data(STATUS, set("ANSWERED")).await;
    assert_eq!(
        (&answered["questionStatus"], &answered["version"]),
        (&json!("ANSWERED"), &json!(3))
    );
    // The same again is the same, and the first answer stays the first.
    assert_eq!(speaker.data(STATUS, set("ANSWERED")).await, answered);
    host.data(STATUS, set("OPEN")).await;
    let again = host.data(STATUS, set("ANSWERED")).await;
    assert_eq!((&again["answeredAt"], &again["version"]), (&answered["answeredAt"], &json!(5)));
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(changes.next().await["questionStatus"].as_str().unwrap().to_owned());
    }
    assert_eq!(told, ["LIVE", "ANSWERED", "OPEN", "ANSWERED"]);

    assert_eq!(ada.refusal(STATUS, set("LIVE")).await, "FORBIDDEN");
    let wrong = |id: Value| json!({ "m": id, "s": "LIVE" });
    assert_eq!(host.refusal(STATUS, wrong(chat["id"].clone())).await, "BAD_USER_INPUT");
    assert_eq!(host.refusal(STATUS, wrong(json!("hall.99"))).await, "NOT_FOUND");
    let delete = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { status } }";
    host.data(delete, json!({ "m": question["id"] })).await;
    assert_eq!(host.refusal(STATUS, set("LIVE")).await, "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_is_set_once_whichever_call_fails() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let question = ask(&host, "why?").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let client = host.at(node.address);
    client.data("{ room(id: \"hall\") { cursor } }", Value::Null).await;

    let mut version = 1;
    for fault in [Fault::Fail, Fault::LoseAnswer] {
        for operation in ["GetItem", "UpdateItem", "TransactWriteItems", "BatchGetItem"] {
            let status = if version % 2 == 1 { "LIVE" } else { "ANSWERED" };
            let variables = json!({ "m": question["id"], "s": status });
            proxy.calls();
            proxy.begin(operation, fault);
            let answer = client.ask(STATUS, variables.clone()).await;
            proxy.end();
            assert!(proxy.calls().iter().any(|call| call == operation), "{operation}");
            let code = &answer["errors"][0]["extensions"]["code"];
            assert_eq!(code, "UNAVAILABLE", "{operation} {fault:?}: {answer}");
            version += 1;
            let set = client.data(STATUS, variables).await;
            assert_eq!(set["version"], version, "{operation} {fault:?}");
            let fresh = cluster.node(&cluster.table.endpoint).await;
            let fresh = host.at(fresh.address);
            assert_eq!(list(&fresh, 9, "TOP", json!([status])).await, ["why?"]);
            assert_eq!(list(&fresh, 9, "TOP", Value::Null).await, ["why?"]);
        }
    }
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

/// 200 upvotes, 50 of them taken back, and 20 changes of status, through two nodes at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_race_of_votes_and_answers_ends_in_the_exact_count_at_the_right_place() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let (ahead, question, behind) =
        (ask(&host, "ahead").await, ask(&host, "why?").await, ask(&host, "behind").await);
    let rows = Rows::of(&cluster);
    for (other, count) in [(&ahead, 151_u64), (&behind, 149)] {
        let seq = other["seq"].as_u64().unwrap();
        let key = format!("{seq:010}");
        let score = format!("{count:010}#{:010}", 9_999_999_999 - seq);
        rows.set("LOG#hall#0", &key, "upvoteCount", json!({ "N": count.to_string() })).await;
        rows.set("LOG#hall#0", &key, "GSI2SK", json!({ "S": score })).await;
    }
    let voters = voters(&cluster, 200).await;
    let voting = voters.iter().enumerate().map(|(n, voter)| {
        let (voter, id) = (voter.clone(), question["id"].clone());
        let elsewhere = voter.at(cluster.nodes[(n + 1) % 2].address);
        async move {
            voter.data(UPVOTE, json!({ "m": id, "on": true })).await;
            if n < 50 {
                elsewhere.data(UPVOTE, json!({ "m": id, "on": false })).await;
            }
        }
    });
    let answering = (0..20).map(|n| {
        let client = host.at(cluster.nodes[n % 2].address);
        let status = ["LIVE", "ANSWERED", "DISMISSED", "OPEN"][n % 4];
        let id = question["id"].clone();
        async move { client.ask(STATUS, json!({ "m": id, "s": status })).await }
    });
    let (_, answers) = tokio::join!(join_all(voting), join_all(answering));
    for answer in &answers {
        let conflict = answer["errors"][0]["extensions"]["code"] == "VERSION_CONFLICT";
        assert!(answer["errors"].is_null() || conflict, "{answer}");
    }

    let fresh = cluster.node(&cluster.table.endpoint).await;
    let fresh = host.at(fresh.address);
    let read = "query($m: ID!) { message(id: $m) { upvoteCount questionStatus } }";
    let status = fresh.data(read, json!({ "m": question["id"] })).await["questionStatus"].clone();
    for node in &cluster.nodes {
        let client = host.at(node.address);
        let variables = json!({ "m": question["id"] });
        while client.data(read, variables.clone()).await
            != json!({ "upvoteCount": 150, "questionStatus": status })
        {
            tokio::task::yield_now().await;
        }
    }
    for other in [&ahead, &behind] {
        host.data(STATUS, json!({ "m": other["id"], "s": status })).await;
    }
    let expected = ["ahead", "why?", "behind"];
    assert_eq!(list(&fresh, 1, "TOP", json!([status])).await, expected);
    assert_eq!(list(&fresh, 9, "TOP", Value::Null).await, expected);
}
