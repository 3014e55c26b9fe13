//! Which subscriptions are the same.
//!
//! Two operations have one key when they get the same responses, byte by byte, whatever they are called, however their variables
//! and fragments are spelled, and wherever they begin. Where that is hard to tell they have two: sharing is lost, no
//! more.

mod canonical;
mod types;
mod value;

pub use types::Types;

use async_graphql::{
    Variables,
    parser::types::{ExecutableDocument, OperationDefinition},
};
use canonical::Canonical;
use std::{fmt::Write, sync::Arc};

/// What a subscription asks for, in one spelling. Nothing can collide: the key is the text itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::ws) struct GroupKey(Arc<str>);

/// A key is held by each group; who asks for more has a group of its own.
const MAX_BYTES: usize = 64 * 1024;

impl GroupKey {
    /// The key of a subscription; `None` if it is executed for itself.
    pub(in crate::ws) fn of(
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
        types: &Types,
    ) -> Option<Self> {
        let selection = Canonical::new(document, operation, variables, types).selection()?;
        let mut text = String::new();
        write!(text, "{selection}").ok()?;
        (text.len() <= MAX_BYTES).then(|| Self(text.into()))
    }
}

#[cfg(test)]
mod tests;
