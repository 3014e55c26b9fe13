//! Which operation of a document is meant.

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition};

/// The operation that an execution would run; `None` if it would refuse to choose.
///
/// An operation without a name is meant also where a name is given: the execution refuses that, and what it refuses must
/// not pass for something else.
#[must_use]
pub fn selected<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Option<&'a OperationDefinition> {
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(operation), _) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) => {
            operations.values().next().filter(|_| operations.len() == 1)
        }
    };
    operation.map(|operation| &operation.node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::{parse_query, types::OperationType};

    #[test]
    fn an_operation_is_selected_by_its_name_or_because_it_is_the_only_one() {
        const TWO: &str = "query A { a } mutation B { b }";
        for (query, name, kind) in [
            ("{ a }", None, Some(OperationType::Query)),
            ("{ a }", Some("A"), Some(OperationType::Query)),
            ("mutation B { b }", None, Some(OperationType::Mutation)),
            ("mutation B { b }", Some("B"), Some(OperationType::Mutation)),
            (TWO, None, None),
            (TWO, Some("A"), Some(OperationType::Query)),
            (TWO, Some("B"), Some(OperationType::Mutation)),
            (TWO, Some("C"), None),
        ] {
            let document = parse_query(query).unwrap();
            assert_eq!(selected(&document, name).map(|found| found.ty), kind, "{query} {name:?}");
        }
    }
}
