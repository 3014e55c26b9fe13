//! What no subscription may select: it is executed once for many, and for each event.

use async_graphql::{
    parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet},
    registry::Registry,
};
use schema::Error;
use std::collections::HashSet;

/// The directive of the fields that are refused.
const MARK: &str = "notInSubscription";

/// Refuses subscriptions to fields that depend on who asks, or that read the table.
pub(super) fn check(document: &ExecutableDocument, registry: &Registry) -> Result<(), Error> {
    let Some(root) = &registry.subscription_type else { return Ok(()) };
    let mut search = Search { document, registry, seen: HashSet::new() };
    for (_, operation) in document.operations.iter() {
        if operation.node.ty == OperationType::Subscription {
            search.selection_set(&operation.node.selection_set.node, root)?;
        }
    }
    Ok(())
}

struct Search<'a> {
    document: &'a ExecutableDocument,
    registry: &'a Registry,
    /// Fragments that were looked into, each once for a type: spreads may multiply without end.
    seen: HashSet<(&'a str, &'a str)>,
}

impl<'a> Search<'a> {
    fn selection_set(&mut self, set: &'a SelectionSet, parent: &'a str) -> Result<(), Error> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    self.field(&field.node.name.node, &field.node.selection_set.node, parent)?;
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let parent = condition.map_or(parent, |on| on.node.on.node.as_str());
                    self.selection_set(&fragment.node.selection_set.node, parent)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some(fragment) = self.document.fragments.get(name) else { continue };
                    let parent = fragment.node.type_condition.node.on.node.as_str();
                    if self.seen.insert((name, parent)) {
                        self.selection_set(&fragment.node.selection_set.node, parent)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Looks at a field; one that the schema does not know is refused by its own check.
    fn field(&mut self, name: &str, set: &'a SelectionSet, parent: &str) -> Result<(), Error> {
        let registry = self.registry;
        let of = registry.types.get(parent);
        let Some(field) = of.and_then(|of| of.field_by_name(name)) else { return Ok(()) };
        if field.directive_invocations.iter().any(|directive| directive.name == MARK) {
            let reason = format!(
                "`{name}` of `{parent}` cannot be selected in a subscription, which is executed once for everybody: query it"
            );
            return Err(Error::bad_input("query", reason));
        }
        match registry.concrete_type_by_name(&field.ty) {
            Some(of) => self.selection_set(set, of.name()),
            None => Ok(()),
        }
    }
}
