//! Which subscriptions are the same.

use async_graphql::Request;
use std::sync::Arc;

/// Subscriptions with the same key have the same responses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::ws) struct GroupKey(Arc<str>);

impl GroupKey {
    pub(in crate::ws) fn of(request: &Request) -> Self {
        let variables = serde_json::to_string(&request.variables).unwrap_or_default();
        Self(format!("{:?} {} {}", request.operation_name, variables, request.query).into())
    }
}
