//! Filters in AppSync's manner on the subscriptions to messages.

use super::{
    client::{Client, Realtime},
    cluster::Cluster,
};
use serde_json::{Value, json};

/// What one condition of an enhanced filter looks like.
fn filter(field: &str, operator: &str, value: &Value) -> String {
    let condition = json!({ "fieldName": field, "operator": operator, "value": value });
    json!({ "filterGroup": [{ "filters": [condition] }] }).to_string()
}

async fn send(client: &Client, kind: &str, content: &str, more: Value) -> Value {
    let query = "mutation($k: MessageKind, $c: String!, $i: ID, $m: JSON, $a: Boolean) { sendMessage(input: { roomId: \"hall\", kind: $k, content: $c, clientMessageId: $i, metadata: $m, anonymous: $a }) { id } }";
    let mut variables = json!({ "k": kind, "c": content });
    variables.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    client.data(query, variables).await
}

/// Arguments of `onSendMessage`, and what they let through of a chat message, a question, an announcement.
fn basic() -> Vec<(&'static str, &'static str, Value, &'static str)> {
    vec![
        // The first begins the group of all that let everything through.
        ("($k: MessageKind)", "kind: $k", json!({}), "CQA"),
        ("", "", json!({}), "CQA"),
        ("", "kind: CHAT", json!({}), "C"),
        ("", "kind: null", json!({}), ""),
        ("", "questionStatus: null", json!({}), "CA"),
        ("", "questionStatus: OPEN kind: QUESTION", json!({}), "Q"),
        ("", "questionStatus: null kind: QUESTION", json!({}), ""),
        ("", "clientMessageId: \"mine\"", json!({}), "Q"),
        ("", "clientMessageId: null kind: CHAT", json!({}), "C"),
        ("($k: MessageKind)", "kind: $k", json!({ "k": "QUESTION" }), "Q"),
        ("($s: QuestionStatus)", "questionStatus: $s", json!({}), "CQA"),
        ("($s: QuestionStatus)", "questionStatus: $s", json!({ "s": null }), "CA"),
        ("($s: QuestionStatus = null)", "questionStatus: $s", json!({}), "CA"),
        ("($k: MessageKind = CHAT)", "kind: $k", json!({}), "C"),
        ("($f: String)", "kind: CHAT filter: $f", json!({}), "C"),
        ("($f: String)", "kind: CHAT filter: $f", json!({ "f": null }), "C"),
    ]
}

/// Enhanced filters of the same.
fn enhanced() -> Vec<(String, &'static str)> {
    vec![
        (filter("kind", "in", &json!(["QUESTION", "CHAT"])), "CQ"),
        (filter("author.role", "eq", &json!("HOST")), "A"),
        (filter("author.displayName", "beginsWith", &json!("a")), "CQ"),
        (filter("metadata.topic", "ne", &json!("budget")), "CA"),
        (filter("content", "contains", &json!("Q")), "Q"),
        (json!({ "or": [{ "kind": { "eq": "CHAT" } }, { "metadata.topic": { "eq": "budget" } }] }).to_string(), "CQ"),
    ]
}

fn subscriptions() -> Vec<(String, Value, &'static str)> {
    let query = |head, arguments| {
        format!(
            "subscription{head} {{ onSendMessage(roomId: \"hall\" {arguments}) {{ content }} }}"
        )
    };
    let basic = basic().into_iter().map(|(head, arguments, variables, expected)| {
        (query(head, arguments), variables, expected)
    });
    let enhanced = enhanced().into_iter().map(|(filter, expected)| {
        (query("($f: String)", "filter: $f"), json!({ "f": filter }), expected)
    });
    basic.chain(enhanced).collect()
}

