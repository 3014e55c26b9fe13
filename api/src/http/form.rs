//! In which form a client wants errors.

use crate::appsync::AppSyncError;
use async_graphql::ServerError;
use axum::http::HeaderMap;
use serde::Serialize;

/// How errors are written. AppSync's form has entries that GraphQL's specification does not want there, so only who shows that it
/// knows AppSync gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ErrorForm {
    /// GraphQL's own.
    Plain,
    /// With `errorType` and `errorInfo` beside `message`.
    AppSync,
}

/// Errors in their form.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Errors<'a> {
    Plain(&'a [ServerError]),
    AppSync(Vec<AppSyncError<'a>>),
}

/// What AppSync's clients send, and no others: one of them is there in every mode of authorization.
const SIGNS: [&str; 2] = ["x-amz-user-agent", "x-api-key"];

impl ErrorForm {
    /// Reads the head of a request.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        match SIGNS.iter().any(|name| headers.contains_key(*name)) {
            true => Self::AppSync,
            false => Self::Plain,
        }
    }

    /// Writes errors.
    pub(super) fn write(self, errors: &[ServerError]) -> Errors<'_> {
        match self {
            Self::Plain => Errors::Plain(errors),
            Self::AppSync => Errors::AppSync(errors.iter().map(AppSyncError::new).collect()),
        }
    }
}

impl Errors<'_> {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Plain(errors) => errors.is_empty(),
            Self::AppSync(errors) => errors.is_empty(),
        }
    }
}
