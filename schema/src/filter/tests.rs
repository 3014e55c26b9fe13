//! What filters say of messages, which of them are the same, and which are refused.

mod refusals;

use super::*;
use crate::{Author, DateTime, Json, MessageKind, MessageStatus, QuestionStatus, Role};

/// A question with everything that a filter may look at.
fn question() -> Message {
    let metadata = json!({
        "topic": "the budget", "page": 7, "share": 0.5, "live": true, "large": 9_007_199_254_740_993_u64,
        "tags": ["a", "b", 3], "deep": { "er": { "yet": { "x": 1 } } }, "objects": [{ "x": 1 }],
    });
    Message {
        room_id: "hall".parse().unwrap(),
        seq: 42,
        kind: MessageKind::Question,
        status: MessageStatus::Published,
        content: Some("Why not?".into()),
        author: Some(Author {
            user_id: "ada".parse().unwrap(),
            display_name: "Ada".into(),
            avatar_url: None,
            role: Role::Speaker,
        }),
        parent_id: None,
        created_at: DateTime::from_millis(1_772_366_400_100),
        edited_at: None,
        deleted_at: None,
        version: 1,
        client_message_id: Some("key".parse().unwrap()),
        replied_at: None,
        last_reply_at: None,
        reply_count: 2,
        question_status: Some(QuestionStatus::Open),
        answered_at: None,
        upvote_count: 5,
        reactions: Vec::new(),
        pinned_at: None,
        metadata: Some(Json::of(&metadata)),
        sender: None,
        count_version: 0,
    }
}

fn one(field: &str, operator: &str, value: &Value) -> String {
    let condition = json!({ "fieldName": field, "operator": operator, "value": value });
    json!({ "filterGroup": [{ "filters": [condition] }] }).to_string()
}

#[track_caller]
fn holds(filter: &str) -> bool {
    MessageFilter::parse(filter)
        .unwrap_or_else(|error| panic!("{filter}: {error}"))
        .matches(&question())
}

/// A field, an operator, values for which it holds, and values for which it does not.
fn table() -> Vec<(&'static str, &'static str, Vec<Value>, Vec<Value>)> {
    vec![
        ("kind", "eq", vec![json!("QUESTION")], vec![json!("CHAT"), json!("question")]),
        ("kind", "ne", vec![json!("CHAT")], vec![json!("QUESTION")]),
        ("seq", "eq", vec![json!(42), json!(42.0)], vec![json!(41), json!(42.5), json!(-42)]),
        ("seq", "lt", vec![json!(43), json!(42.1)], vec![json!(42)]),
        ("seq", "le", vec![json!(42), json!(42.0)], vec![json!(41.9)]),
        ("seq", "gt", vec![json!(41), json!(-1)], vec![json!(42)]),
        ("seq", "ge", vec![json!(42)], vec![json!(43)]),
        ("seq", "contains", vec![json!(42)], vec![json!(4)]),
        (
            "seq",
            "between",
            vec![json!([41, 43]), json!([42, 42]), json!([41.5, 42])],
            vec![json!([43, 41]), json!([1, 2])],
        ),
        ("upvoteCount", "in", vec![json!([4, 5])], vec![json!([4, 6])]),
        ("replyCount", "notIn", vec![json!([1, 3])], vec![json!([2])]),
        (
            "createdAt",
            "gt",
            vec![json!("2026-03-01T12:00:00.000Z")],
            vec![json!("2026-03-01T12:00:00.100Z")],
        ),
        ("content", "contains", vec![json!("not"), json!("")], vec![json!("NOT"), json!("who")]),
        ("content", "notContains", vec![json!("who")], vec![json!("Why")]),
        ("content", "beginsWith", vec![json!("Why")], vec![json!("not")]),
        ("content", "between", vec![json!(["Whx", "Whz"])], vec![json!(["A", "B"])]),
        ("author.userId", "in", vec![json!(["bob", "ada"])], vec![json!(["bob"])]),
        ("author.role", "eq", vec![json!("SPEAKER")], vec![json!("HOST")]),
        (
            "questionStatus",
            "containsAny",
            vec![json!(["OPEN", "ANSWERED"])],
            vec![json!(["ANSWERED"])],
        ),
        ("metadata.topic", "beginsWith", vec![json!("the ")], vec![json!("budget")]),
        ("metadata.page", "ge", vec![json!(7)], vec![json!(7.5), json!("7")]),
        ("metadata.share", "lt", vec![json!(1)], vec![json!(0.5)]),
        ("metadata.live", "eq", vec![json!(true)], vec![json!(false), json!("true"), json!(1)]),
        (
            "metadata.large",
            "eq",
            vec![json!(9_007_199_254_740_993_u64)],
            vec![json!(9_007_199_254_740_992_u64)],
        ),
        ("metadata.tags", "contains", vec![json!("a"), json!(3)], vec![json!("c"), json!("3")]),
        ("metadata.tags", "containsAny", vec![json!(["x", "b"])], vec![json!(["x", "y"])]),
        ("metadata.tags", "notContains", vec![json!("c")], vec![json!("b")]),
        ("metadata.deep.er.yet.x", "eq", vec![json!(1)], vec![json!(2)]),
    ]
}

