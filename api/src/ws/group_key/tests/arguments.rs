//! What subscribers ask of a field.

use super::{different, key, key_of, same};
use serde_json::{Value, json};
use std::collections::HashSet;

#[test]
fn arguments_count_by_their_values() {
    const REPLIES: &str = "subscription($a: ID, $b: ID = \"m\") { onSendReply";
    let with = |arguments: &str, variables: Value| {
        key_of(&format!("{REPLIES}({arguments}) {{ id }} }}"), variables).unwrap()
    };
    let to_m = with("roomId: \"a\" messageId: \"m\"", json!({}));
    for (arguments, variables) in [
        ("messageId: \"m\" roomId: \"a\"", json!({})),
        ("roomId: $a messageId: $b", json!({"a": "a"})),
        ("roomId: $a messageId: $b", json!({"a": "a", "b": "m", "unused": [1]})),
        ("roomId: \"a\" messageId: $a", json!({"a": "m"})),
    ] {
        assert_eq!(to_m, with(arguments, variables.clone()), "{arguments} {variables}");
    }
    for (arguments, variables) in [
        ("roomId: \"a\"", json!({})),
        ("roomId: \"b\" messageId: \"m\"", json!({})),
        ("roomId: \"a\" messageId: \"n\"", json!({})),
        ("roomId: \"a\" messageId: $b", json!({"b": "n"})),
        ("roomId: \"m\" messageId: \"a\"", json!({})),
    ] {
        assert_ne!(to_m, with(arguments, variables.clone()), "{arguments} {variables}");
    }
}

/// At the root null is a value, as in AppSync's filters; anywhere else it is as if the argument were not there.
#[test]
fn null_is_not_what_is_left_out() {
    let with = |arguments: &str, variables: Value| {
        let head = "subscription($a: MessageKind, $b: MessageKind = null, $c: MessageKind = CHAT)";
        let root = format!("onSendMessage(roomId: \"a\" {arguments}) {{ id }}");
        key_of(&format!("{head} {{ {root} }}"), variables).unwrap()
    };
    let (all, none) = (with("", json!({})), with("kind: null", json!({})));
    assert_ne!(all, none);
    assert_eq!(all, with("kind: $a", json!({})));
    for (arguments, variables) in [
        ("kind: $a", json!({"a": null})),
        ("kind: $b", json!({})),
        ("kind: $c", json!({"c": null})),
    ] {
        assert_eq!(none, with(arguments, variables.clone()), "{arguments} {variables}");
    }
    let chat = with("kind: CHAT", json!({}));
    assert_eq!(chat, with("kind: $c", json!({})));
    assert!(chat != all && chat != none);
    let replies = |arguments: &str| {
        format!(
            "subscription {{ onSendMessage(roomId: \"a\") {{ replies{arguments} {{ nodes {{ id }} }} }} }}"
        )
    };
    same(&replies(""), &replies("(first: null)"));
}

#[test]
fn a_filter_counts_by_what_it_says() {
    let with = |filter: &str| {
        let query = "subscription($f: String) { onSendMessage(roomId: \"a\" filter: $f) { id } }";
        key_of(query, json!({ "f": filter }))
    };
    let questions = r#"{"filterGroup":[{"filters":[{"fieldName":"kind","operator":"eq","value":"QUESTION"}]}]}"#;
    let key = with(questions).unwrap();
    for filter in [
        r#"{ "filterGroup": [ { "filters": [ { "value": "QUESTION", "operator": "eq", "fieldName": "kind" } ] } ] }"#,
        r#"{"kind":{"eq":"QUESTION"}}"#,
    ] {
        assert_eq!(with(filter).unwrap(), key, "{filter}");
    }
    for filter in [r#"{"kind":{"ne":"QUESTION"}}"#, r#"{"kind":{"eq":"CHAT"}}"#] {
        assert_ne!(with(filter).unwrap(), key, "{filter}");
    }
    let literal = questions.replace('"', "\\\"");
    let literal =
        format!("subscription {{ onSendMessage(roomId: \"a\" filter: \"{literal}\") {{ id }} }}");
    assert_eq!(key_of(&literal, json!({})).unwrap(), key);
    // What is refused is shared with nobody.
    for filter in ["", "{}", r#"{"kind":{"eq":1}}"#] {
        assert_eq!(with(filter), None, "{filter}");
    }
}

#[test]
fn values_that_differ_are_spelled_differently() {
    let values = [
        "1",
        "\"1\"",
        "A",
        "\"A\"",
        "1.5",
        "true",
        "\"true\"",
        "\"null\"",
        "[1]",
        "[[1]]",
        "[1, 2]",
        "[12]",
        "[]",
        "{}",
        "{a: 1}",
        "{a: 1, b: 2}",
        "{a: 1, b: 3}",
        "{a: {b: 1}}",
        "\"\"",
        "\"\\\"\"",
        "\"1)(b:2\"",
        "null",
    ];
    let keys: HashSet<_> = values
        .iter()
        .map(|value| key(&format!("subscription {{ x(a: {value}) {{ id }} }}")))
        .collect();
    assert_eq!(keys.len(), values.len());
    same("subscription { x(a: {b: 1, c: [2]}) }", "subscription { x(a: {c: [2] b: 1}) }");
    same("subscription { x(a: 1, b: \"2\") }", "subscription { x(b: \"2\" a: 1) }");
}

#[test]
fn where_a_subscriber_begins_does_not_matter() {
    let plain = key("subscription { roomEvents(roomId: \"a\") { cursor } }");
    for (query, variables) in [
        ("subscription { roomEvents(after: \"1\" roomId: \"a\") { cursor } }", json!({})),
        ("subscription($c: String) { roomEvents(roomId: \"a\", after: $c) { cursor } }", json!({})),
        (
            "subscription($c: String!) { roomEvents(roomId: \"a\", after: $c) { cursor } }",
            json!({"c": "7"}),
        ),
    ] {
        assert_eq!(plain, key_of(query, variables).unwrap(), "{query}");
    }
    // Further down it is an argument like any other.
    let replies = |after: &str| {
        format!(
            "subscription {{ onSendMessage(roomId: \"a\") {{ replies(after: \"{after}\") {{ nodes {{ id }} }} }} }}"
        )
    };
    different(&replies("1"), &replies("2"));
}

/// What is given once would be copied as often as it is named.
#[test]
fn a_value_counts_as_often_as_it_is_repeated() {
    let repeated = |count: usize, length: usize| {
        let list = "$a ".repeat(count);
        let query = format!("subscription($a: ID) {{ x(a: [{list}]) {{ id }} }}");
        key_of(&query, json!({ "a": "a".repeat(length) }))
    };
    assert!(repeated(100, 100).is_some());
    assert!(repeated(1_000, 100).is_none());
}
