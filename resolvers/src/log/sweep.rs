//! Behind what is hidden: every row it covers becomes a tombstone, in its own time.
//!
//! The node that hid begins at once. Every other node with the room open, and every node that opens it, looks a while later
//! whether somebody still goes on, and else does: what was begun is ended, whichever node is lost. Nobody waits for it, because
//! every node shows tombstones from the entry on.

use super::Feed;
use crate::{
    Sources,
    function::{
        message::bury,
        people::{end_sweep, get_hide, sweep_of, take_sweep},
    },
    people::Hide,
    row::{author_partition, held_partition, message_from, position, questions_partition},
    source::{
        Request,
        definition::{GSI1, GSI2},
        table::{Item, Query, Range, Table, Written},
    },
};
use schema::{DateTime, End, Error, Result, RoomId};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Mutex, Semaphore},
    time::sleep,
};
use tracing::{debug, warn};

/// How many sweeps wait or run at once on one node. What is beyond is swept when the room is opened again.
const SWEEPS: usize = 1_000;
/// How long nobody may have gone on with a sweep before somebody else does.
const ABANDONED: Duration = Duration::from_secs(60);
/// Nodes look within so long of each other.
const SPREAD: Duration = Duration::from_secs(2);
/// How long after a fault a sweep goes on.
const RETRY: Duration = Duration::from_secs(5);
/// Between two tombstones of one node: 50 a second, each of 1 WU and its indexes, so that chat does not feel it.
const PACE: Duration = Duration::from_millis(20);
/// How far the indexes may be behind the table. A second look after that finds what the first one missed.
const INDEX_LAG: Duration = Duration::from_secs(3);
/// Rows looked at per query.
const PAGE: usize = 100;
/// How often a row is tried that somebody else changes.
const MAX_CONFLICTS: usize = 8;

/// Sweeps what is hidden. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Sweeper {
    table: Table,
    under_way: Arc<Semaphore>,
    pace: Arc<Mutex<()>>,
}

/// Begins to sweep what was hidden just now; nobody waits for the end.
#[derive(Clone)]
pub struct BeginSweep {
    /// The room.
    pub feed: Feed,
    /// What is hidden.
    pub hide: Hide,
}

impl Request for BeginSweep {
    const NAME: &'static str = "begin_sweep";
    type Output = ();

    async fn send(self, sources: &Sources) -> Result<()> {
        sources.feeds.sweeper().begin(self.feed, self.hide, Duration::ZERO);
        Ok(())
    }
}

impl Sweeper {
    pub(super) fn new(table: Table) -> Self {
        Self { table, under_way: Arc::new(Semaphore::new(SWEEPS)), pace: Arc::default() }
    }

    /// Sweeps later, if nobody else does by then.
    pub(super) fn watch(&self, feed: Feed, hide: Hide) {
        let age = DateTime::now().since(hide.at);
        let wait = ABANDONED.saturating_sub(age) + SPREAD.mul_f64(fastrand::f64());
        self.begin(feed, hide, wait);
    }

    fn begin(&self, feed: Feed, hide: Hide, wait: Duration) {
        let Ok(permit) = self.under_way.clone().try_acquire_owned() else {
            warn!(room.id = %feed.id(), "a sweep is left until the room is opened again");
            return;
        };
        let sweeper = self.clone();
        tokio::spawn(async move {
            // Listening keeps the room open until then.
            let mut listener = feed.listen();
            sleep(wait).await;
            // Everything before this is written, or void.
            listener.beyond(hide.until.saturating_sub(1)).await;
            sweeper.run(feed.id().clone(), hide).await;
            drop(permit);
        });
    }

    async fn run(self, room: RoomId, hide: Hide) {
        let mut sweep = Sweep { sweeper: self, room, hide, went_on: None };
        loop {
            match sweep.run().await {
                Ok(true) => return,
                Ok(false) => sleep(ABANDONED + SPREAD.mul_f64(fastrand::f64())).await,
                Err(error) => {
                    warn!(room.id = %sweep.room, error = &error as &dyn std::error::Error, "a sweep goes on later");
                    sleep(RETRY).await;
                }
            }
        }
    }
}

struct Sweep {
    sweeper: Sweeper,
    room: RoomId,
    hide: Hide,
    /// When this node last said that it goes on.
    went_on: Option<DateTime>,
}

impl Sweep {
    /// Sweeps, unless another node does; tells whether it is over.
    async fn run(&mut self) -> Result<bool> {
        let row = self.table().get(get_hide(&self.room, &self.hide).0).await?;
        let Some(went_on) = row.as_ref().and_then(sweep_of) else { return Ok(true) };
        let is_others = went_on != self.went_on;
        if is_others && went_on.is_some_and(|at| DateTime::now().since(at) < ABANDONED) {
            return Ok(false);
        }
        if !self.go_on(went_on).await? {
            return Ok(false);
        }
        let mut buried = self.look().await?;
        sleep(INDEX_LAG).await;
        buried += self.look().await?;
        self.table().transact(vec![end_sweep(&self.room, &self.hide).into()]).await?;
        debug!(room.id = %self.room, buried, "swept what was hidden");
        Ok(true)
    }

    /// Says that this node goes on, if nobody else has said so since.
    async fn go_on(&mut self, since: Option<DateTime>) -> Result<bool> {
        let now = DateTime::now();
        let take = take_sweep(&self.room, &self.hide, since, now);
        let taken = self.table().transact(vec![take.into()]).await? == Written::Done;
        if taken {
            self.went_on = Some(now);
        }
        Ok(taken)
    }

    /// Looks through all lists on which the author's messages may be; tells how many were buried.
    async fn look(&mut self) -> Result<usize> {
        let by_author = author_partition(&self.room, &self.hide.user_id);
        let mut buried = 0;
        for (index, pk) in [
            (GSI1, by_author.clone()),
            (GSI2, by_author),
            (GSI1, questions_partition(&self.room)),
            (GSI2, held_partition(&self.room)),
        ] {
            let high = position(self.hide.until.saturating_sub(1));
            let mut range = Range { pk, low: position(0), high };
            loop {
                let query = Query::index(index, range.clone(), End::First, PAGE);
                let page = self.table().query(query).await?;
                for item in page.items {
                    buried += usize::from(self.bury(item).await?);
                }
                // The next key after the last one.
                let Some(last) = page.last else { break };
                range.low = format!("{last}!");
                if !self.go_on(self.went_on).await? {
                    return Err(Error::unavailable("another node sweeps the same"));
                }
            }
        }
        Ok(buried)
    }

    /// Makes a tombstone of a row, if it is covered and none yet; tells whether it did.
    async fn bury(&self, item: Item) -> Result<bool> {
        let mut row = Some(item);
        for _ in 0..MAX_CONFLICTS {
            let message = match message_from(row) {
                Ok(message) => message,
                // It is past its time.
                Err(Error::NotFound(_)) => return Ok(false),
                Err(error) => return Err(error),
            };
            if message.content.is_none() || !self.hide.covers(&message) {
                return Ok(false);
            }
            self.pause().await;
            match self.table().transact(vec![bury(&message, self.hide.at).into()]).await? {
                Written::Done => return Ok(true),
                Written::Refused { row: found, .. } => row = found,
            }
        }
        Err(Error::unavailable("a hidden message kept changing"))
    }

    /// Waits for its turn among all sweeps of this node.
    async fn pause(&self) {
        let _turn = self.sweeper.pace.lock().await;
        sleep(PACE).await;
    }

    fn table(&self) -> &Table {
        &self.sweeper.table
    }
}
