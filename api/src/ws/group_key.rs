//! Which subscriptions are the same.

mod canonical;
mod selections;
#[cfg(test)]
mod tests;
mod types;
mod value;

pub(in crate::ws) use types::Types;

use async_graphql::{
    Variables,
    parser::types::{ExecutableDocument, OperationDefinition},
};
use std::sync::Arc;

/// Subscriptions with the same key have the same responses, byte for byte, after their first.
///
/// It is the operation in one spelling: without its name, its variables, its fragments and its `after`. The order of the
/// fields stays, because it is that of the response. The spelling itself is kept, so that no two operations collide.
///
/// Where in the text an error arose, and how often it arose for a field that is selected more than once, is no part of it:
/// a group leaves the positions out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::ws) struct GroupKey(Arc<str>);

impl GroupKey {
    /// The key of an operation that selects one root field. `None` when the operation is not to be shared: the execution
    /// says what is wrong with it, if anything is.
    pub(in crate::ws) fn of(
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
        types: &Types,
    ) -> Option<Self> {
        canonical::spelling(document, operation, variables, types).map(|text| Self(text.into()))
    }
}
