//! What a subscription may select: nothing that depends on who asks.

use crate::operation::selected;
use async_graphql::{
    Name, Positioned,
    parser::types::{ExecutableDocument, Field, OperationType, Selection, SelectionSet},
    registry::{MetaDirectiveInvocation, MetaType, MetaTypeName, Registry},
};
use schema::{Error, not_in_subscription};
use std::collections::HashSet;

/// Refuses a subscription that selects a field with `@notInSubscription`, skipped or not. What the schema does not have is
/// left to its own checks.
pub(super) fn check(
    document: &ExecutableDocument,
    operation_name: Option<&str>,
    registry: &Registry,
) -> Result<(), Error> {
    let operation = selected(document, operation_name);
    let operation = operation.filter(|operation| operation.ty == OperationType::Subscription);
    let (Some(operation), Some(root)) = (operation, &registry.subscription_type) else {
        return Ok(());
    };
    let marker = not_in_subscription::apply(String::new()).name;
    Walk { document, registry, marker, fragments: HashSet::new() }
        .selection_set(&operation.selection_set.node, root)
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    registry: &'a Registry,
    marker: String,
    /// Those that have been seen. What is in a fragment is of the fragment's own type, wherever it is spread.
    fragments: HashSet<&'a Name>,
}

impl<'a> Walk<'a> {
    fn selection_set(&mut self, set: &'a SelectionSet, parent: &str) -> Result<(), Error> {
        for Positioned { node: selection, .. } in &set.items {
            match selection {
                Selection::Field(field) => self.field(&field.node, parent)?,
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let of = condition.map_or(parent, |condition| condition.node.on.node.as_str());
                    self.selection_set(&inline.node.selection_set.node, of)?;
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node)?;
                }
            }
        }
        Ok(())
    }

    fn fragment(&mut self, name: &'a Name) -> Result<(), Error> {
        match self.document.fragments.get(name) {
            Some(fragment) if self.fragments.insert(name) => {
                let of = fragment.node.type_condition.node.on.node.as_str();
                self.selection_set(&fragment.node.selection_set.node, of)
            }
            _ => Ok(()),
        }
    }

    fn field(&mut self, field: &'a Field, parent: &str) -> Result<(), Error> {
        let name = field.name.node.as_str();
        let Some(parent) = self.registry.types.get(parent) else { return Ok(()) };
        // Behind an interface may stand a field with the mark.
        let possible = parent.possible_types().into_iter().flatten();
        let possible = possible.filter_map(|possible| self.registry.types.get(possible));
        for of in [parent].into_iter().chain(possible) {
            if let Some(mark) = self.mark(of, name) {
                return Err(refusal(name, of, mark));
            }
        }
        match parent.field_by_name(name) {
            Some(found) => {
                let of = MetaTypeName::concrete_typename(&found.ty);
                self.selection_set(&field.selection_set.node, of)
            }
            None => Ok(()),
        }
    }

    fn mark(&self, of: &'a MetaType, field: &str) -> Option<&'a MetaDirectiveInvocation> {
        let field = of.field_by_name(field)?;
        field.directive_invocations.iter().find(|directive| directive.name == self.marker)
    }
}

fn refusal(field: &str, of: &MetaType, mark: &MetaDirectiveInvocation) -> Error {
    let because = match mark.args.get("because") {
        Some(async_graphql::Value::String(because)) => format!("{because}; "),
        _ => String::new(),
    };
    let of = of.name();
    Error::bad_input(
        "query",
        format!(
            "`{field}` of `{of}` cannot be selected in a subscription: {because}query it instead"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::{
        EmptyMutation, Interface, Object, Schema, SimpleObject, Subscription, Union,
        parser::parse_query,
    };
    use futures_util::stream;

    #[derive(Interface)]
    #[graphql(field(name = "own", ty = "&bool"), field(name = "open", ty = "&i32"))]
    enum Thing {
        Marked(Marked),
        Plain(Plain),
    }

    #[derive(Union)]
    enum Either {
        Marked(Marked),
        Plain(Plain),
    }

    #[derive(SimpleObject)]
    struct Marked {
        #[graphql(directive = not_in_subscription::apply("it is private".to_owned()))]
        own: bool,
        open: i32,
    }

    #[derive(SimpleObject)]
    struct Plain {
        own: bool,
        open: i32,
    }

    struct Query;
    struct Feed;

    #[Object]
    impl Query {
        async fn marked(&self) -> Option<Marked> {
            None
        }
    }

    #[Subscription]
    impl Feed {
        async fn thing(&self) -> stream::Empty<Thing> {
            stream::empty()
        }

        async fn either(&self) -> stream::Empty<Either> {
            stream::empty()
        }
    }

    /// Checks a document, in the way the node would.
    async fn refusal(query: &str) -> Option<String> {
        let builder = Schema::build(Query, EmptyMutation, Feed);
        let limits = crate::limits::tests::limits();
        let schema = crate::limits::apply(builder, &limits, crate::config::Mode::Development);
        assert!(parse_query(query).is_ok(), "{query}");
        let mut responses = schema.finish().execute_stream(query);
        let response = futures_util::StreamExt::next(&mut responses).await;
        response.and_then(|response| Some(response.errors.first()?.message.clone()))
    }

    #[tokio::test]
    async fn a_mark_is_found_behind_interfaces_unions_and_fragments() {
        for selection in [
            "thing { own }",
            "thing { open ... on Marked { own } }",
            "thing { open ... on Thing { alias: own } }",
            "thing { ... { open own } }",
            "either { ... on Marked { own } }",
            "either { ... on Plain { own } ... on Marked { open own @skip(if: true) } }",
            "either { ... on Thing { own } }",
            "either { ...P ...M }",
            "thing { ...T }",
        ] {
            let fragments = [
                ("...P", "fragment P on Plain { own ...T2 } fragment T2 on Thing { open }"),
                ("...M", "fragment M on Marked { ... { own } }"),
                ("...T", "fragment T on Thing { ...N } fragment N on Marked { own }"),
            ];
            let used = fragments.iter().filter(|(spread, _)| selection.contains(spread));
            let fragments: String = used.map(|(_, text)| *text).collect();
            let found = refusal(&format!("subscription {{ {selection} }} {fragments}")).await;
            let expected = "query: `own` of `Marked` cannot be selected in a subscription: it is private; query it instead";
            assert_eq!(found.as_deref(), Some(expected), "{selection}");
        }
    }

    #[tokio::test]
    async fn what_has_no_mark_is_left_alone() {
        for query in [
            "{ marked { own open } }",
            "subscription { thing { open __typename ... on Plain { own } } }",
            "subscription { either { ... on Plain { own open } ... on Marked { open } } }",
        ] {
            assert_eq!(refusal(query).await, None, "{query}");
        }
        let unknown = refusal("subscription { thing { nothing ... on Nobody { own } } }").await;
        assert!(unknown.is_some_and(|message| message.contains("nothing")));
    }
}
