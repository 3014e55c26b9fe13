//! The task of a group: reads the room, executes once, writes to all.

use super::{HubMetrics, Round, group::Ranks};
use crate::ws::{endpoint::Shared, metrics::Metrics};
use async_graphql::Response;
use futures_util::{FutureExt, StreamExt, stream::BoxStream};
use resolvers::Reading;
use schema::{DateTime, Seq};
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep_until},
};

/// What keeps a group going.
pub(super) struct Driver {
    reading: Reading,
    ranks: Arc<Ranks>,
    reached: watch::Sender<Option<Seq>>,
    metrics: Metrics,
    hub: HubMetrics,
    interval: Duration,
    /// A round holds no more than this, so that it fits in a member's queue with the one before it.
    max_round_bytes: usize,
}

/// A round, and where its last response ends.
struct Gathered {
    round: Round,
    position: Seq,
    happened_at: DateTime,
}

/// From so many members on rounds keep their interval.
const LARGE: usize = 1000;

impl Driver {
    pub(super) fn new(
        shared: &Shared,
        reading: Reading,
        ranks: Arc<Ranks>,
        reached: watch::Sender<Option<Seq>>,
    ) -> Self {
        Self {
            reading,
            ranks,
            reached,
            metrics: shared.metrics.clone(),
            hub: shared.hub.metrics.clone(),
            interval: shared.hub.interval,
            max_round_bytes: shared.limits.send_queue_bytes / 4,
        }
    }

    /// Runs until the subscription ends or breaks; then the members are told.
    pub(super) async fn run(self, responses: BoxStream<'static, Response>) {
        if AssertUnwindSafe(self.deliver_all(responses)).catch_unwind().await.is_err() {
            tracing::error!("a group's subscription panicked");
        }
        for part in &self.ranks.parts {
            part.end();
        }
    }

    async fn deliver_all(&self, mut responses: BoxStream<'static, Response>) {
        let mut settled = self.reading.settled();
        loop {
            let first = tokio::select! {
                biased;
                response = responses.next() => response,
                // Positions that nobody hears of.
                Ok(()) = settled.changed() => {
                    let position = *settled.borrow_and_update();
                    position.into_iter().for_each(|position| self.advance(position));
                    continue;
                }
            };
            let Some(first) = first else { return };
            let begun = Instant::now();
            let gathered = self.gather(&first, &mut responses);
            self.deliver(gathered, begun).await;
            if self.ranks.len() >= LARGE {
                sleep_until(begun + self.interval).await;
            }
        }
    }

    /// Takes a response and whatever is ready behind it.
    ///
    /// Where a response ends is asked before the next one is looked at, which may be under way and end further on.
    fn gather(&self, first: &Response, responses: &mut BoxStream<'static, Response>) -> Gathered {
        let mut round = Round::default();
        round.push(first);
        let mut end = self.reading.taken();
        while round.bytes() < self.max_round_bytes
            && let Some(Some(next)) = responses.next().now_or_never()
        {
            round.push(&next);
            end = self.reading.taken();
        }
        self.hub.executions.increment(round.len() as u64);
        Gathered { round, position: end.0, happened_at: end.1 }
    }

    async fn deliver(&self, gathered: Gathered, begun: Instant) {
        let Gathered { round, position, happened_at } = gathered;
        let is_news = self.reached.borrow().is_none_or(|reached| reached < position);
        if is_news {
            self.advance(position);
        }
        // What brings nothing new is the end: everybody hears of that.
        let before = if is_news { position } else { Seq::MAX };
        self.write(Arc::new(round), before).await;
        self.hub.rounds.increment(1);
        self.hub.fan_out.record(begun.elapsed().as_secs_f64());
        if is_news {
            let age = DateTime::now().since(happened_at);
            self.hub.publish_to_socket.record(age.as_secs_f64());
        }
    }

    /// Writes to all parts at the same time, and returns when all have been written.
    async fn write(&self, round: Arc<Round>, before: Seq) {
        let mut parts = self.ranks.parts.iter().filter(|part| !part.is_empty());
        let Some(first) = parts.next() else { return };
        let others: JoinSet<()> = parts
            .map(|part| {
                let (part, round) = (part.clone(), round.clone());
                let metrics = self.metrics.clone();
                async move { part.deliver(&round, before, &metrics).await }
            })
            .collect();
        first.deliver(&round, before, &self.metrics).await;
        others.join_all().await;
    }

    fn advance(&self, position: Seq) {
        for part in &self.ranks.parts {
            part.advance(position);
        }
        self.reached.send_replace(Some(position));
    }
}
