//! The GraphQL schema, whatever its roots are.

use async_graphql::{ObjectType, Request, Response, Schema, SubscriptionType};
use futures_util::{future::BoxFuture, stream::BoxStream};
use std::{fmt, sync::Arc};

/// A handle to a schema that forgets its roots, so that nothing in this crate is generic over them.
#[derive(Clone)]
pub struct Executor(Arc<dyn Execute>);

trait Execute: Send + Sync {
    fn execute(&self, request: Request) -> BoxFuture<'_, Response>;
    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response>;
}

impl Executor {
    /// Wraps a schema.
    pub fn new<Q, M, S>(schema: Schema<Q, M, S>) -> Self
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        Self(Arc::new(schema))
    }

    /// Runs a query or a mutation.
    pub async fn execute(&self, request: Request) -> Response {
        self.0.execute(request).await
    }

    /// Runs any operation; a query or a mutation gives one response.
    #[must_use]
    pub fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        self.0.execute_stream(request)
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Executor")
    }
}

impl<Q, M, S> Execute for Schema<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        Box::pin(Self::execute(self, request))
    }

    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        Self::execute_stream(self, request)
    }
}
