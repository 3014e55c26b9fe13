//! What is no filter, and what is too much of one.

use super::{one, *};
use crate::ErrorCode;

#[track_caller]
fn refusal(filter: &str) -> String {
    let error = MessageFilter::parse(filter).expect_err(filter);
    assert_eq!(error.code(), ErrorCode::BadUserInput, "{filter}");
    error.to_string()
}

#[test]
fn what_makes_no_filter_is_refused_and_says_why() {
    for (field, operator, value, because) in [
        ("nothing", "eq", json!(1), "`nothing` is no field"),
        ("sender", "eq", json!("ada"), "`sender` is no field"),
        ("author", "eq", json!("ada"), "`author` is no field"),
        ("reactions", "contains", json!("a"), "`reactions` is no field"),
        ("metadata", "eq", json!("a"), "`metadata` is no field"),
        ("metadata.", "eq", json!("a"), "is no field"),
        ("metadata.a.b.c.d.e", "eq", json!(1), "more than 5 levels"),
        ("kind", "EQ", json!("CHAT"), "`EQ` is no operator"),
        ("kind", "eq", json!(1), "`eq` compares with strings"),
        ("kind", "eq", json!(null), "`eq` compares with strings"),
        ("seq", "eq", json!("1"), "`eq` compares with numbers"),
        ("seq", "beginsWith", json!(1), "`beginsWith` compares with a string"),
        ("seq", "in", json!(1), "a list of 1 to 5 values"),
        ("seq", "in", json!([]), "a list of 1 to 5 values"),
        ("seq", "notIn", json!([1, 2, 3, 4, 5, 6]), "a list of 1 to 5 values"),
        ("seq", "in", json!(["1"]), "`in` compares with numbers"),
        ("metadata.tags", "containsAny", json!((0..21).collect::<Vec<_>>()), "1 to 20 values"),
        ("metadata.a", "eq", json!({}), "a string, number or Boolean"),
        ("metadata.a", "lt", json!(true), "strings or numbers"),
        ("seq", "between", json!([1]), "a list of two values"),
        ("metadata.a", "between", json!([1, "2"]), "two numbers or two strings"),
        ("content", "eq", json!("x".repeat(257)), "at most 256 characters"),
    ] {
        let error = refusal(&one(field, operator, &value));
        assert!(error.starts_with("filter: ") && error.contains(because), "{error}");
    }
    let deep = "[".repeat(200);
    for (filter, because) in [
        ("", "EOF"),
        ("{", "EOF"),
        ("1", "a JSON object"),
        ("[]", "a JSON object"),
        ("{}", "has a condition"),
        (r#"{"filterGroup":[]}"#, "has a condition"),
        (r#"{"filterGroup":[{"filters":[]}]}"#, "has a condition"),
        (r#"{"filterGroup":[],"more":1}"#, "unknown field"),
        (
            r#"{"filterGroup":[{"filters":[{"fieldName":"seq","value":1}]}]}"#,
            "missing field `operator`",
        ),
        (r#"{"filterGroup":1}"#, "invalid type"),
        (r#"{"kind":"QUESTION"}"#, "`kind` has an object"),
        (r#"{"kind":{}}"#, "`kind` has an object"),
        (r#"{"or":{}}"#, "`or` has a list"),
        (r#"{"and":[1]}"#, "`and` has a list"),
        (r#"{"or":[{}]}"#, "has a condition"),
        (&deep, "recursion limit"),
        (&" ".repeat(MAX_BYTES + 1), "8193 bytes"),
    ] {
        let error = refusal(filter);
        assert!(error.contains(because), "{filter:.80}: {error}");
    }
}

#[test]
fn each_limit_is_reached_but_not_passed() {
    let alternatives = |count: usize| {
        json!({ "or": (0..count).map(|n| json!({ "seq": { "eq": n } })).collect::<Vec<_>>() })
            .to_string()
    };
    assert!(MessageFilter::parse(&alternatives(10)).is_ok());
    assert!(refusal(&alternatives(11)).contains("too many alternatives"));
    let fields = |count: usize| {
        json!(
            (0..count)
                .map(|n| (format!("metadata.{n}"), json!({ "eq": n })))
                .collect::<serde_json::Map<_, _>>()
        )
        .to_string()
    };
    assert!(MessageFilter::parse(&fields(5)).is_ok());
    assert!(refusal(&fields(6)).contains("too many fields"));
    let conditions = |count: usize| {
        let conditions: Vec<_> = (0..count)
            .map(|n| json!({ "fieldName": "seq", "operator": "ne", "value": n }))
            .collect();
        json!({ "filterGroup": [{ "filters": conditions }] }).to_string()
    };
    assert!(MessageFilter::parse(&conditions(50)).is_ok());
    assert!(refusal(&conditions(51)).contains("too many conditions"));
    // What multiplies is refused before it is large.
    let either = json!({ "or": [{ "seq": { "eq": 1 } }, { "seq": { "eq": 2 } }] });
    assert!(
        refusal(&json!({ "and": vec![either; 100] }).to_string()).contains("too many alternatives")
    );
}
