use super::*;
use crate::operation::selected;
use async_graphql::parser::parse_query;
use serde_json::{Value, json};

const SCHEMA: &str = "
    type Subscription { roomEvents(roomId: ID!, after: String): Batch! on(f: F, x: Int): Message }
    type Batch { cursor: String! events: [Event!]! }
    interface Event { seq: Int! }
    type Sent implements Event { seq: Int! message: Message! }
    type Message implements Node { id: ID! content: String! room: Room! }
    interface Node { id: ID! }
    type Room { id: ID! name: String! }
    input F { a: Int b: [String] }";

fn key(query: &str, variables: &Value) -> Option<GroupKey> {
    let document = parse_query(query).unwrap();
    let name = (query.matches("subscription").count() > 1).then_some("A");
    let operation = selected(&document, name).unwrap();
    let variables = Variables::from_json(variables.clone());
    GroupKey::of(&document, operation, &variables, &Types::of(SCHEMA))
}

const HALL: &str = "subscription { roomEvents(roomId: \"hall\") { cursor events { seq } } }";

#[test]
fn however_it_is_spelled_it_is_the_same() {
    let message = "subscription { on { id content room { id name } } }";
    let event =
        "subscription { roomEvents(roomId: 1) { events { seq ... on Sent { message { id } } } } }";
    let filter = "subscription { on(f: { a: 1, b: [\"x\"] }, x: 2) { id } }";
    for (one, other, variables) in [
        (
            HALL,
            "subscription Named { roomEvents(roomId: \"hall\") { cursor events { seq } } }",
            json!({}),
        ),
        (HALL, "subscription{roomEvents(roomId:\"hall\"){cursor,events{seq}}} # why", json!({})),
        (
            HALL,
            "subscription { roomEvents(after: \"7\", roomId: \"hall\") { cursor events { seq } } }",
            json!({}),
        ),
        (
            HALL,
            "subscription($r: ID!, $a: String) { roomEvents(roomId: $r, after: $a) { cursor events { seq } } }",
            json!({ "r": "hall", "a": "9" }),
        ),
        (
            HALL,
            "subscription($r: ID! = \"hall\", $a: String) { roomEvents(roomId: $r, after: $a) { cursor events { seq } } }",
            json!({}),
        ),
        (
            HALL,
            "subscription A { roomEvents(roomId: \"hall\") { ...B } } fragment B on Batch { cursor events { seq } } subscription C { on { id } }",
            json!({}),
        ),
        (
            HALL,
            "subscription { roomEvents(roomId: \"hall\") { ... { cursor } ... on Batch { events { ... on Event { seq } } } } }",
            json!({}),
        ),
        (
            HALL,
            "subscription { roomEvents(roomId: \"hall\") { cursor cursor events { seq seq } cursor } }",
            json!({}),
        ),
        (
            HALL,
            "subscription { roomEvents(roomId: \"hall\") { cursor @include(if: true) events { seq } events @skip(if: true) { ...X } } } fragment X on Event { seq }",
            json!({}),
        ),
        (
            HALL,
            "subscription($no: Boolean!) { roomEvents(roomId: \"hall\") { cursor __typename @include(if: $no) events { seq } } }",
            json!({ "no": false }),
        ),
        (
            message,
            "subscription { on { ...A ...B } } fragment A on Message { id content room { id } } fragment B on Message { id room { ... on Room { name } } }",
            json!({}),
        ),
        (message, "subscription { on { ... on Node { id } content room { id name } } }", json!({})),
        (
            event,
            "subscription { roomEvents(roomId: 1) { events { ...E } } } fragment E on Event { seq ...S } fragment S on Sent { message { id } }",
            json!({}),
        ),
        (filter, "subscription { on(x: 2, f: { b: [\"x\"], a: 1 }) { id } }", json!({})),
        (
            filter,
            "subscription($f: F, $x: Int) { on(x: $x, f: $f) { id } }",
            json!({ "x": 2, "f": { "b": ["x"], "a": 1 } }),
        ),
        (
            filter,
            "subscription($b: [String]) { on(x: 2, f: { a: 1, b: $b }) { id } }",
            json!({ "b": ["x"] }),
        ),
        ("subscription { on { id } }", "subscription($x: Int) { on(x: $x) { id } }", json!({})),
    ] {
        let expected = key(one, &json!({})).unwrap();
        assert_eq!(key(other, &variables), Some(expected), "{other}");
    }
}

#[test]
fn what_is_answered_differently_differs() {
    let all = [
        HALL,
        "subscription { roomEvents(roomId: \"foyer\") { cursor events { seq } } }",
        "subscription { roomEvents(roomId: hall) { cursor events { seq } } }",
        "subscription { e: roomEvents(roomId: \"hall\") { cursor events { seq } } }",
        "subscription { roomEvents(roomId: \"hall\") { events { seq } cursor } }",
        "subscription { roomEvents(roomId: \"hall\") { cursor events { seq __typename } } }",
        "subscription { roomEvents(roomId: \"hall\") { c: cursor events { seq } } }",
        "subscription { roomEvents(roomId: \"hall\") { cursor events { seq ... on Sent { message { id } } } } }",
        "subscription { roomEvents(roomId: \"hall\") { cursor events { ... on Sent { message { id } } seq } } }",
        "subscription { roomEvents(roomId: \"hall\") { cursor events { ... on Other { message { id } } seq } } }",
        "subscription { on { room { id } content room { name } } }",
        "subscription { on { room { id } content } }",
        "subscription { on(x: 1) { id } }",
        "subscription { on(x: 2) { id } }",
        "subscription { on(x: \"1\") { id } }",
        "subscription { on(x: null) { id } }",
        "subscription { on { id } }",
        "subscription { on(f: { a: 1, b: [\"x\", \"y\"] }) { id } }",
        "subscription { on(f: { a: 1, b: [\"x,y\"] }) { id } }",
        "subscription { on(f: { a: 1, b: [\"x\\\",\\\"y\"] }) { id } }",
        "subscription { roomEvents(roomId: 1) { events { message { id } ... on Sent { message { x } } message { y } } } }",
        "subscription { roomEvents(roomId: 1) { events { message { id y } ... on Sent { message { x } } } } }",
    ];
    let keys: Vec<_> = all.iter().map(|query| key(query, &json!({})).expect(query)).collect();
    for (at, one) in keys.iter().enumerate() {
        let same = keys.iter().position(|other| other == one);
        assert_eq!(same, Some(at), "{}", all[at]);
    }
}

#[test]
fn what_cannot_be_told_is_not_shared() {
    let (mut doubling, mut last) = (String::new(), "x".to_owned());
    for level in 0..30 {
        doubling += &format!("fragment f{level} on Room {{ ...{last} ...{last} }} ");
        last = format!("f{level}");
    }
    let doubling = format!(
        "subscription {{ on {{ room {{ ...{last} }} }} }} {doubling} fragment x on Room {{ id }}"
    );
    let long =
        format!("subscription {{ on(f: {{ b: [\"{}\"] }}) {{ id }} }}", "x".repeat(MAX_BYTES));
    for query in [
        "subscription @live { on { id } }",
        "subscription { on @live { id } }",
        "subscription { on { id @include(if: $gone) } }",
        "subscription { on { id @include(if: 1) } }",
        "subscription { on { id @include } }",
        "subscription { on { ...Gone } }",
        "subscription { on(f: { a: $gone }) { id } }",
        doubling.as_str(),
        long.as_str(),
    ] {
        assert_eq!(key(query, &json!({})), None, "{query:.100}");
    }
}
