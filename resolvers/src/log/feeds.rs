//! The rooms that are active on this node.

use super::{
    Entry, Feed,
    entry::encode,
    history::{Found, PageKey},
};
use crate::{
    Sources,
    source::{Request, broker::Broker, table::Table},
};
use moka::future::Cache;
use schema::{Result, RoomId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::OnceCell, time::Instant};

/// How long a feed stays without a listener and without use.
const IDLE_AFTER: Duration = Duration::from_secs(60);

/// Pages read from the table that are kept for others who ask for the same, and for how long.
const PAGES: u64 = 1_000;
const PAGE_LIFETIME: Duration = Duration::from_secs(10);

/// All feeds of this node. Cheap to clone.
#[derive(Clone)]
pub struct Feeds {
    shared: Arc<Shared>,
}

struct Shared {
    table: Table,
    broker: Broker,
    rooms: Mutex<HashMap<RoomId, Slot>>,
    pages: Cache<PageKey, Arc<Found>>,
}

struct Slot {
    /// Opened once, however many ask at the same time.
    feed: Arc<OnceCell<Feed>>,
    used: Instant,
}

/// Opens a room on this node; free when it is open. Opening it reads four times from the table, or a little more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRoom(pub RoomId);

impl Request for OpenRoom {
    const NAME: &'static str = "open_room";
    type Output = Feed;

    async fn send(self, sources: &Sources) -> Result<Feed> {
        sources.feeds.open(&self.0).await
    }
}

impl Feeds {
    /// Feeds over this table and this broker.
    pub fn new(table: Table, broker: Broker) -> Self {
        let pages = Cache::builder().max_capacity(PAGES).time_to_live(PAGE_LIFETIME).build();
        Self { shared: Arc::new(Shared { table, broker, rooms: Mutex::default(), pages }) }
    }

    /// The feed of a room, opened if need be.
    pub(crate) async fn open(&self, room: &RoomId) -> Result<Feed> {
        let cell = {
            let mut rooms = self.rooms();
            let slot = rooms
                .entry(room.clone())
                .or_insert_with(|| Slot { feed: Arc::default(), used: Instant::now() });
            slot.used = Instant::now();
            slot.feed.clone()
        };
        let opened = cell.get_or_try_init(|| Feed::open(self.clone(), room.clone())).await;
        if opened.is_err() {
            let mut rooms = self.rooms();
            if rooms
                .get(room)
                .is_some_and(|slot| Arc::ptr_eq(&slot.feed, &cell) && !cell.initialized())
            {
                rooms.remove(room);
            }
        }
        opened.cloned()
    }

    /// Gives written entries to this node's feed, if the room is open here, and to all other nodes.
    pub(crate) fn publish(&self, room: &RoomId, entries: Vec<Entry>) {
        self.shared.broker.publish(room, encode(&entries).into());
        let feed = self.rooms().get(room).and_then(|slot| slot.feed.get().cloned());
        if let Some(feed) = feed {
            feed.offer(entries);
        }
    }

    /// Forgets a feed that nobody listens to or has used for a while; tells whether it did.
    pub(super) fn close_if_idle(&self, feed: &Feed) -> bool {
        let mut rooms = self.rooms();
        let idle = |slot: &Slot| !feed.has_listeners() && slot.used.elapsed() >= IDLE_AFTER;
        match rooms.get(feed.id()) {
            Some(slot) if !idle(slot) => false,
            _ => {
                rooms.remove(feed.id());
                true
            }
        }
    }

    /// How many rooms are open.
    pub(crate) fn count(&self) -> usize {
        self.rooms().len()
    }

    /// Pages that were read lately; the same page asked for by many at once is read once.
    pub(super) fn pages(&self) -> &Cache<PageKey, Arc<Found>> {
        &self.shared.pages
    }

    pub(super) fn table(&self) -> &Table {
        &self.shared.table
    }

    pub(super) fn broker(&self) -> &Broker {
        &self.shared.broker
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<RoomId, Slot>> {
        self.shared.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
