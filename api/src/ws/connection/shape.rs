//! What an operation is, as far as its connection cares.

use crate::{
    limits::{check_source, count_fields},
    operation::selected,
    ws::group_key::{GroupKey, Types},
};
use async_graphql::{
    Request,
    parser::types::{OperationType, Selection},
};
use std::collections::HashSet;

/// The operation that a request selects.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A query or a mutation.
    Once(OperationType),
    /// Too long to parse, or it does not parse, or names no operation: the execution refuses it and says why.
    Unreadable,
    /// A subscription, whose fields are executed for each event.
    Subscription { fields: usize, key: Option<GroupKey> },
    /// A subscription to more than one thing, or to what stands in a fragment.
    ManyRoots,
}

impl Shape {
    /// Looks at a request.
    pub(super) fn of(request: &mut Request, max_tokens: usize, types: &Types) -> Self {
        if check_source(&request.query, max_tokens).is_err() {
            return Self::Unreadable;
        }
        drop_unused_variables(request);
        let name = request.operation_name.clone();
        let Ok(document) = request.parsed_query() else { return Self::Unreadable };
        let Some(operation) = selected(document, name.as_deref()) else {
            return Self::Unreadable;
        };
        let roots = &operation.selection_set.node.items;
        let one_field = matches!(&roots[..], [root] if matches!(root.node, Selection::Field(_)));
        match operation.ty {
            OperationType::Subscription if !one_field => Self::ManyRoots,
            OperationType::Subscription => {
                // A document that cannot be measured is refused by the execution as well.
                let Ok(fields) = count_fields(document) else { return Self::Unreadable };
                Self::Subscription { fields, key: key(request, types) }
            }
            kind => Self::Once(kind),
        }
    }
}

/// The execution ignores them, but would keep them to its end.
fn drop_unused_variables(request: &mut Request) {
    let name = request.operation_name.clone();
    let document = request.parsed_query().ok();
    let Some(operation) = document.and_then(|it| selected(it, name.as_deref())) else { return };
    let used = operation.variable_definitions.iter();
    let used: HashSet<_> = used.map(|it| it.node.name.node.clone()).collect();
    request.variables.retain(|name, _| used.contains(name));
}

fn key(request: &mut Request, types: &Types) -> Option<GroupKey> {
    let (name, variables) = (request.operation_name.clone(), request.variables.clone());
    let document = request.parsed_query().ok()?;
    GroupKey::of(document, selected(document, name.as_deref())?, &variables, types)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(query: &str, max_tokens: usize) -> Shape {
        Shape::of(&mut Request::new(query), max_tokens, &Types::default())
    }

    #[test]
    fn a_document_with_too_many_tokens_is_not_parsed() {
        assert_eq!(shape("mutation { a }", 4), Shape::Once(OperationType::Mutation));
        assert_eq!(shape("mutation { a }", 3), Shape::Unreadable);
    }

    #[test]
    fn an_operation_keeps_the_variables_that_it_uses() {
        for kind in ["query", "mutation", "subscription"] {
            let variables = serde_json::json!({ "used": 1, "unused": [2] });
            let query = format!("{kind}($used: Int, $absent: Int) {{ a(b: $used) }}");
            let variables = async_graphql::Variables::from_json(variables);
            let mut request = Request::new(query).variables(variables);
            Shape::of(&mut request, 100, &Types::default());
            let kept: Vec<_> = request.variables.keys().map(|name| name.as_str()).collect();
            assert_eq!(kept, ["used"], "{kind}");
        }
    }

    #[test]
    fn a_subscription_counts_its_fields_wherever_they_are() {
        let query = "subscription { a { ...F ... on T { b } } } fragment F on T { c { d } }";
        assert!(matches!(shape(query, 100), Shape::Subscription { fields: 4, .. }));
    }
}
