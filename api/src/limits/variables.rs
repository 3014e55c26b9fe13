//! What the variables of a document weigh.
//!
//! The library copies a variable's value to every place where it is named, and those of one argument are there at the same time.
//! So a document that is small may name what is large a thousand times.

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{Directive, ExecutableDocument, Selection, SelectionSet},
};
use schema::Error;
use std::{collections::HashMap, convert::Infallible};

/// How much may be copied again, after each variable was named once: whoever needs that is not asking for a room.
const MAX_COPIED_BYTES: usize = 2 << 20;

/// How much memory a value takes, roughly.
pub fn weight(value: &Value) -> usize {
    let within = match value {
        Value::Null | Value::Number(_) | Value::Boolean(_) => 0,
        Value::String(text) => text.len(),
        Value::Enum(name) => name.len(),
        Value::Binary(bytes) => bytes.len(),
        Value::List(items) => items.iter().map(weight).sum(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| size_of_val(name) + name.len() + weight(member))
            .sum(),
    };
    size_of::<Value>() + within
}

/// Refuses a document that names its variables so often that their copies would weigh too much.
pub(super) fn check(document: &ExecutableDocument, variables: &Variables) -> Result<(), Error> {
    let mut scales = Scales { variables: weighed(document, variables), copied: 0 };
    for fragment in document.fragments.values() {
        scales.directives(&fragment.node.directives);
        scales.selection_set(&fragment.node.selection_set.node);
    }
    for (_, operation) in document.operations.iter() {
        scales.directives(&operation.node.directives);
        scales.selection_set(&operation.node.selection_set.node);
    }
    match scales.copied {
        copied if copied > MAX_COPIED_BYTES => Err(Error::QueryTooComplex(format!(
            "the copies of its variables take {copied} bytes, at most {MAX_COPIED_BYTES}"
        ))),
        _ => Ok(()),
    }
}

/// What is known of a variable.
#[derive(Default)]
struct Weighed {
    /// Given, or by default.
    bytes: usize,
    is_named: bool,
}

fn weighed<'a>(
    document: &'a ExecutableDocument,
    given: &'a Variables,
) -> HashMap<&'a str, Weighed> {
    let mut variables: HashMap<&str, Weighed> = HashMap::new();
    let defined = document.operations.iter().flat_map(|(_, it)| &it.node.variable_definitions);
    let defaults = defined.filter_map(|definition| {
        Some((&definition.node.name.node, definition.node.default_value()?))
    });
    for (name, value) in given.iter().chain(defaults) {
        let variable = variables.entry(name.as_str()).or_default();
        variable.bytes = weight(value).max(variable.bytes);
    }
    variables
}

struct Scales<'a> {
    variables: HashMap<&'a str, Weighed>,
    copied: usize,
}

impl Scales<'_> {
    fn selection_set(&mut self, set: &SelectionSet) {
        for Positioned { node: selection, .. } in &set.items {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    for (_, value) in &field.node.arguments {
                        let _ = value.node.clone().into_const_with(|name| self.copy(&name));
                    }
                    self.selection_set(&field.node.selection_set.node);
                }
                Selection::InlineFragment(inline) => {
                    self.selection_set(&inline.node.selection_set.node);
                }
                // It is weighed once, as it is checked once.
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) {
        for (_, value) in directives.iter().flat_map(|directive| &directive.node.arguments) {
            let _ = value.node.clone().into_const_with(|name| self.copy(&name));
        }
    }

    /// Weighs what stands where a variable is named, and puts nothing there.
    fn copy(&mut self, name: &Name) -> Result<Value, Infallible> {
        if let Some(variable) = self.variables.get_mut(name.as_str()) {
            let again = if variable.is_named { variable.bytes } else { 0 };
            self.copied = self.copied.saturating_add(again);
            variable.is_named = true;
        }
        Ok(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;
    use serde_json::json;

    fn is_refused(query: &str, variables: serde_json::Value) -> bool {
        let document = parse_query(query).unwrap();
        check(&document, &Variables::from_json(variables)).is_err()
    }

    #[test]
    fn a_variable_counts_as_often_as_it_is_named_wherever_that_is() {
        let (once, often) = ("$v", "$v ".repeat(20));
        for place in [
            "query($v: [ID]) { a(b: [PLACE]) }",
            "query($v: [ID]) { a(b: {c: [[PLACE]]}) }",
            "query($v: [ID]) { a { ... { b @skip(if: [PLACE]) } } }",
            "query($v: [ID]) { a ... @include(if: [PLACE]) { b } ...F }",
            "query($v: [ID]) { ...F } fragment F on Q { a(b: [PLACE]) }",
            "query($v: [ID]) { ...F @skip(if: [PLACE]) } fragment F on Q { a }",
            "query($v: [ID]) @skip(if: [PLACE]) { a }",
            "query($v: [ID]) { ...F } fragment F on Q @skip(if: [PLACE]) { a }",
            "query A($v: [ID]) { a } query B($v: [ID]) { a(b: [PLACE]) }",
        ] {
            for large in [json!("x".repeat(200_000)), json!(vec![1; 9_000])] {
                let given = json!({ "v": large });
                assert!(!is_refused(&place.replace("PLACE", once), given.clone()), "{place}");
                assert!(is_refused(&place.replace("PLACE", &often), given), "{place}");
            }
            let default = place.replace("[ID]", &format!("[ID] = \"{}\"", "x".repeat(200_000)));
            assert!(!is_refused(&default.replace("PLACE", once), json!({})), "{place}");
            assert!(is_refused(&default.replace("PLACE", &often), json!({})), "{place}");
        }
    }

    #[test]
    fn what_is_small_may_be_named_as_often_as_a_document_has_room_for() {
        let query = format!("query($v: ID) {{ a(b: [{}]) }}", "$v ".repeat(2_000));
        assert!(!is_refused(&query, json!({ "v": "01ARZ3NDEKTSV4RRFFQ69G5FAV" })));
    }
}
