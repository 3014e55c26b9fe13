//! A schema that can be slow, fail and panic, and knows how often it was asked.

use ::schema::{Error, RoomId};
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use futures_util::{Stream, StreamExt, stream};
use resolvers::Identity;
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::Semaphore;

/// What the resolvers tell the test, and wait for.
#[derive(Debug)]
pub(crate) struct Probe {
    resolved: AtomicUsize,
    pub(crate) entered: Semaphore,
    pub(crate) released: Semaphore,
}

pub(crate) struct Query;
pub(crate) struct Mutation;
pub(crate) struct Subscription;
pub(crate) struct Node;

#[derive(SimpleObject)]
struct User {
    id: ID,
}

struct Fragile(i32);

impl Probe {
    /// How many resolvers ran.
    pub(crate) fn resolved(&self) -> usize {
        self.resolved.load(Ordering::SeqCst)
    }

    fn count(&self) -> usize {
        self.resolved.fetch_add(1, Ordering::SeqCst) + 1
    }
}

impl Default for Probe {
    fn default() -> Self {
        Self {
            resolved: AtomicUsize::new(0),
            entered: Semaphore::new(0),
            released: Semaphore::new(0),
        }
    }
}

fn fall(text: &str) -> i32 {
    panic!("{text}")
}

fn probe<'a>(ctx: &Context<'a>) -> &'a Probe {
    ctx.data_unchecked::<Arc<Probe>>()
}

#[Object]
impl Query {
    async fn viewer(&self, ctx: &Context<'_>) -> Result<User> {
        probe(ctx).count();
        Ok(User { id: ctx.data::<Arc<Identity>>()?.username.as_str().into() })
    }

    async fn node(&self, ctx: &Context<'_>) -> Node {
        probe(ctx).count();
        Node
    }

    async fn room(&self, ctx: &Context<'_>, id: RoomId) -> String {
        probe(ctx).count();
        id.as_str().into()
    }

    async fn missing(&self) -> Result<i32, Error> {
        Err(Error::NotFound("room"))
    }

    async fn broken(&self) -> Result<i32, Error> {
        let cause = io::Error::other(
            "arn:aws:dynamodb:eu-west-1:1:table/plenary at src/source/table.rs is on fire",
        );
        Err(Error::internal(cause))
    }

    async fn away(&self) -> Result<i32, Error> {
        Err(Error::unavailable("connection refused to 10.0.0.7:6379"))
    }

    async fn careless(&self) -> Result<i32> {
        Err(io::Error::other("arn:aws:dynamodb:careless").into())
    }

    async fn unsourced(&self) -> Result<i32> {
        Err(async_graphql::Error::new("arn:aws:dynamodb:unsourced"))
    }

    async fn panics(&self) -> i32 {
        fall("arn:aws:dynamodb:panicked")
    }

    /// Tells that it was entered, then waits to be released.
    async fn slow(&self, ctx: &Context<'_>) -> i32 {
        probe(ctx).entered.add_permits(1);
        probe(ctx).released.acquire().await.unwrap().forget();
        1
    }
}

#[Object]
impl Node {
    async fn node(&self, ctx: &Context<'_>) -> Node {
        probe(ctx).count();
        Node
    }

    #[graphql(complexity = "first * child_complexity")]
    async fn nodes(&self, ctx: &Context<'_>, first: usize) -> Vec<Node> {
        probe(ctx).count();
        (0..first).map(|_| Node).collect()
    }

    async fn leaf(&self, ctx: &Context<'_>) -> usize {
        probe(ctx).count()
    }
}

#[Object]
impl Mutation {
    async fn count(&self, ctx: &Context<'_>) -> usize {
        probe(ctx).count()
    }

    /// Waits to be released, then counts.
    async fn count_slowly(&self, ctx: &Context<'_>) -> usize {
        probe(ctx).released.acquire().await.unwrap().forget();
        probe(ctx).count()
    }
}

#[async_graphql::Subscription]
impl Subscription {
    async fn ticks(&self) -> impl Stream<Item = i32> {
        stream::iter(0..3)
    }

    /// The second event cannot be shown.
    async fn fragile(&self) -> impl Stream<Item = Fragile> {
        stream::iter(0..3).map(Fragile)
    }

    /// The stream itself breaks.
    async fn cracks(&self) -> impl Stream<Item = i32> {
        stream::iter(0..3).map(|n| if n == 1 { panic!("arn:aws:dynamodb:cracked") } else { n })
    }
}

#[Object]
impl Fragile {
    async fn number(&self) -> i32 {
        if self.0 == 1 { panic!("arn:aws:dynamodb:fragile") } else { self.0 }
    }
}
