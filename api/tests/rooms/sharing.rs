//! What many subscribe to alike is executed once, and nothing in it depends on who asks.

use super::{
    client::{Client, FOLLOW},
    cluster::{DataDir, Node},
    fan_out::node,
};
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../schema/schema.graphql");

/// One selection of a room's events, however it is spelled.
const SPELLINGS: [&str; 5] = [
    "subscription { roomEvents(roomId: \"hall\") { cursor events { seq ... on MessageSent { message { id content } } } } }",
    "subscription Named($r: ID!) { roomEvents(roomId: $r) {\n cursor events { seq ...Sent } } } fragment Sent on MessageSent { message { id content } }",
    "subscription($a: String = \"0\") { roomEvents(after: $a, roomId: \"hall\") { cursor, events { seq, ... on MessageSent { message { id, content } } } } }",
    "subscription { roomEvents(roomId: \"hall\") { ...B } } fragment B on RoomEventBatch { cursor events { ... on RoomEvent { seq } ...M } } fragment M on MessageSent { message { id } message { content } }",
    "subscription($no: Boolean = false, $r: ID = \"hall\") { roomEvents(roomId: $r) { cursor resume @include(if: $no) events { seq ... on MessageSent { message { id content } } } } }",
];

async fn hall(groups: &[&str]) -> (DataDir, Node, Client) {
    let (data, node) = node(&[]).await;
    let host = Client::new(node.address, data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    let client = Client::new(node.address, data.token("ada", groups).await);
    (data, node, client)
}

/// Sends a message and waits until all have heard of it; tells how often it was executed.
async fn executions(
    node: &Node,
    client: &Client,
    subscriptions: &mut [super::client::Subscription],
) -> f64 {
    let counted = async || {
        node.metric("plenary_group_executions_total").await
            + node.metric("plenary_single_executions_total").await
    };
    let before = counted().await;
    let sent = client.send("hall", "hello").await;
    for subscription in subscriptions {
        let heard = loop {
            let batch = subscription.next().await;
            if let Some(event) = batch["events"].as_array().unwrap().last() {
                break event.clone();
            }
        };
        assert_eq!(heard["seq"], sent["seq"]);
    }
    counted().await - before
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_subscription_is_executed_once_however_it_is_spelled() {
    let (_data, node, ada) = hall(&[]).await;
    let mut subscriptions = Vec::new();
    for spelling in SPELLINGS.iter().cycle().take(20) {
        subscriptions.push(ada.subscribe(spelling, json!({ "r": "hall" })).await);
    }
    // Whoever has not joined the others yet has after the first message.
    executions(&node, &ada, &mut subscriptions).await;
    assert!((executions(&node, &ada, &mut subscriptions).await - 1.0).abs() < 0.1);
    assert!((node.metric("plenary_groups").await - 1.0).abs() < 0.1);
    let other = "subscription { roomEvents(roomId: \"hall\") { events { seq } } }";
    subscriptions.push(ada.subscribe(other, json!({})).await);
    executions(&node, &ada, &mut subscriptions).await;
    assert!((executions(&node, &ada, &mut subscriptions).await - 2.0).abs() < 0.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_field_that_is_marked_can_be_subscribed_to() {
    let (_data, _node, ada) = hall(&[]).await;
    let marked = marked_fields();
    assert!(marked.len() >= 3, "{marked:?}");
    for (of, field, selection) in marked {
        let path = match of.as_str() {
            "Room" => "... on RoomChanged { room { HERE } }",
            "Message" => "... on MessageSent { message { HERE } }",
            other => panic!("how does one get to {other}?"),
        };
        let spelled = |here: &str| {
            format!(
                "subscription {{ roomEvents(roomId: \"hall\") {{ events {{ {} }} }} }}",
                path.replace("HERE", here)
            )
        };
        let whole = format!("{field} {selection}");
        for query in [
            spelled(&whole),
            spelled(&format!("other: {whole}")),
            spelled(&format!("... on {of} {{ {whole} }}")),
            format!("{} fragment F on {of} {{ {whole} }}", spelled("...F")),
            format!(
                "{} fragment F on {of} {{ ...G }} fragment G on {of} {{ {whole} }}",
                spelled("...F")
            ),
        ] {
            let refused = ada.subscribe(&query, json!({})).await.message().await;
            assert_eq!(refused["type"], "error", "{query}: {refused}");
            let error = &refused["payload"][0];
            assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{query}: {error}");
            let message = error["message"].as_str().unwrap();
            assert!(message.contains(&format!("`{field}` of `{of}`")), "{message}");
        }
    }
    ada.data("{ room(id: \"hall\") { viewer { userId } messages(last: 1) { nodes { replies(last: 1) { nodes { id } } } } } }", json!({}))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_subscribed_to_is_the_same_whoever_asks() {
    let (data, node, ada) = hall(&[]).await;
    let host = Client::new(node.address, data.token("hedy", &["plenary-hosts"]).await);
    let bob = Client::new(node.address, data.token("bob", &["plenary-speakers"]).await);
    let query = format!(
        "subscription {{ roomEvents(roomId: \"hall\") {} }}",
        everything("RoomEventBatch", 0)
    );
    // What differs by an alias is a group of its own: each is executed for its own caller.
    let mut hearing = Vec::new();
    for (alias, client) in [("a", &ada), ("b", &bob)] {
        let query = query.replace("roomEvents(", &format!("{alias}: roomEvents("));
        hearing.push(client.subscribe(&query, json!({})).await);
    }
    for subscription in &mut hearing {
        assert_eq!(subscription.next().await["events"], json!([]));
    }
    let sent = host.send("hall", "hello").await;
    ada.reply(&sent, "hi").await;
    let rename = "mutation { updateRoom(input: { roomId: \"hall\", name: \"Foyer\" }) { id } }";
    host.data(rename, json!({})).await;
    let remove = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { id } }";
    host.data(remove, json!({ "m": sent["id"] })).await;
    let mut heard = Vec::new();
    for subscription in &mut hearing {
        heard.push(subscription.events(5).await);
    }
    assert_eq!(heard[0], heard[1]);
    let kinds: Vec<_> =
        heard[0].iter().map(|event| event["__typename"].as_str().unwrap()).collect();
    for kind in ["MessageSent", "MessageChanged", "RoomChanged", "MessageDeleted"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_is_stopped_hears_no_more_and_the_others_do() {
    let (_data, node, ada) = hall(&[]).await;
    let mut stays = ada.subscribe(FOLLOW, json!({ "r": "hall" })).await;
    let leaves = ada.subscribe(FOLLOW, json!({ "r": "hall" })).await;
    ada.send("hall", "both").await;
    stays.events(1).await;
    let mut left = leaves.complete().await;
    ada.send("hall", "one").await;
    assert_eq!(stays.events(1).await[0]["message"]["content"], "one");
    assert_eq!(left.barrier().await, Vec::<Value>::new());
    drop(stays);
    drop(left);
    while node.metric("plenary_groups").await > 0.0 {
        tokio::task::yield_now().await;
    }
}

/// Type, field and what must be selected of it, for every field that the schema keeps out of subscriptions.
fn marked_fields() -> Vec<(String, String, String)> {
    let mut of = "";
    let mut marked = Vec::new();
    for line in SCHEMA.lines() {
        if let Some(name) = line.strip_prefix("type ") {
            of = name.split(' ').next().unwrap();
        }
        if line.contains(" @notInSubscription") && line.starts_with('\t') {
            let field = line.trim().split(['(', ':']).next().unwrap();
            marked.push((of.to_owned(), field.to_owned(), "{ __typename }".to_owned()));
        }
    }
    marked
}

/// Every field of a type that needs no argument and is not marked, down to the leaves.
fn everything(of: &str, depth: usize) -> String {
    let kinds = [format!("type {of} "), format!("interface {of} ")];
    let mut lines =
        SCHEMA.lines().skip_while(|line| !kinds.iter().any(|kind| line.starts_with(kind)));
    if lines.next().is_none() || depth > 5 {
        return String::new();
    }
    let mut fields = vec!["__typename".to_owned()];
    for line in lines.take_while(|line| *line != "}") {
        let Some((name, ty)) = line.strip_prefix('\t').and_then(|line| line.split_once(": "))
        else {
            continue;
        };
        let is_field = name.starts_with(|first: char| first.is_ascii_lowercase());
        if !is_field || name.contains([' ', '(']) || line.contains("@notInSubscription") {
            continue;
        }
        let ty = ty.split(' ').next().unwrap().trim_matches(['[', ']', '!']);
        fields.push(format!("{name} {}", everything(ty, depth + 1)));
    }
    let members = SCHEMA.lines().filter_map(|line| line.strip_prefix("type "));
    for member in members.filter(|line| line.contains(&format!("implements {of} "))) {
        let member = member.split(' ').next().unwrap();
        fields.push(format!("... on {member} {}", everything(member, depth)));
    }
    format!("{{ {} }}", fields.join(" "))
}
