//! What the library answers to operations with one key.

use crate::{
    operation::selected,
    ws::group_key::{GroupKey, Types},
};
use async_graphql::{
    EmptyMutation, Interface, Object, Schema, SimpleObject, Subscription, SubscriptionType,
    Variables, parser::parse_query,
};
use futures_util::{Stream, StreamExt, stream};
use std::collections::HashMap;

struct Query;
struct Subscriptions;

#[derive(Interface)]
#[graphql(field(name = "s", ty = "&i32"), field(name = "p", ty = "&Part"))]
enum Item {
    One(One),
    Two(Two),
}

#[derive(SimpleObject)]
struct One {
    s: i32,
    p: Part,
}

#[derive(SimpleObject)]
struct Two {
    s: i32,
    p: Part,
    q: Option<Part>,
}

#[derive(SimpleObject, Default)]
struct Part {
    x: i32,
    y: i32,
    z: i32,
}

#[Object]
impl Query {
    async fn nothing(&self) -> bool {
        false
    }
}

#[Subscription]
impl Subscriptions {
    async fn i(&self) -> impl Stream<Item = Vec<Item>> + use<> {
        let one = Item::One(One { s: 1, p: Part::default() });
        let two = |q| Item::Two(Two { s: 2, p: Part::default(), q });
        let items = vec![one, two(None), two(Some(Part::default()))];
        stream::once(async { items })
    }
}

/// An object of its own kind, some levels deep.
#[derive(SimpleObject, Default, Clone)]
struct Nest {
    x: i32,
    y: i32,
    one: Option<Box<Nest>>,
    many: Vec<Nest>,
}

struct Nests;

#[Subscription]
impl Nests {
    async fn i(&self) -> impl Stream<Item = Nest> + use<> {
        let around = |nest: Nest| Nest {
            one: Some(Box::new(nest.clone())),
            many: vec![nest],
            ..Nest::default()
        };
        stream::once(async move { around(around(around(Nest::default()))) })
    }
}

/// Writes operations, the same in each run.
struct Author(u64);

impl Author {
    /// One of several, by Knuth's linear congruential generator.
    fn choose<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        choices[(self.0 >> 33) as usize % choices.len()]
    }

    fn fields(&mut self, choices: &[&str], level: usize) -> String {
        let mut text = String::new();
        for _ in 0..self.choose(&["1", "12", "123"]).len() {
            let choice = self.choose(choices);
            let skipped = self.choose(&["", "", "", "", "@skip(if: true)"]);
            let inner = match choice {
                _ if level > 3 => "{ s }".to_owned(),
                "p" | "q" => self.fields(&["x", "y", "z"], level + 1),
                "...on One" => self.fields(&["s", "p", "...on Item", "..."], level + 1),
                "...on Two" => self.fields(&["s", "p", "q", "...on Item"], level + 1),
                "...on Item" | "..." => self.fields(&["s", "p", "...on Two"], level + 1),
                _ => String::new(),
            };
            text += &format!("{choice} {skipped} {inner} ");
        }
        format!("{{ {text}}}")
    }

    fn nests(&mut self, level: usize) -> String {
        let mut text = String::new();
        for _ in 0..self.choose(&["1", "12", "123"]).len() {
            let choice = self.choose(&["x", "y", "one", "one", "one", "many"]);
            let skipped = self.choose(&["", "", "@skip(if: true)"]);
            let inner = match choice {
                "one" | "many" if level < 2 => self.nests(level + 1),
                "one" | "many" => "{ x }".to_owned(),
                _ => String::new(),
            };
            text += &format!("{choice} {skipped} {inner} ");
        }
        format!("{{ {text}}}")
    }
}

#[tokio::test]
async fn operations_with_one_key_have_one_response() {
    let items = ["s", "p", "...on One", "...on Two", "...on Item"];
    share(Subscriptions, 6_000, |author| author.fields(&items, 0)).await;
}

#[tokio::test]
async fn operations_with_one_key_have_one_response_however_deep_they_are() {
    share(Nests, 8_000, |author| author.nests(0)).await;
}

/// Executes what an author writes, and compares the responses to what has one key.
async fn share<S: SubscriptionType + 'static>(
    subscriptions: S,
    count: usize,
    write: impl Fn(&mut Author) -> String,
) {
    let schema = Schema::new(Query, EmptyMutation, subscriptions);
    let types = Types::parse(&schema.sdl()).unwrap();
    let (mut author, mut answers, mut shared) = (Author(7), HashMap::new(), 0);
    for _ in 0..count {
        let query = format!("subscription {{ i {} }}", write(&mut author));
        let response = schema.execute_stream(&*query).next().await.unwrap();
        if !response.errors.is_empty() {
            continue;
        }
        let response = serde_json::to_string(&response).unwrap();
        let document = parse_query(&query).unwrap();
        let operation = selected(&document, None).unwrap();
        let key = GroupKey::of(&document, operation, &Variables::default(), &types).unwrap();
        if let Some((first, expected)) = answers.get(&key) {
            assert_eq!(expected, &response, "{first} and {query} have the key {key:?}");
            shared += usize::from(first != &query);
        } else {
            answers.insert(key, (query, response));
        }
    }
    assert!(shared > 500, "{shared} operations had the key of another");
    assert!(answers.len() > 500, "there were {} keys", answers.len());
}
