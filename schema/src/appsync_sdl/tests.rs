//! What AppSync is told, and what it would not understand.

use super::*;
use std::collections::BTreeSet;

#[test]
fn what_appsync_does_not_know_is_left_out_and_the_rest_is_in_its_words() {
    let ours = r#"
        "An instant." scalar DateTime
        scalar JSON
        directive @refuses(with: [String!]!) on FIELD_DEFINITION
        directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION
        """
        How it is.

        Or was.
        """
        enum State { "It is \"on\"," ON "off" OFF PAUSED }
        interface Thing { at: DateTime! }
        union Any = A | B
        type A implements Thing { "When." at: DateTime! many: [[JSON!]]! }
        type B {
          f("Which." state: State = ON, n: Int! = 1): Any @refuses(with: ["A"])
          needs(m: Int!): Int
          late: Int @notInSubscription(because: "it is")
        }
        input In { "Whether." on: Boolean = false json: JSON at: [DateTime] }
        type Query { b(m: Int!): B c: C }
        type C { late: Int @notInSubscription(because: "it is") }
        type Subscription { onB(state: State): B @refuses(with: []) @aws_subscribe(mutations: ["b", "c"]) }
        schema { query: Query subscription: Subscription }"#;
    let access = "@aws_cognito_user_pools @aws_api_key";
    let theirs = format!(
        "# How it is.
#
# Or was.
# ON: It is \"on\",
# OFF: off
enum State {{
  ON
  OFF
  PAUSED
}}

interface Thing {{
  at: AWSDateTime!
}}

union Any = A | B

type A implements Thing {access} {{
  # When.
  at: AWSDateTime!
  many: [[AWSJSON!]]!
}}

type B {access} {{
  f(state: State, n: Int): Any
}}

input In {{
  # Whether.
  on: Boolean
  json: AWSJSON
  at: [AWSDateTime]
}}

type Query {access} {{
  b(m: Int!): B
  c: C
}}

type C {access} {{
  late: Int
}}

type Subscription {access} {{
  onB(state: State): B @aws_subscribe(mutations: [\"b\", \"c\"])
}}

schema {{
  query: Query
  subscription: Subscription
}}
"
    );
    assert_eq!(appsync_sdl(ours).unwrap(), theirs);
}

/// Everything that is named, and has to be known to AppSync or be defined.
fn named(sdl: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut types, mut directives) = (BTreeSet::new(), BTreeSet::new());
    let mut see = |of: &Type| {
        let text = of.to_string();
        types.insert(text.trim_matches(['[', ']', '!']).to_owned());
    };
    for definition in parse_schema(sdl).unwrap().definitions {
        let TypeSystemDefinition::Type(of) = definition else { continue };
        directives.extend(of.node.directives.iter().map(|it| it.node.name.node.to_string()));
        let fields = match of.node.kind {
            TypeKind::Object(kind) => kind.fields,
            TypeKind::Interface(kind) => kind.fields,
            TypeKind::InputObject(kind) => {
                kind.fields.iter().for_each(|field| see(&field.node.ty.node));
                continue;
            }
            _ => continue,
        };
        for Positioned { node: field, .. } in fields {
            see(&field.ty.node);
            field.arguments.iter().for_each(|argument| see(&argument.node.ty.node));
            directives.extend(field.directives.iter().map(|it| it.node.name.node.to_string()));
        }
    }
    (types, directives)
}

#[test]
fn of_our_api_everything_is_there_and_nothing_that_appsync_does_not_know() {
    let ours = include_str!("../../schema.graphql");
    let theirs = appsync_sdl(ours).unwrap();
    let (types, directives) = named(&theirs);
    let defined: BTreeSet<_> = parse_schema(&theirs)
        .unwrap()
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(of) => Some(of.node.name.node.to_string()),
            TypeSystemDefinition::Schema(_) => None,
            TypeSystemDefinition::Directive(of) => panic!("@{} is defined", of.node.name.node),
        })
        .collect();
    let known = ["AWSDateTime", "AWSJSON", "Boolean", "Float", "ID", "Int", "String"];
    for name in &types {
        assert!(known.contains(&name.as_str()) != defined.contains(name), "{name}");
    }
    let expected = ["aws_api_key", "aws_cognito_user_pools", "aws_subscribe"];
    assert!(directives.iter().eq(expected), "{directives:?}");
    assert!(!theirs.contains("\"\"\"") && !theirs.contains(" = {"), "{theirs}");

    // Nothing gives it any longer.
    let gone = "ViewerMessageState".to_owned();
    let (mut renamed, _) = named(ours);
    for (ours, theirs) in SCALARS {
        assert!(renamed.remove(ours) && renamed.insert(theirs.to_owned()));
    }
    assert!(renamed.remove(&gone) && !types.contains(&gone));
    assert_eq!(types, renamed);
    for omitted in ["messageStates(", "replies("] {
        assert!(ours.contains(omitted) && !theirs.contains(omitted), "{omitted}");
    }
}
