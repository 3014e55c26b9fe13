//! The GraphQL schema, whatever its roots are, and what its resolvers need to know of a caller.

use crate::{limits::ReadOnly, request_id::RequestId};
use async_graphql::{ObjectType, Request, Response, Schema, SubscriptionType};
use futures_util::{future::BoxFuture, stream::BoxStream};
use resolvers::{Identity, KeyAccess, Reading};
use std::{fmt, sync::Arc};

/// A handle to a schema that forgets its roots, so that nothing in this crate is generic over them.
#[derive(Clone)]
pub struct Executor {
    schema: Arc<dyn Execute>,
    prepare: Prepare,
}

/// Gives an operation what its resolvers need: who calls, and how a subscription is seen and bounded.
pub type Prepare = Arc<dyn Fn(Request, Arc<Identity>, Reading) -> Request + Send + Sync>;

trait Execute: Send + Sync {
    fn sdl(&self) -> String;
    fn execute(&self, request: Request) -> BoxFuture<'_, Response>;
    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response>;
}

impl Executor {
    /// Wraps a schema.
    pub fn new<Q, M, S>(schema: Schema<Q, M, S>, prepare: Prepare) -> Self
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        Self { schema: Arc::new(schema), prepare }
    }

    /// What the schema offers, in GraphQL's own language.
    #[must_use]
    pub fn sdl(&self) -> String {
        self.schema.sdl()
    }

    /// Runs a query or a mutation.
    pub async fn execute(
        &self,
        request: Request,
        identity: Arc<Identity>,
        id: RequestId,
    ) -> Response {
        let request = self.prepared(request, identity, Reading::of_subscriber());
        self.schema.execute(request.data(id)).await
    }

    /// Runs any operation; a query or a mutation gives one response.
    #[must_use]
    pub fn execute_stream(
        &self,
        request: Request,
        identity: Arc<Identity>,
        reading: Reading,
    ) -> BoxStream<'static, Response> {
        self.schema.execute_stream(self.prepared(request, identity, reading))
    }

    fn prepared(&self, request: Request, identity: Arc<Identity>, reading: Reading) -> Request {
        let request = match identity.api_key {
            Some(KeyAccess::ReadOnly) => request.data(ReadOnly),
            Some(KeyAccess::Participant) | None => request,
        };
        (self.prepare)(request, identity, reading)
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
    fn sdl(&self) -> String {
        Self::sdl(self)
    }

    fn execute(&self, request: Request) -> BoxFuture<'_, Response> {
        Box::pin(Self::execute(self, request))
    }

    fn execute_stream(&self, request: Request) -> BoxStream<'static, Response> {
        Self::execute_stream(self, request)
    }
}