/// Each filter by itself, and then beside others who share its group.
#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_hears_what_the_filter_lets_through() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let mut readers = Vec::new();
    for (query, variables, expected) in subscriptions() {
        for _ in 0..2 {
            let reader = ada.subscribe(&query, variables.clone()).await;
            readers.push((format!("{query} {variables}"), expected, reader));
        }
    }
    for round in ["1", "2", "3"] {
        send(&ada, "CHAT", &format!("C{round}"), json!({})).await;
        let key = if round == "1" { json!("mine") } else { Value::Null };
        let more = json!({ "i": key, "m": { "topic": "budget" } });
        send(&ada, "QUESTION", &format!("Q{round}"), more).await;
        send(&host, "ANNOUNCEMENT", &format!("A{round}"), json!({})).await;
    }
    for (label, kinds, reader) in &mut readers {
        let rounds = if label.contains("mine") { 1 } else { 3 };
        for round in 1..=rounds {
            for kind in kinds.chars() {
                let heard = reader.next().await;
                assert_eq!(heard["content"], format!("{kind}{round}"), "{label}");
            }
        }
        reader.say(json!({ "type": "ping" })).await;
        assert_eq!(reader.message().await["type"], "pong", "{label}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn replies_changes_and_deletions_have_filters_too() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let (first, second) = (host.send("hall", "one").await, host.send("hall", "two").await);
    let to_second = json!({ "m": second["id"], "f": filter("parentId", "eq", &second["id"]) });
    let about_second = json!({ "m": second["id"], "f": filter("id", "eq", &second["id"]) });
    let mut readers = Vec::new();
    for (variables, field) in [
        (&to_second, "onSendReply(roomId: \"hall\" messageId: $m) { parentId }"),
        (&to_second, "onSendReply(roomId: \"hall\" filter: $f) { parentId }"),
        (&about_second, "onChangeMessage(roomId: \"hall\" id: $m parentId: null) { id }"),
        (&about_second, "onChangeMessage(roomId: \"hall\" filter: $f) { id }"),
        (&about_second, "onDeleteMessage(roomId: \"hall\" id: $m kind: CHAT) { id }"),
        (&about_second, "onDeleteMessage(roomId: \"hall\" filter: $f) { id }"),
    ] {
        let declared =
            ["$m: ID", "$f: String"].map(|it| if field.contains(&it[..2]) { it } else { "" });
        let query = format!("subscription({}) {{ {field} }}", declared.concat());
        readers.push((field, ada.subscribe(&query, variables.clone()).await));
    }
    for message in [&first, &second] {
        host.reply(message, "because").await;
        for mutation in [
            "editMessage(input: { messageId: $m content: \"now\" })",
            "deleteMessage(input: { messageId: $m })",
        ] {
            let query = format!("mutation($m: ID!) {{ {mutation} {{ id }} }}");
            host.data(&query, json!({ "m": message["id"] })).await;
        }
    }
    for (field, reader) in &mut readers {
        let heard = reader.next().await;
        assert_eq!(heard.as_object().unwrap().values().next(), Some(&second["id"]), "{field}");
    }
}

/// What a filter looks at is what its subscriber is shown. Each lets the last message through, so it is known when to stop.
#[tokio::test(flavor = "multi_thread")]
async fn a_filter_finds_nothing_that_its_subscriber_may_not_see() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    let settings = json!({ "anonymousQuestions": true, "heldTerms": ["secret"] });
    host.create_room_with("hall", settings).await;
    let (ada, bob) = (cluster.client(0, "ada", &[]).await, cluster.client(0, "bob", &[]).await);
    let (rude, uid) = (host.send("hall", "rude").await, ada.id().await);
    let mut readers = Vec::new();
    for (name, field, operator, value) in [
        ("onSendMessage", "author.userId", "eq", uid.as_str()),
        ("onSendMessage", "author.displayName", "beginsWith", "a"),
        ("onSendMessage", "clientMessageId", "eq", "mine"),
        ("onSendMessage", "status", "ne", "PUBLISHED"),
        ("onSendMessage", "content", "contains", "secret"),
        ("onDeleteMessage", "content", "contains", "rude"),
    ] {
        let last = json!({ "clientMessageId": { "eq": "last" } });
        let filter = json!({ "or": [{ field: { operator: value } }, last] }).to_string();
        let query = format!(
            "subscription($f: String) {{ {name}(roomId: \"hall\" filter: $f) {{ clientMessageId }} }}"
        );
        for client in [&bob, &host] {
            let reader = client.subscribe(&query, json!({ "f": filter })).await;
            readers.push((filter.clone(), reader));
        }
    }
    send(&ada, "QUESTION", "Why?", json!({ "a": true, "i": "mine" })).await;
    send(&ada, "CHAT", "a secret", json!({})).await;
    let last = send(&host, "CHAT", "the end", json!({ "i": "last" })).await;
    let delete = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { id } }";
    for message in [rude, last] {
        host.data(delete, json!({ "m": message["id"] })).await;
    }
    for (filter, reader) in &mut readers {
        assert_eq!(reader.next().await["clientMessageId"], "last", "{filter}");
    }
}

