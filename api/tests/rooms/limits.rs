//! What stands between a sender and the room: rates, slow mode, the same text again, terms, the review hook.

use super::{
    client::Client,
    cluster::Cluster,
    proxy::{Fault, Proxy},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const SEND: &str = "mutation($r: ID!, $c: String!, $k: ID) { sendMessage(input: { roomId: $r, content: $c, clientMessageId: $k }) { id status } }";
const REPLY: &str = "mutation($m: ID!, $c: String!) { sendReply(input: { messageId: $m, content: $c }) { id status } }";
const EDIT: &str = "mutation($m: ID!, $c: String!) { editMessage(input: { messageId: $m, content: $c }) { content } }";
const HISTORY: &str = "{ messages(roomId: \"hall\", last: 50) { nodes { content } } }";
const MESSAGE: &str = "query($m: ID!) { message(id: $m) { content status } }";

fn say(content: &str) -> Value {
    json!({ "r": "hall", "c": content })
}

async fn can_send_at(client: &Client) -> Value {
    let query = "{ room(id: \"hall\") { viewer { canSendAt mutedUntil } } }";
    client.data(query, json!({})).await["viewer"]["canSendAt"].clone()
}

/// Sends until it is let through, and tells with which codes it was refused before.
async fn insist(client: &Client, content: &str) -> Vec<String> {
    let mut refusals = Vec::new();
    loop {
        let answer = client.ask(SEND, say(content)).await;
        match answer["errors"][0]["extensions"]["code"].as_str() {
            Some(code) => refusals.push(code.to_owned()),
            None => return refusals,
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_mode_holds_on_all_nodes_and_a_retry_is_answered_all_the_same() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room_with("hall", json!({ "slowModeSeconds": 3 })).await;
    let ada = cluster.client(0, "ada", &[]).await;
    let elsewhere = ada.at(cluster.nodes[1].address);

    assert_eq!(can_send_at(&ada).await, Value::Null);
    let keyed = json!({ "r": "hall", "c": "first", "k": "k1" });
    let first = ada.data(SEND, keyed.clone()).await;
    let refused = elsewhere.refused(SEND, say("second")).await;
    assert_eq!(refused["code"], "SLOW_MODE");
    assert!((1..=3_000).contains(&refused["retryAfterMs"].as_u64().unwrap()), "{refused}");
    assert_eq!(
        elsewhere.refused(REPLY, json!({ "m": first["id"], "c": "x" })).await["code"],
        "SLOW_MODE"
    );
    assert!(can_send_at(&elsewhere).await.is_string());
    assert_eq!(elsewhere.data(SEND, keyed).await["id"], first["id"]);

    for n in 0..3 {
        host.send("hall", &n.to_string()).await;
    }
    cluster.client(1, "bob", &[]).await.send("hall", "somebody else").await;
    assert!(insist(&elsewhere, "second").await.iter().all(|code| code == "SLOW_MODE"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_user_has_one_rate_on_all_nodes() {
    let cluster = Cluster::start_with(2, &["--max-message-rate=1"]).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let elsewhere = ada.at(cluster.nodes[1].address);
    let mut accepted = 0;
    let refused = loop {
        let client = if accepted % 2 == 0 { &ada } else { &elsewhere };
        let answer = client.ask(SEND, say(&accepted.to_string())).await;
        match answer["errors"][0]["extensions"].clone() {
            Value::Null => accepted += 1,
            refused => break refused,
        }
    };
    assert_eq!(refused["code"], "RATE_LIMITED");
    assert!(refused["retryAfterMs"].as_u64().unwrap() <= 1_000, "{refused}");
    assert!(accepted >= 5, "{accepted}");
    cluster.client(1, "bob", &[]).await.send("hall", "somebody else").await;
    for n in 0..10 {
        host.send("hall", &n.to_string()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_takes_no_more_than_it_is_set_to_and_not_the_same_twice() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room_with("hall", json!({ "maxAcceptRate": 1 })).await;
    host.create_room_with("unique", json!({ "uniqueMessages": true })).await;
    let (ada, bob) = (cluster.client(0, "ada", &[]).await, cluster.client(1, "bob", &[]).await);
    ada.send("hall", "one").await;
    let refused = bob.refused(SEND, say("two")).await;
    assert_eq!(refused["code"], "ROOM_BUSY");
    assert!(refused["retryAfterMs"].as_u64().unwrap() <= 1_000, "{refused}");
    host.send("hall", "staff is exempt").await;

    ada.send("unique", "again").await;
    let elsewhere = ada.at(cluster.nodes[1].address);
    let refused = elsewhere.refused(SEND, json!({ "r": "unique", "c": "again" })).await;
    assert_eq!(refused["code"], "DUPLICATE_CONTENT");
    assert!(refused["retryAfterMs"].as_u64().unwrap() > 20_000, "{refused}");
    elsewhere.send("unique", "something else").await;
    bob.send("unique", "again").await;
}

/// The table fails after the limits have let a message through: its retry is the first that anybody gets.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_sent_is_not_counted() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    let strict = json!({ "uniqueMessages": true, "slowModeSeconds": 60 });
    host.create_room_with("hall", strict).await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let ada = cluster.client(0, "ada", &[]).await.at(node.address);
    let keyed = json!({ "r": "hall", "c": "hello", "k": "k1" });
    ada.follow("hall", Value::Null).await.next().await;

    proxy.begin("TransactWriteItems", Fault::Fail);
    assert_eq!(ada.refusal(SEND, keyed.clone()).await, "UNAVAILABLE");
    proxy.end();
    let sent = ada.data(SEND, keyed.clone()).await;
    assert_eq!(ada.data(SEND, keyed).await["id"], sent["id"]);
    assert_eq!(ada.refusal(SEND, say("more")).await, "SLOW_MODE");
    assert_eq!(ada.history("hall").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_refuse_or_hold_and_what_is_held_is_for_its_author_and_those_who_judge() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    let terms = json!({ "refusedTerms": ["spam*"], "heldTerms": ["perhaps"] });
    host.create_room_with("hall", terms).await;
    let (ada, bob) = (cluster.client(0, "ada", &[]).await, cluster.client(1, "bob", &[]).await);
    let mut follower = bob.follow("hall", Value::Null).await;
    follower.next().await;

    assert_eq!(ada.refusal(SEND, say("Buy SPAMMY things")).await, "CONTENT_REFUSED");
    let held = ada.data(SEND, say("Perhaps not")).await;
    assert_eq!(held["status"], "HELD");
    let root = host.send("hall", "spam is fine for staff").await;
    let tagged = "mutation($m: JSON) { sendMessage(input: { roomId: \"hall\", content: \"look\", metadata: $m }) { id status } }";
    let refused = json!({ "m": { "tags": [{ "of": "spamming" }] } });
    assert_eq!(ada.refusal(tagged, refused).await, "CONTENT_REFUSED");
    assert_eq!(ada.data(tagged, json!({ "m": { "perhaps": 1 } })).await["status"], "HELD");
    // The name that stands above it, from the token or the profile, is a text like the others.
    let rename = "mutation { updateProfile(input: { displayName: \"Spam Inc\" }) { id } }";
    let eve = cluster.client(0, "eve", &[]).await;
    eve.data(rename, Value::Null).await;
    assert_eq!(eve.refusal(SEND, say("hello")).await, "CONTENT_REFUSED");
    let held_reply = ada.data(REPLY, json!({ "m": root["id"], "c": "perhaps" })).await;
    assert_eq!(held_reply["status"], "HELD");

    // Nothing of what is held comes before it.
    assert_eq!(follower.events(1).await[0]["message"]["id"], root["id"]);
    let nodes = bob.data(HISTORY, json!({})).await["nodes"].clone();
    assert_eq!(nodes, json!([{ "content": "spam is fine for staff" }]));
    let of = json!({ "m": held["id"] });
    assert_eq!(ada.data(MESSAGE, of.clone()).await["content"], "Perhaps not");
    assert_eq!(host.data(MESSAGE, of.clone()).await["status"], "HELD");
    assert_eq!(bob.ask(MESSAGE, of).await["data"]["message"], Value::Null);

    let mine = ada.send("hall", "harmless").await;
    let edit = json!({ "m": mine["id"], "c": "perhaps" });
    assert_eq!(ada.refusal(EDIT, edit).await, "CONTENT_REFUSED");
    let lists = "{ room(id: \"hall\") { heldTerms refusedTerms } }";
    assert_eq!(host.data(lists, json!({})).await["refusedTerms"], json!(["spam*"]));
    assert_eq!(bob.refusal(lists, json!({})).await, "FORBIDDEN");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_review_hook_decides_what_is_published() {
    let hook = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/review", hook.local_addr().unwrap());
    tokio::spawn(answer_by_content(hook));
    let (url, secret) = (format!("--review-hook-url={url}"), "--review-hook-secret=s3cret");
    let hooked = [url.as_str(), secret, "--review-hook-timeout=10s"];
    let cluster = Cluster::start_with(1, &hooked).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    assert_eq!(ada.data(SEND, say("fine")).await["status"], "PUBLISHED");
    assert_eq!(ada.data(SEND, say("doubtful")).await["status"], "HELD");
    assert_eq!(ada.refusal(SEND, say("bad")).await, "CONTENT_REFUSED");
    assert_eq!(host.data(SEND, say("bad, but staff")).await["status"], "PUBLISHED");
}

async fn answer_by_content(hook: TcpListener) {
    loop {
        let (mut stream, _) = hook.accept().await.unwrap();
        tokio::spawn(async move {
            let (mut heard, mut buffer) = (String::new(), [0; 4096]);
            // The body is one JSON object.
            while !heard.ends_with('}') {
                let read = stream.read(&mut buffer).await.unwrap();
                heard.push_str(&String::from_utf8_lossy(&buffer[..read]));
            }
            let outcome = match &heard {
                heard if heard.contains("\"bad\"") => "REFUSE",
                heard if heard.contains("\"doubtful\"") => "HOLD",
                _ => "ALLOW",
            };
            let body = json!({ "outcome": outcome }).to_string();
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
            let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
    }
}
