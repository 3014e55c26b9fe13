//! What clients were promised is still offered: `contract.graphql` beside the SDL of the code, `schema.graphql`.

use async_graphql::{
    Value,
    parser::{
        parse_schema,
        types::{
            ConstDirective, FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind,
            TypeSystemDefinition,
        },
    },
};
use std::collections::BTreeMap;

/// Everything that an SDL says, one line each: what it is about, and what it says of it.
type Api = BTreeMap<String, String>;

#[test]
fn the_api_offers_everything_that_was_promised_as_it_was_promised() {
    let (promised, offered) =
        (include_str!("../contract.graphql"), include_str!("../schema.graphql"));
    let differences = differences(&read(promised), &read(offered));
    let count = differences.len();
    assert!(differences.is_empty(), "{count} differences:\n{}", differences.join("\n"));
}

/// One line for each promise that is not kept, and for each new demand on clients that keep to the contract.
fn differences(promised: &Api, offered: &Api) -> Vec<String> {
    let broken = promised.iter().filter_map(|(what, promise)| match offered.get(what) {
        // A directive that nothing promised has may be declared or not.
        None if what.starts_with('@') && !is_used(what, promised) => None,
        None => Some(format!("missing: {what}: {promise}")),
        Some(offer) => (offer != promise).then(|| format!("{what}: {offer} instead of {promise}")),
    });
    let is_new_demand = |what: &&String| {
        let of = what.split_once(['(', '.']).map(|(of, _)| of).unwrap_or_default();
        let owner = what.split_once('(').map_or(of, |(field, _)| field);
        let takes = what.contains('(') || promised.get(of).is_some_and(|kind| kind == "input");
        takes && promised.contains_key(owner) && !promised.contains_key(*what)
    };
    let is_required = |value: &&String| value.ends_with('!');
    let demands = offered.iter().filter(|(what, value)| is_new_demand(what) && is_required(value));
    broken
        .chain(demands.map(|(what, value)| format!("new and required: {what}: {value}")))
        .collect()
}

fn is_used(directive: &str, api: &Api) -> bool {
    api.keys().any(|what| what.ends_with(&format!(" {directive}")))
}

fn read(sdl: &str) -> Api {
    let mut api = Api::new();
    for definition in parse_schema(sdl).expect("an SDL").definitions {
        match definition {
            TypeSystemDefinition::Type(of) => read_type(&mut api, &of.node),
            TypeSystemDefinition::Directive(of) => {
                let places = of.node.locations.iter().map(|place| format!("{:?}", place.node));
                let takes = of.node.arguments.iter().map(|argument| {
                    format!("{}: {}", argument.node.name.node, takes(&argument.node))
                });
                let says = format!("({}) on {}", sorted(takes), sorted(places));
                api.insert(format!("@{}", of.node.name.node), says);
            }
            TypeSystemDefinition::Schema(_) => {}
        }
    }
    api
}

fn read_type(api: &mut Api, of: &TypeDefinition) {
    let name = &of.name.node;
    let mut has = |what: String, says: &str| api.insert(what, says.to_owned());
    match &of.kind {
        TypeKind::Scalar => drop(has(name.to_string(), "scalar")),
        TypeKind::Enum(kind) => {
            has(name.to_string(), "enum");
            for value in &kind.values {
                has(format!("{name}.{}", value.node.value.node), "value");
            }
        }
        TypeKind::Union(kind) => {
            has(name.to_string(), "union");
            for member in &kind.members {
                has(format!("{name} | {}", member.node), "member");
            }
        }
        TypeKind::InputObject(kind) => {
            has(name.to_string(), "input");
            for field in &kind.fields {
                has(format!("{name}.{}", field.node.name.node), &takes(&field.node));
            }
        }
        TypeKind::Object(kind) => {
            has(name.to_string(), "type");
            for interface in &kind.implements {
                has(format!("{name} implements {}", interface.node), "interface");
            }
            kind.fields.iter().for_each(|field| read_field(api, name, &field.node));
        }
        TypeKind::Interface(kind) => {
            has(name.to_string(), "interface");
            kind.fields.iter().for_each(|field| read_field(api, name, &field.node));
        }
    }
}

fn read_field(api: &mut Api, of: &str, field: &FieldDefinition) {
    let what = format!("{of}.{}", field.name.node);
    for argument in &field.arguments {
        api.insert(format!("{what}({})", argument.node.name.node), takes(&argument.node));
    }
    for directive in &field.directives {
        let says = applied(&directive.node);
        api.insert(format!("{what} @{}", directive.node.name.node), says);
    }
    api.insert(what, field.ty.node.to_string());
}

/// The type of an argument or input field, and what it is when it is left out.
fn takes(input: &InputValueDefinition) -> String {
    let default = input.default_value.as_ref();
    let default = default.map(|value| format!(" = {}", value.node)).unwrap_or_default();
    format!("{}{default}", input.ty.node)
}

/// A directive's arguments; the order of a list says nothing.
fn applied(directive: &ConstDirective) -> String {
    let arguments = directive.arguments.iter().map(|(name, value)| {
        let value = match &value.node {
            Value::List(items) => sorted(items.iter().map(ToString::to_string)),
            value => value.to_string(),
        };
        format!("{}: {value}", name.node)
    });
    sorted(arguments)
}

fn sorted(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<String> = items.collect();
    items.sort();
    items.join(", ")
}

#[test]
fn every_kind_of_broken_promise_is_named_and_offering_more_is_none() {
    let promised = "
        directive @tells(of: [String!]!) on FIELD_DEFINITION
        directive @unused on OBJECT
        enum E { A B }  union U = A | B  scalar S
        interface I { n: Int! }
        type A implements I { n: Int! f(x: Int, y: E = A): [String!]! @tells(of: [\"a\", \"b\"]) }
        type B { s: S }
        input In { a: Int b: String = \"b\" }";
    let more = "
        directive @tells(of: [String!]!) on FIELD_DEFINITION
        enum E { C B A }  union U = B | A | C  scalar S
        interface I { n: Int! }
        type A implements I { n: Int! f(y: E = A, x: Int, z: Int, w: Int! = 1): [String!]! @tells(of: [\"b\", \"a\"]) g(n: Int!): Int }
        type B { s: S }  type C { n: Int }
        input In { b: String = \"b\" a: Int c: Int }  input New { n: Int! }";
    assert_eq!(differences(&read(promised), &read(more)), Vec::<String>::new());

    let less = "
        directive @tells(of: [String!]!) on FIELD_DEFINITION
        enum E { A }  union U = A  type S { n: Int }
        type A { n: Int f(x: Int!, y: E, z: Int!): [String]! @tells(of: [\"a\"]) }
        input In { a: Int = 1 c: Int! }";
    let expected = [
        "missing: A implements I: interface",
        "A.f: [String]! instead of [String!]!",
        "A.f @tells: of: \"a\" instead of of: \"a\", \"b\"",
        "A.f(x): Int! instead of Int",
        "A.f(y): E instead of E = A",
        "A.n: Int instead of Int!",
        "missing: B: type",
        "missing: B.s: S",
        "missing: E.B: value",
        "missing: I: interface",
        "missing: I.n: Int!",
        "In.a: Int = 1 instead of Int",
        "missing: In.b: String = \"b\"",
        "S: type instead of scalar",
        "missing: U | B: member",
        "new and required: A.f(z): Int!",
        "new and required: In.c: Int!",
    ];
    assert_eq!(differences(&read(promised), &read(less)), expected);
}