/// Filters that are none, with what the refusal says.
fn refused() -> Vec<(String, &'static str)> {
    vec![
        ("filter: \"\"".into(), "EOF"),
        ("filter: \"[]\"".into(), "a JSON object"),
        (format!("filter: {:?}", filter("sender", "eq", &json!("ada"))), "`sender` is no field"),
        (format!("filter: {:?}", filter("kind", "is", &json!("CHAT"))), "`is` is no operator"),
        (format!("filter: {:?}", filter("seq", "eq", &json!("1"))), "compares with numbers"),
        (format!("filter: {:?}", filter("metadata.a.b.c.d.e", "eq", &json!(1))), "levels"),
        (format!("filter: {:?}", " ".repeat(9000)), "at most 8192"),
        (format!("kind: CHAT filter: {:?}", filter("seq", "gt", &json!(1))), "stands alone"),
        (format!("kind: null filter: {:?}", filter("seq", "gt", &json!(1))), "stands alone"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_filter_is_refused_before_anything_is_followed() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let mut realtime = Realtime::connect(&host).await;
    for (number, (arguments, because)) in refused().into_iter().enumerate() {
        let query =
            format!("subscription {{ onSendMessage(roomId: \"hall\" {arguments}) {{ id }} }}");
        let plain = host.subscribe(&query, Value::Null).await.message().await;
        assert_eq!(plain["type"], "error", "{arguments}: {plain}");
        let appsync = realtime.ask_to_start(&number.to_string(), &query, Value::Null).await;
        assert_eq!(appsync["type"], "error", "{arguments}: {appsync}");
        for error in [&plain["payload"][0], &appsync["payload"]["errors"][0]] {
            let extensions = &error["extensions"];
            assert_eq!(extensions["code"], "BAD_USER_INPUT", "{arguments}: {error}");
            assert_eq!(extensions["field"], "filter", "{arguments}: {error}");
            assert!(error["message"].as_str().unwrap().contains(because), "{arguments}: {error}");
        }
    }
}

/// Spellings of one filter, from clients of both protocols, are one group, which asks it once for each event.
#[tokio::test(flavor = "multi_thread")]
async fn equal_filters_share_a_group_and_others_do_not() {
    let cluster = Cluster::start(1).await;
    let (host, node) = (cluster.host(0).await, &cluster.nodes[0]);
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let query = |filter: &str| {
        format!(
            "subscription {{ onSendMessage(roomId: \"hall\" filter: {filter:?}) {{ content }} }}"
        )
    };
    let announced = filter("kind", "eq", &json!("ANNOUNCEMENT"));
    let spaced = "{ \"filterGroup\" : [ { \"filters\" : [ { \"value\" : \"ANNOUNCEMENT\" , \"operator\" : \"eq\" , \"fieldName\" : \"kind\" } ] } ] }";
    let object = "{\"kind\":{\"eq\":\"ANNOUNCEMENT\"}}";
    let mut realtime = Realtime::connect(&ada).await;
    realtime.start("a", &query(&announced)).await;
    let mut plain = [
        ada.subscribe(&query(spaced), Value::Null).await,
        ada.subscribe(&query(object), Value::Null).await,
    ];
    let groups = async || node.metric("plenary_groups").await;
    assert!((groups().await - 1.0).abs() < f64::EPSILON, "{}", groups().await);
    for content in ["one", "two", "three"] {
        host.send("hall", "chat").await;
        send(&host, "ANNOUNCEMENT", content, json!({})).await;
        let heard = realtime.hear().await;
        assert_eq!(heard["payload"]["data"]["onSendMessage"]["content"], content, "{heard}");
        for reader in &mut plain {
            assert_eq!(reader.next().await["content"], content);
        }
    }
    let other = query(&filter("kind", "ne", &json!("ANNOUNCEMENT")));
    let _other = ada.subscribe(&other, Value::Null).await;
    assert!((groups().await - 2.0).abs() < f64::EPSILON, "{}", groups().await);
}
