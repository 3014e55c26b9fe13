//! A schema with rooms, gates and misbehaving resolvers.

use super::SOON;
use async_graphql::{Context, Error, Object, Result, Schema, Subscription};
use futures_util::{Stream, StreamExt, stream};
use resolvers::{Audience, Reading};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Semaphore, broadcast},
    time::{sleep, timeout},
};

/// What resolvers and tests share.
#[derive(Clone)]
pub(crate) struct World(Arc<Inner>);

struct Inner {
    said: broadcast::Sender<Said>,
    gates: Mutex<HashMap<String, Arc<Semaphore>>>,
    written: AtomicUsize,
}

#[derive(Clone)]
struct Said {
    room: String,
    text: String,
}

pub(crate) struct Query;
pub(crate) struct Mutation;
pub(crate) struct Subscription;

impl World {
    pub(crate) fn schema(&self) -> Schema<Query, Mutation, Subscription> {
        Schema::build(Query, Mutation, Subscription).data(self.clone()).finish()
    }

    pub(crate) fn say(&self, room: &str, text: &str) {
        let _ = self.0.said.send(Said { room: room.to_owned(), text: text.to_owned() });
    }

    /// Lets one resolver through a gate.
    pub(crate) fn open(&self, gate: &str) {
        self.gate(gate).add_permits(1);
    }

    /// Mutations that ran to their end.
    pub(crate) fn written(&self) -> usize {
        self.0.written.load(Ordering::SeqCst)
    }

    /// Live subscriptions to rooms.
    pub(crate) fn listeners(&self) -> usize {
        self.0.said.receiver_count()
    }

    /// Waits until something holds.
    pub(crate) async fn until(&self, holds: impl Fn() -> bool) {
        let held = async {
            while !holds() {
                sleep(Duration::from_millis(2)).await;
            }
        };
        timeout(SOON, held).await.expect("it did not come to hold");
    }

    async fn pass(&self, gate: &str) {
        self.gate(gate).acquire_owned().await.unwrap().forget();
    }

    fn gate(&self, name: &str) -> Arc<Semaphore> {
        let mut gates = self.0.gates.lock().unwrap();
        gates.entry(name.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(0))).clone()
    }

    fn listen(&self, room: String) -> impl Stream<Item = String> + use<> {
        let heard = stream::unfold(self.0.said.subscribe(), |mut said| async {
            let next = said.recv().await.ok()?;
            Some((next, said))
        });
        heard.filter_map(move |said| std::future::ready((said.room == room).then_some(said.text)))
    }
}

impl Default for World {
    fn default() -> Self {
        let said = broadcast::Sender::new(1024);
        Self(Arc::new(Inner { said, gates: Mutex::default(), written: AtomicUsize::new(0) }))
    }
}

/// Hides from the compiler that it never returns.
fn fault() -> bool {
    panic!("a test wants this")
}

#[Object]
impl Query {
    async fn hello(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(format!("hello {}", ctx.data::<String>()?))
    }

    async fn large(&self, bytes: usize) -> String {
        "x".repeat(bytes)
    }

    async fn fails(&self) -> Result<String> {
        Err(Error::new("it fails"))
    }

    async fn panics(&self) -> bool {
        fault()
    }
}

#[Object]
impl Mutation {
    async fn say(&self, ctx: &Context<'_>, room: String, text: String) -> Result<bool> {
        ctx.data::<World>()?.say(&room, &text);
        Ok(true)
    }

    async fn write(&self, ctx: &Context<'_>, gate: String) -> Result<bool> {
        let world = ctx.data::<World>()?;
        world.pass(&gate).await;
        world.0.written.fetch_add(1, Ordering::SeqCst);
        Ok(true)
    }

    async fn panics(&self) -> bool {
        fault()
    }
}

#[Subscription]
impl Subscription {
    async fn heard(
        &self,
        ctx: &Context<'_>,
        room: String,
    ) -> Result<impl Stream<Item = String> + use<>> {
        let heard = ctx.data::<World>()?.listen(room);
        ctx.data::<Reading>()?.begin(Audience::Caller);
        Ok(heard)
    }

    /// Becomes live only after a gate.
    async fn heard_behind(
        &self,
        ctx: &Context<'_>,
        gate: String,
        room: String,
    ) -> Result<impl Stream<Item = String> + use<>> {
        let world = ctx.data::<World>()?;
        world.pass(&gate).await;
        let heard = world.listen(room);
        ctx.data::<Reading>()?.begin(Audience::Caller);
        Ok(heard)
    }

    /// Runs, but never says that it is live.
    async fn mute(&self) -> impl Stream<Item = bool> + use<> {
        stream::pending()
    }

    async fn refused(&self) -> Result<stream::Pending<bool>> {
        Err(Error::new("not for you"))
    }

    async fn panics(&self) -> Result<stream::Pending<bool>> {
        fault();
        Ok(stream::pending())
    }

    /// As many large items as asked for, all of them ready at once.
    async fn flood(
        &self,
        ctx: &Context<'_>,
        count: usize,
        bytes: usize,
    ) -> Result<impl Stream<Item = String> + use<>> {
        ctx.data::<Reading>()?.begin(Audience::Caller);
        Ok(stream::iter(0..count).map(move |number| format!("{number} {}", "x".repeat(bytes))))
    }
}
