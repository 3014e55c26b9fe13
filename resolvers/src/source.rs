//! Data sources: the DynamoDB table and what is kept of it in memory, the broker that carries log entries between nodes, the
//! limiter, and the review hook.

pub mod broker;
pub mod client;
pub mod definition;
pub mod embedded;
pub mod limiter;
pub mod profiles;
pub mod review;
pub mod table;

use schema::Result;

/// One call to a data source, described as a plain value.
///
/// Building a request does nothing; [`Ctx::run`](crate::Ctx::run) performs it. A resolver can therefore be read,
/// compared and tested without a data source.
pub trait Request: Send {
    /// The call's name in spans and metrics.
    const NAME: &'static str;
    /// What the data source answers.
    type Output: Send;

    /// Performs the call.
    fn send(self, sources: &crate::Sources) -> impl Future<Output = Result<Self::Output>> + Send;
}
