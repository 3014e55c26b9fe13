//! A name for each request: in its log lines, in its answer's `x-request-id`, and in errors that only the log explains.

use std::{fmt, sync::Arc};

/// The name of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// Makes a new one, sortable by time.
    #[must_use]
    pub fn generate() -> Self {
        Self(ulid::Ulid::generate().to_string().into())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
