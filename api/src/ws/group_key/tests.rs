//! Pairs of operations that are the same, and pairs that are not.

mod arguments;
mod responses;
mod values;

use super::*;
use crate::operation::selected;
use async_graphql::parser::parse_query;
use serde_json::{Value, json};

#[track_caller]
fn key_of(query: &str, variables: Value) -> Option<GroupKey> {
    let types = Types::parse(&resolvers::sdl()).unwrap();
    let document = parse_query(query).unwrap();
    let operation = selected(&document, None).unwrap();
    GroupKey::of(&document, operation, &Variables::from_json(variables), &types)
}

#[track_caller]
fn key(query: &str) -> GroupKey {
    key_of(query, Value::Null).unwrap_or_else(|| panic!("{query} has no key"))
}

#[track_caller]
fn same(one: &str, other: &str) {
    assert_eq!(key(one), key(other));
}

#[track_caller]
fn different(one: &str, other: &str) {
    assert_ne!(key(one), key(other));
}

/// A subscription to room a.
fn to_room_a(selections: &str) -> String {
    format!("subscription {{ roomEvents(roomId: \"a\") {{ {selections} }} }}")
}

#[test]
fn names_and_white_space_do_not_matter() {
    let plain = to_room_a("cursor events { seq at }");
    for spelling in [
        "subscription Named { roomEvents(roomId: \"a\") { cursor events { seq at } } }",
        "subscription{roomEvents(roomId:\"a\"){cursor,events{seq,at,},}}",
        "# A comment\nsubscription {\n\troomEvents(roomId: \"\"\"a\"\"\") { cursor # why\n events { seq at } } }",
        "subscription { roomEvents: roomEvents(roomId: \"\\u0061\") { cursor: cursor events { seq at } } }",
    ] {
        same(&plain, spelling);
    }
}

#[test]
fn fragments_do_not_matter() {
    let plain = to_room_a("cursor events { seq at ... on MessageSent { message { id content } } }");
    for spelling in [
        to_room_a("... { cursor events { seq at ... on MessageSent { message { id content } } } }"),
        to_room_a(
            "... on RoomEventBatch { cursor } events { ... on RoomEvent { seq at } ... on MessageSent { message { id ... on Message { content } } } }",
        ),
        to_room_a(
            "events { ... { seq } at ... on MessageSent { ... on RoomEvent { ... on MessageSent { message { id content } } } } }",
        )
        .replacen("events", "cursor events", 1),
        to_room_a(
            "cursor events { seq at ... on MessageSent { message { id } } ... on MessageSent { message { content } } }",
        ),
        to_room_a("...B")
            + "fragment B on RoomEventBatch { cursor events { ...E ...S } }
               fragment S on MessageSent { ...T }
               fragment T on MessageSent { message { ...M } }
               fragment M on Message { id content }
               fragment E on RoomEvent { seq at }",
    ] {
        same(&plain, &spelling);
    }
}

#[test]
fn what_is_selected_again_is_merged_where_it_was_first() {
    for (merged, repeated) in [
        ("cursor roomId", "cursor roomId cursor"),
        ("__typename cursor", "__typename cursor __typename"),
        ("events { seq at } cursor", "events { seq } cursor events { at }"),
        ("events { seq at }", "events { seq } ... on RoomEventBatch { events { seq at } }"),
        (
            "events { ... on RoomChanged { room { id settings { chatEnabled retentionDays } } } }",
            "events { ... on RoomChanged { room { id settings { chatEnabled } } room { settings { retentionDays } } } }",
        ),
        (
            "events { ... on MessageSent { at } }",
            "events { ... on MessageSent { at } } events { ... on MessageSent { at } }",
        ),
        (
            "events { seq ... on MessageSent { at } }",
            "events { seq ... on MessageSent { at } seq }",
        ),
    ] {
        same(&to_room_a(merged), &to_room_a(repeated));
    }
}

/// The library gives null for an item of which nothing is selected, and merges nothing with that.
#[test]
fn what_the_library_would_not_merge_is_not_merged() {
    for (merged, repeated) in [
        (
            "events { ... on MessageSent { at } seq }",
            "events { ... on MessageSent { at } } events { seq }",
        ),
        (
            "events { x { a c } ... on MessageSent { x { b } } }",
            "events { x { a } ... on MessageSent { x { b } } x { c } }",
        ),
        ("events { seq }", "events { at @skip(if: true) } events { seq }"),
        (
            "events { seq ... on MessageSent { message { id content } } }",
            "events { seq ... on MessageSent { message { id } } }
             events { seq ... on MessageSent { message { id @skip(if: true) } message { content } } }",
        ),
    ] {
        different(&to_room_a(merged), &to_room_a(repeated));
    }
}

