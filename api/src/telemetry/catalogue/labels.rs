//! What metrics are told apart by. Nobody's name, room or connection is among it.

use crate::{auth::AuthError, errors::code_name};
use async_graphql::resolver_utils::EnumType;
use schema::ErrorCode;

/// A label.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    /// Its name.
    pub name: &'static str,
    /// What it can be.
    pub values: Values,
}

/// What a label can be.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// One of these.
    Listed(&'static [&'static str]),
    /// One of those that a type of the code has.
    OfType(fn() -> Vec<&'static str>),
    /// One of a few that are known only when they come: names of the schema, of calls, of statuses.
    Open,
}

impl Label {
    pub(super) const fn of(name: &'static str, values: &'static [&'static str]) -> Self {
        Self { name, values: Values::Listed(values) }
    }

    pub(super) const fn open(name: &'static str) -> Self {
        Self { name, values: Values::Open }
    }

    /// What it can be; nothing when that is open.
    #[must_use]
    pub fn values(&self) -> Vec<&'static str> {
        match self.values {
            Values::Listed(values) => values.to_vec(),
            Values::OfType(values) => values(),
            Values::Open => Vec::new(),
        }
    }

    /// Whether it can be this.
    #[must_use]
    pub fn allows(&self, value: &str) -> bool {
        matches!(self.values, Values::Open) || self.values().contains(&value)
    }
}

/// The codes of errors.
pub(super) const ERROR_CODE: Label = Label { name: "code", values: Values::OfType(error_codes) };

/// Why a token was refused.
pub(super) const AUTH_FAILURE: Label = Label {
    name: "reason",
    values: Values::OfType(|| AuthError::ALL.map(AuthError::reason).to_vec()),
};

/// The close codes with which connections end. Without one from the server, `client` is any other code that a client sent, and
/// `complete` a stream that has said all.
pub(super) const CLOSE_CODE: Label = Label::of(
    "code",
    &[
        "1000", "1001", "1002", "1005", "1006", "1007", "1009", "1012", "1013", "4400", "4401",
        "4403", "4406", "4408", "4409", "4429", "4800", "4801", "4802", "4803", "4804", "4805",
        "4806", "4807", "client", "complete",
    ],
);

/// Operations of DynamoDB that a node calls while it runs.
pub(super) const OPERATION: Label = Label::of(
    "operation",
    &[
        "BatchGetItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "TransactWriteItems",
        "UpdateItem",
    ],
);

fn error_codes() -> Vec<&'static str> {
    <ErrorCode as EnumType>::items().iter().map(|item| code_name(item.value)).collect()
}
