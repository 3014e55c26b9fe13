//! What a key that only reads may ask for.

use async_graphql::{
    Data,
    parser::types::{ExecutableDocument, OperationType},
};
use schema::{Capability, Error};
use std::any::TypeId;

/// Goes with the requests of a caller who may change nothing.
pub struct ReadOnly;

/// Whether a request is such a caller's.
pub(super) fn applies_to(data: &Data) -> bool {
    data.contains_key(&TypeId::of::<ReadOnly>())
}

/// Refuses a document with a mutation, whichever operation is meant.
pub(super) fn check(document: &ExecutableDocument) -> Result<(), Error> {
    let mut operations = document.operations.iter();
    match operations.any(|(_, operation)| operation.node.ty == OperationType::Mutation) {
        // Nothing that changes anything is allowed; sending is what stands for it.
        true => Err(Error::Forbidden(Capability::SendMessage)),
        false => Ok(()),
    }
}
