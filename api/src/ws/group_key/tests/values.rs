//! What the library makes of the arguments of operations with one key.

use crate::{
    operation::selected,
    ws::group_key::{GroupKey, Types},
};
use async_graphql::{
    EmptyMutation, Enum, InputObject, Object, Request, Schema, Subscription, Variables,
    parser::parse_query,
};
use futures_util::{Stream, StreamExt, stream};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

struct Query;
struct Subscriptions;

#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
enum Color {
    Red,
    Blue,
}

#[derive(InputObject, Debug)]
struct Point {
    x: Option<i32>,
    #[graphql(default = 1)]
    y: i32,
}

#[Object]
impl Query {
    async fn nothing(&self) -> bool {
        false
    }
}

#[Subscription]
impl Subscriptions {
    /// Says what it was given.
    async fn given(
        &self,
        #[graphql(default = 1)] n: Option<i32>,
        f: Option<f64>,
        c: Option<Color>,
        l: Option<Vec<Option<i32>>>,
        p: Option<Point>,
    ) -> impl Stream<Item = String> + use<> {
        let given = format!("{n:?} {f:?} {c:?} {l:?} {p:?}");
        stream::once(async { given })
    }
}

/// Arguments with their types, and values that are alike to some and not to others.
const ARGUMENTS: [(&str, &str, &[&str]); 5] = [
    ("n", "Int", &["1", "2", "null"]),
    ("f", "Float", &["1", "1.0", "10e-1", "null"]),
    ("c", "Color", &["RED", "BLUE", "null"]),
    ("l", "[Int]", &["1", "[1]", "[1, null]", "[]", "null"]),
    ("p", "Point", &["{}", "{x: 1}", "{x: null}", "{y: 1}", "{x: 1, y: 1}", "{y: 1, x: 1}"]),
];

/// Writes one operation: each argument is absent, given, a variable, a variable's default, or a variable without a value.
fn operation(random: &mut fastrand::Rng) -> (String, Value) {
    let (mut definitions, mut arguments, mut variables) =
        (Vec::new(), Vec::new(), Map::<String, Value>::new());
    let mut places: Vec<_> = ARGUMENTS.iter().collect();
    random.shuffle(&mut places);
    for (name, kind, values) in places.into_iter().take(random.usize(1..3)) {
        let value = values[random.usize(..values.len())];
        match random.u8(..5) {
            0 => arguments.push(format!("{name}: {value}")),
            1 => {
                definitions.push(format!("${name}: {kind} = {value}"));
                arguments.push(format!("{name}: ${name}"));
            }
            2 => {
                definitions.push(format!("${name}: {kind}"));
                arguments.push(format!("{name}: ${name}"));
            }
            _ => {
                definitions.push(format!("${name}: {kind} = {}", values[0]));
                arguments.push(format!("{name}: ${name}"));
                variables.insert((*name).to_owned(), as_json(value));
            }
        }
    }
    let definitions = match definitions.is_empty() {
        true => String::new(),
        false => format!("({})", definitions.join(" ")),
    };
    let query = format!("subscription{definitions} {{ given({}) }}", arguments.join(" "));
    (query, Value::Object(variables))
}

/// A literal as a client would send it for a variable.
fn as_json(literal: &str) -> Value {
    match literal {
        "RED" | "BLUE" => json!(literal),
        "10e-1" => json!(1.0),
        object => {
            let quoted = object.replace("x:", "\"x\":").replace("y:", "\"y\":");
            serde_json::from_str(&quoted).unwrap_or_else(|_| panic!("{literal}"))
        }
    }
}

#[tokio::test]
async fn operations_with_one_key_are_given_the_same() {
    let schema = Schema::new(Query, EmptyMutation, Subscriptions);
    let types = Types::parse(&schema.sdl()).unwrap();
    let mut random = fastrand::Rng::with_seed(7);
    let (mut answers, mut shared) = (HashMap::new(), 0);
    for _ in 0..6_000 {
        let (query, variables) = operation(&mut random);
        let variables = Variables::from_json(variables);
        let request = Request::new(&query).variables(variables.clone());
        let response = schema.execute_stream(request).next().await.unwrap();
        if !response.errors.is_empty() {
            continue;
        }
        let response = serde_json::to_string(&response).unwrap();
        let document = parse_query(&query).unwrap();
        let operation = selected(&document, None).unwrap();
        let Some(key) = GroupKey::of(&document, operation, &variables, &types) else { continue };
        let (first, expected) =
            answers.entry(key).or_insert_with(|| (query.clone(), response.clone()));
        assert_eq!(expected, &response, "{first} and {query} {variables} have one key");
        shared += usize::from(*first != query);
    }
    assert!(shared > 1_000, "{shared} operations had the key of another");
    assert!(answers.len() > 100, "there were {} keys", answers.len());
}
