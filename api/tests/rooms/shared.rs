//! What many subscribe to alike is executed once, whatever their spelling, and is the same for everybody.

use super::{
    PATIENCE,
    client::{Client, Subscription},
    cluster::{Cluster, Node},
    sdl::{Field, Sdl},
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::{task::yield_now, time::timeout};

/// Counts what groups execute.
const EXECUTIONS: &str = "plenary_group_executions_total";

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_depends_on_who_asks_is_refused_however_it_is_selected() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let message = host.send("hall", "hello").await;
    let sdl = Sdl::read();
    let mut refused = 0;
    for marked in sdl.marked() {
        for root in sdl.fields("Subscription") {
            for (selection, fragment) in spellings(marked, &sdl) {
                let Some(selections) = sdl.selecting(root, &marked.of, &selection) else {
                    continue;
                };
                let query = format!(
                    "subscription {{ {}(roomId: \"hall\") {selections} }} {fragment}",
                    root.name
                );
                let answer = host.subscribe(&query, Value::Null).await.message().await;
                assert_eq!(answer["type"], "error", "{query}: {answer}");
                let error = &answer["payload"][0];
                assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{query}: {error}");
                let names = format!("`{}` of `{}`", marked.name, marked.of);
                assert!(error["message"].as_str().unwrap().contains(&names), "{query}: {error}");
                refused += 1;
            }
        }
        for (selection, fragment) in spellings(marked, &sdl) {
            let (root, id) = match marked.of.as_str() {
                "Room" => ("room", json!("hall")),
                "Message" => ("message", message["id"].clone()),
                other => panic!("say here how {other} is queried"),
            };
            let query = format!("{{ {root}(id: {id}) {{ {selection} }} }} {fragment}");
            host.data(&query, Value::Null).await;
        }
    }
    // Eight fields of a room, which one root reaches, and one of a message, which all seven reach.
    assert_eq!(refused, 4 * (8 + 7));
}

/// The ways to select a field: a selection of its type, and the fragments that it needs.
fn spellings(field: &Field, sdl: &Sdl) -> [(String, String); 4] {
    let Field { of, name, gives, .. } = field;
    let inner = match sdl.fields(gives).next() {
        Some(_) => "{ __typename }",
        None => "",
    };
    [
        (format!("{name} {inner}"), String::new()),
        (format!("fine: __typename harmless: {name} {inner}"), String::new()),
        ("__typename ...F".into(), format!("fragment F on {of} {{ ... {{ {name} {inner} }} }}")),
        (format!("... on {of} {{ {name} {inner} }}"), String::new()),
    ]
}

/// At two nodes, so that each executes for a caller of its own.
#[tokio::test(flavor = "multi_thread")]
async fn everything_else_is_the_same_for_everybody_byte_for_byte() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let bob = cluster.client(1, "bob", &["others"]).await;
    let sdl = Sdl::read();
    // What concerns one person or the staff is not for everybody.
    let room_wide =
        |root: &&Field| !["viewerEvents", "moderationEvents"].contains(&root.name.as_str());
    for root in sdl.fields("Subscription").filter(room_wide) {
        for field in sdl.reachable(root) {
            assert!(!field.gives.ends_with("Connection"), "{} of {}", field.name, field.of);
        }
        let message = host.send("hall", "why?").await;
        let everything = sdl.everything(&root.gives);
        let query = format!("subscription {{ {}(roomId: \"hall\") {everything} }}", root.name);
        let mut readers =
            [ada.subscribe(&query, Value::Null).await, bob.subscribe(&query, Value::Null).await];
        let mut heard = 0;
        if root.name == "roomEvents" {
            heard_alike(&mut readers).await;
        }
        for happened in happenings(&message) {
            host.data(&happened.mutation, happened.variables).await;
            if root.name == "roomEvents" || root.name == happened.root {
                heard += 1;
                heard_alike(&mut readers).await;
            }
        }
        assert!(heard > 0, "{} tells of nothing", root.name);
    }
}

struct Happening {
    /// The subscription that tells of it, beside `roomEvents`.
    root: &'static str,
    mutation: String,
    variables: Value,
}

