//! The rooms that are active on this node.

use super::{
    Entry, Expelled, Feed,
    history::{Found, PageKey, QuestionPages},
    payload::{Origin, Payload},
    replay::Replays,
    sweep::Sweeper,
};
use crate::{
    Sources,
    source::{Request, broker::Broker, table::Table},
};
use moka::future::Cache;
use schema::{Error, Message, Result, RoomId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{broadcast, watch},
    time::Instant,
};

/// How long a feed stays without a listener and without use.
const IDLE_AFTER: Duration = Duration::from_secs(60);

/// How many bytes of pages read from the table are kept for others who ask for the same, roughly, and for how long. A page of
/// the longest messages has 4 MB.
const PAGES_BYTES: u64 = 64 << 20;
const PAGE_LIFETIME: Duration = Duration::from_secs(10);

/// All feeds of this node. Cheap to clone.
#[derive(Clone)]
pub struct Feeds {
    shared: Arc<Shared>,
}

/// How many expulsions may wait for the server to carry them out.
const EXPELLED: usize = 1_024;

struct Shared {
    /// Names this node to the others.
    node: String,
    expelled: broadcast::Sender<Expelled>,
    table: Table,
    broker: Broker,
    rooms: Mutex<HashMap<RoomId, Slot>>,
    pages: Cache<PageKey, Arc<Found>>,
    questions: QuestionPages,
    replays: Replays,
    sweeper: Sweeper,
}

struct Slot {
    opening: Opening,
    used: Instant,
}

/// Opened once, however many ask at the same time: all of them get the one feed, or the one error.
type Opening = watch::Receiver<Option<Result<Feed>>>;

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
        let pages = Cache::builder()
            .max_capacity(PAGES_BYTES)
            .weigher(weight)
            .time_to_live(PAGE_LIFETIME)
            .build();
        Self {
            shared: Arc::new(Shared {
                node: ulid::Ulid::generate().to_string(),
                expelled: broadcast::Sender::new(EXPELLED),
                sweeper: Sweeper::new(table.clone()),
                table,
                broker,
                rooms: Mutex::default(),
                pages,
                questions: QuestionPages::default(),
                replays: Replays::default(),
            }),
        }
    }

    /// The feed of a room, opened if need be.
    pub(crate) async fn open(&self, room: &RoomId) -> Result<Feed> {
        let mut opening = {
            let mut rooms = self.rooms();
            let slot = rooms.entry(room.clone()).or_insert_with(|| self.begin(room));
            slot.used = Instant::now();
            slot.opening.clone()
        };
        match opening.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(opened)) => opened.clone(),
            _ => Err(Error::internal("opening a room ended without an answer")),
        }
    }

    /// Begins to open a room, in a task of its own: a caller that goes away must not leave a room half open.
    fn begin(&self, room: &RoomId) -> Slot {
        let (opened, opening) = watch::channel(None);
        let (feeds, room) = (self.clone(), room.clone());
        tokio::spawn(async move {
            // And one more, so that even a panic frees the room's place.
            let feed = tokio::spawn(Feed::open(feeds.clone(), room.clone())).await;
            let feed = feed.map_err(Error::internal).flatten();
            let mut rooms = feeds.rooms();
            match (&feed, rooms.get_mut(&room)) {
                // However long it took, whoever waited has its time to begin listening.
                (Ok(_), Some(slot)) => slot.used = Instant::now(),
                // Gone before anybody is told, so that who comes again begins anew.
                _ => drop(rooms.remove(&room)),
            }
            drop(rooms);
            opened.send_replace(Some(feed));
        });
        Slot { opening, used: Instant::now() }
    }

    /// Gives written entries to this node's feed, if the room is open here, and to all other nodes.
    pub(crate) fn publish(&self, room: &RoomId, entries: Vec<Entry>) {
        let payload = Payload::Entries { entries, origin: Some(Origin::here()) };
        self.shared.broker.publish(room, payload.encode().into());
        let opened = self.rooms().get(room).and_then(|slot| slot.opening.borrow().clone());
        if let Some(Ok(feed)) = opened {
            feed.hear(payload);
        }
    }

    /// Tells this node's feed and all other nodes what is true only now.
    pub(crate) fn tell(&self, feed: &Feed, payload: Payload) {
        self.shared.broker.publish(feed.id(), payload.encode().into());
        feed.hear(payload);
    }

    /// Names this node to the others.
    pub(super) fn node(&self) -> &str {
        &self.shared.node
    }

    /// Where it is told who must not go on as before.
    pub(crate) fn expelled(&self) -> &broadcast::Sender<Expelled> {
        &self.shared.expelled
    }

    /// Makes tombstones of what is hidden.
    pub(super) fn sweeper(&self) -> &Sweeper {
        &self.shared.sweeper
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

    /// Pages of questions that were read a moment ago.
    pub(super) fn questions(&self) -> &QuestionPages {
        &self.shared.questions
    }

    /// What is read again for those who come back late.
    pub(super) fn replays(&self) -> &Replays {
        &self.shared.replays
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

/// What a kept page weighs in bytes, roughly.
fn weight(_: &PageKey, found: &Arc<Found>) -> u32 {
    let content = |message: &Message| message.content.as_ref().map_or(0, String::len);
    let messages = found.messages.iter().map(|message| size_of::<Message>() + content(message));
    u32::try_from(size_of::<PageKey>() + messages.sum::<usize>()).unwrap_or(u32::MAX)
}