#[test]
fn every_operator_compares_as_appsync_says() {
    for (field, operator, holding, failing) in table() {
        for value in holding {
            assert!(holds(&one(field, operator, &value)), "{field} {operator} {value}");
        }
        for value in failing {
            assert!(!holds(&one(field, operator, &value)), "{field} {operator} {value}");
        }
    }
}

#[test]
fn of_what_is_not_there_only_denials_hold() {
    for field in [
        "parentId",
        "editedAt",
        "author.avatarUrl",
        "metadata.no",
        "metadata.topic.no",
        "metadata.tags.0",
        "metadata.objects.x",
    ] {
        for (operator, value, expected) in [
            ("eq", json!("x"), false),
            ("ne", json!("x"), true),
            ("lt", json!("x"), false),
            ("ge", json!(""), false),
            ("contains", json!(""), false),
            ("notContains", json!("x"), true),
            ("beginsWith", json!(""), false),
            ("in", json!(["x"]), false),
            ("notIn", json!(["x"]), true),
            ("between", json!(["", "z"]), false),
            ("containsAny", json!(["x"]), false),
        ] {
            assert_eq!(holds(&one(field, operator, &value)), expected, "{field} {operator}");
        }
    }
}

/// The fields of a message that has neither author nor metadata are null, whoever sent it.
#[test]
fn who_has_no_name_is_not_found_by_it() {
    let sender = Some("ada".parse().unwrap());
    let nameless = Message { author: None, metadata: None, sender, ..question() };
    for field in ["author.userId", "author.displayName", "author.role", "metadata.topic"] {
        let filter = |operator| MessageFilter::parse(&one(field, operator, &json!("ada"))).unwrap();
        assert!(!filter("eq").matches(&nameless), "{field}");
        assert!(filter("ne").matches(&nameless), "{field}");
    }
}