/// One of each kind.
fn happenings(message: &Value) -> Vec<Happening> {
    let variables = json!({ "m": message["id"] });
    let input = |root, mutation: &str, input: &str| Happening {
        root,
        mutation: format!("mutation($m: ID!) {{ x: {mutation}(input: {{ {input} }}) {{ id }} }}"),
        variables: variables.clone(),
    };
    let room = |root, mutation: &str, input: &str| Happening {
        root,
        mutation: format!(
            "mutation {{ x: {mutation}(input: {{ roomId: \"hall\" {input} }}) {{ id }} }}"
        ),
        variables: Value::Null,
    };
    vec![
        room("onSendMessage", "sendMessage", "content: \"hello\""),
        input("onSendReply", "sendReply", "messageId: $m content: \"because\""),
        input("onChangeMessage", "editMessage", "messageId: $m content: \"why not?\""),
        input("onDeleteMessage", "deleteMessage", "messageId: $m reason: \"said\""),
        room("", "updateRoom", "name: \"Great hall\" metadata: { floor: 1 }"),
    ]
}

async fn heard_alike([one, other]: &mut [Subscription; 2]) {
    let text = one.text().await;
    assert!(text.contains(r#""next""#) && !text.contains(r#""errors""#), "{text}");
    assert_eq!(text, other.text().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_spellings_of_one_subscription_are_executed_once() {
    let cluster = Cluster::start(1).await;
    let (host, node) = (cluster.host(0).await, &cluster.nodes[0]);
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let mut readers = Vec::new();
    for (count, sent) in [(2, 3), (20, 5)] {
        for number in readers.len()..count {
            let (query, variables) = spelling(number);
            readers.push(ada.subscribe(&query, variables).await);
        }
        // Until the group has begun, its first member hears for itself.
        while node.metric(EXECUTIONS).await < 1.0 {
            hear_each(&host, &mut readers, 1).await;
        }
        let before = node.metric(EXECUTIONS).await;
        hear_each(&host, &mut readers, sent).await;
        executions_are(node, before + f64::from(sent)).await;
        assert!((node.metric("plenary_groups").await - 1.0).abs() < f64::EPSILON);
    }

    // What differs in the response is executed for itself.
    let (query, variables) = spelling(0);
    let other = query.replace("cursor", "position: cursor");
    readers.push(ada.subscribe(&other, variables).await);
    assert!((node.metric("plenary_groups").await - 2.0).abs() < f64::EPSILON);
}

/// One operation, in as many spellings as there are numbers.
fn spelling(number: usize) -> (String, Value) {
    let heads = [
        ("{ roomEvents(roomId: \"hall\")", json!({})),
        ("($room: ID!) { roomEvents(roomId: $room)", json!({ "room": "hall" })),
        ("($a: String, $r: ID = \"hall\") { roomEvents(after: $a, roomId: $r)", json!({})),
        ("($a: String) { roomEvents(roomId: \"hall\", after: $a)", json!({ "a": "0" })),
    ];
    let selections = [
        ("{ cursor events { seq ... on MessageSent { message { id content } } } }", ""),
        (
            "{ ...B events { ...E } }",
            "fragment E on RoomEvent { seq ...S } fragment S on MessageSent { message { ... on Message { id } content } }
             fragment B on RoomEventBatch { cursor }",
        ),
        (
            "{\n  cursor # where\n  events { seq, seq, ... on MessageSent { message { id } } ... on MessageSent { message { content } } } }",
            "",
        ),
    ];
    let (head, variables) = &heads[number % heads.len()];
    let (selection, fragments) = selections[number % selections.len()];
    (format!("subscription Number{number}{head} {selection} }} {fragments}"), variables.clone())
}

/// Sends messages, each when everybody has heard of the one before.
async fn hear_each(host: &Client, readers: &mut [Subscription], count: u32) {
    for _ in 0..count {
        let sent = host.send("hall", "hello").await;
        let hear = async |reader: &mut Subscription| loop {
            let events = reader.events(1).await;
            if events.last().unwrap()["seq"] == sent["seq"] {
                break;
            }
        };
        join_all(readers.iter_mut().map(hear)).await;
    }
}

async fn executions_are(node: &Node, expected: f64) {
    let counted = async {
        while node.metric(EXECUTIONS).await < expected {
            yield_now().await;
        }
    };
    timeout(PATIENCE, counted).await.expect("they are executed");
    let executions = node.metric(EXECUTIONS).await;
    assert!((executions - expected).abs() < f64::EPSILON, "{executions} instead of {expected}");
}
