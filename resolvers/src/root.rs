//! Stand-ins for the roots.

use crate::Identity;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use futures_util::{Stream, stream};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The schema with its roots.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// The query root.
#[derive(Debug, Default)]
pub struct Query;

/// The mutation root.
#[derive(Debug, Default)]
pub struct Mutation(AtomicUsize);

/// The subscription root.
#[derive(Debug, Default)]
pub struct Subscription;

#[derive(SimpleObject)]
struct User {
    id: ID,
}

#[Object]
impl Query {
    async fn viewer(&self, ctx: &Context<'_>) -> Result<User> {
        Ok(User { id: ctx.data::<Identity>()?.sub.as_str().into() })
    }
}

#[Object]
impl Mutation {
    async fn count(&self) -> usize {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

#[async_graphql::Subscription]
impl Subscription {
    async fn ticks(&self) -> impl Stream<Item = i32> {
        stream::iter(0..3)
    }
}