#[test]
fn conditions_are_all_to_hold_and_alternatives_one() {
    let (yes, no) = (r#"{"kind":{"eq":"QUESTION"}}"#, r#"{"kind":{"eq":"CHAT"}}"#);
    for (filter, expected) in [
        (r#"{"kind":{"eq":"QUESTION"},"seq":{"ge":40,"lt":50}}"#.to_owned(), true),
        (r#"{"kind":{"eq":"QUESTION"},"seq":{"ge":40,"lt":42}}"#.to_owned(), false),
        (format!(r#"{{"or":[{no},{yes}]}}"#), true),
        (format!(r#"{{"or":[{no},{no}]}}"#), false),
        (format!(r#"{{"and":[{yes},{no}]}}"#), false),
        (format!(r#"{{"and":[{yes},{{"or":[{no},{yes}]}}]}}"#), true),
        (format!(r#"{{"seq":{{"gt":1}},"or":[{no},{yes}]}}"#), true),
        (format!(r#"{{"seq":{{"gt":99}},"or":[{no},{yes}]}}"#), false),
        (r#"{"filterGroup":[{"filters":[{"fieldName":"seq","operator":"eq","value":1},{"fieldName":"kind","operator":"eq","value":"QUESTION"}]}]}"#.to_owned(), false),
        (r#"{"filterGroup":[{"filters":[{"fieldName":"seq","operator":"eq","value":1}]},{"filters":[{"fieldName":"kind","operator":"eq","value":"QUESTION"}]}]}"#.to_owned(), true),
    ] {
        assert_eq!(holds(&filter), expected, "{filter}");
    }
}

#[test]
fn filters_that_say_the_same_have_one_spelling() {
    let spelling = |filter: &str| MessageFilter::parse(filter).unwrap().to_string();
    let plain = spelling(
        r#"{"filterGroup":[{"filters":[{"fieldName":"kind","operator":"in","value":["CHAT","QUESTION"]},{"fieldName":"seq","operator":"gt","value":1}]}]}"#,
    );
    for same in [
        "{ \"filterGroup\" : [ { \"filters\" : [\n{\"value\":[\"CHAT\",\"QUESTION\"],\"operator\":\"in\",\"fieldName\":\"kind\"},\t{\"fieldName\":\"seq\",\"operator\":\"gt\",\"value\":1}]}]}",
        r#"{"filterGroup":[{"filters":[{"fieldName":"seq","operator":"gt","value":1},{"fieldName":"kind","operator":"in","value":["QUESTION","CHAT","CHAT"]}]}]}"#,
        r#"{"kind":{"in":["CHAT","QUESTION"]},"seq":{"gt":1}}"#,
        r#"{"and":[{"seq":{"gt":1}},{"\u006bind":{"in":["CHAT","QUESTION"]}}]}"#,
        r#"{"or":[{"kind":{"in":["CHAT","QUESTION"]},"seq":{"gt":1}},{"seq":{"gt":1},"kind":{"in":["CHAT","QUESTION"]}}]}"#,
    ] {
        assert_eq!(spelling(same), plain, "{same}");
    }
    let different = [
        r#"{"kind":{"in":["CHAT"]},"seq":{"gt":1}}"#,
        r#"{"kind":{"in":["CHAT","QUESTION"]},"seq":{"ge":1}}"#,
        r#"{"kind":{"in":["CHAT","QUESTION"]},"version":{"gt":1}}"#,
        r#"{"or":[{"kind":{"in":["CHAT","QUESTION"]}},{"seq":{"gt":1}}]}"#,
        r#"{"metadata.seq":{"gt":1}}"#,
        r#"{"metadata.seq":{"gt":"1"}}"#,
        r#"{"seq":{"between":[1,2]}}"#,
        r#"{"seq":{"between":[2,1]}}"#,
        r#"{"content":{"eq":"\"] or [\""}}"#,
    ];
    let mut spellings: Vec<_> = different.into_iter().map(spelling).collect();
    spellings.push(plain);
    spellings.sort();
    spellings.dedup();
    assert_eq!(spellings.len(), different.len() + 1);
}

#[test]
fn a_basic_filter_compares_what_is_given_and_null_is_a_value() {
    let everything = MessageFilter::everything;
    assert!(everything().is_everything() && everything().matches(&question()));
    let kind = |given| everything().with::<MessageKind>("kind", &given);
    let parent = |given| everything().with::<crate::MessageId>("parentId", &given);
    for (filter, expected) in [
        (kind(MaybeUndefined::Undefined), true),
        (kind(MaybeUndefined::Null), false),
        (kind(MaybeUndefined::Value(MessageKind::Question)), true),
        (kind(MaybeUndefined::Value(MessageKind::Chat)), false),
        (parent(MaybeUndefined::Null), true),
        (parent(MaybeUndefined::Value("hall.1".parse().unwrap())), false),
        (
            parent(MaybeUndefined::Null).with("kind", &MaybeUndefined::Value(MessageKind::Chat)),
            false,
        ),
    ] {
        assert_eq!(filter.matches(&question()), expected, "{filter}");
    }
    assert!(kind(MaybeUndefined::Undefined).is_everything());
    assert!(!kind(MaybeUndefined::Null).is_everything());
}