#[test]
fn the_response_differs_with_order_names_and_types() {
    for (one, other) in [
        ("cursor roomId", "roomId cursor"),
        ("cursor", "c: cursor"),
        ("a: cursor", "b: cursor"),
        ("a: cursor b: roomId", "b: cursor a: roomId"),
        ("cursor", "cursor roomId"),
        ("cursor", "cursor __typename"),
        ("events { seq at } cursor", "events { seq } cursor events { at seq: at }"),
        ("events { seq at }", "events { at seq }"),
        ("events { seq ... on MessageSent { at } }", "events { ... on MessageSent { at } seq }"),
        ("events { ... on MessageSent { at } }", "events { ... on MessageChanged { at } }"),
        ("events { ... on MessageSent { at } }", "events { at }"),
    ] {
        different(&to_room_a(one), &to_room_a(other));
    }
    different(
        "subscription { onSendMessage(roomId: \"a\") { id } }",
        "subscription { onSendReply(roomId: \"a\") { id } }",
    );
    different(
        "subscription { onSendMessage(roomId: \"a\") { id } }",
        "subscription { x: onSendMessage(roomId: \"a\") { id } }",
    );
}

#[test]
fn what_is_skipped_does_not_matter() {
    const QUERY: &str = "subscription($yes: Boolean!, $no: Boolean!) { roomEvents(roomId: \"a\") {
        cursor @skip(if: $no) roomId @include(if: $no) resume @include(if: $yes) @skip(if: true)
        ... @include(if: $yes) { events { seq } } ...F @skip(if: $yes)
    } } fragment F on RoomEventBatch { resume }";
    let key_with = |yes: bool, no: bool| key_of(QUERY, json!({ "yes": yes, "no": no })).unwrap();
    assert_eq!(key_with(true, false), key(&to_room_a("cursor events { seq }")));
    assert_eq!(key_with(false, true), key(&to_room_a("roomId resume")));
    assert_ne!(key_with(true, true), key_with(true, false));
}

#[test]
fn what_is_not_certain_has_no_key() {
    let laughs: String = (0..30)
        .map(|n| {
            format!("fragment F{n} on RoomEventBatch {{ ...F{next} ...F{next} }} ", next = n + 1)
        })
        .collect();
    let deep = "... { ".repeat(40) + "cursor" + &" }".repeat(40);
    let long = "x".repeat(70_000);
    for (query, variables) in [
        (to_room_a("cursor @lower"), json!({})),
        (to_room_a("...F @lower") + "fragment F on RoomEventBatch { cursor }", json!({})),
        (to_room_a("...F") + "fragment F on RoomEventBatch @lower { cursor }", json!({})),
        ("subscription @lower { roomEvents(roomId: \"a\") { cursor } }".into(), json!({})),
        ("subscription($a: Int @lower) { roomEvents(roomId: \"a\") { cursor } }".into(), json!({})),
        (to_room_a("...F"), json!({})),
        (to_room_a("...F") + "fragment F on RoomEventBatch { ...F }", json!({})),
        (to_room_a("...F0") + &laughs + "fragment F30 on RoomEventBatch { cursor }", json!({})),
        (to_room_a(&deep), json!({})),
        (to_room_a(&format!("{long}: cursor")), json!({})),
        ("subscription($a: ID!) { roomEvents(roomId: $a) { cursor } }".into(), json!({})),
        ("subscription($a: ID!) { roomEvents(roomId: $a) { cursor } }".into(), json!({ "a": long })),
        ("subscription { roomEvents(roomId: $a) { cursor } }".into(), json!({"a": "a"})),
        (to_room_a("cursor @skip"), json!({})),
        (to_room_a("cursor @skip(if: 1)"), json!({})),
        ("subscription { roomEvents(roomId: \"a\") @skip(if: true) { cursor } }".into(), json!({})),
        // The library does not see the default here: what the response is, is its own affair.
        (
            "subscription($a: Boolean = true) { roomEvents(roomId: \"a\") { cursor @include(if: $a) } }".into(),
            json!({}),
        ),
    ] {
        assert_eq!(key_of(&query, variables), None, "{query:.200}");
    }
}
