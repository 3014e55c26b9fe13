//! A room on this node: its present state and newest entries in memory, kept in step with the log.
//!
//! Two tasks keep a feed: one [receives](receive) what the broker carries, one [heals](heal) what the broker lost or a writer
//! left out. Whoever reads the feed waits for its position to move.

mod heal;
mod receive;

use super::{Entry, Feeds, load::Loader, tail::Tail};
use crate::source::broker::BrokerEvent;
use schema::{DateTime, Error, Message, MessageKind, Result, Room, RoomId, Seq};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};
use tokio_util::task::AbortOnDropHandle;

/// How long opening a room waits for the broker to confirm. Without it the room opens all the same and is read from the table.
const CONFIRM_WITHIN: Duration = Duration::from_secs(1);

/// A room on this node. Cheap to clone.
#[derive(Clone)]
pub struct Feed {
    shared: Arc<Shared>,
}

struct Shared {
    loader: Loader,
    tail: Mutex<Tail>,
    position: watch::Sender<Seq>,
    listeners: AtomicUsize,
    /// Whether the broker delivers; if not, the table is asked every second.
    connected: AtomicBool,
    /// Whether the head must be compared with the table now.
    behind: AtomicBool,
    healer: Notify,
}

impl Feed {
    /// Opens a room: subscribes first, then reads, so that nothing falls between.
    pub(super) async fn open(feeds: Feeds, room: RoomId) -> Result<Self> {
        let mut subscription = feeds.broker().subscribe(&room);
        let connected = loop {
            match timeout(CONFIRM_WITHIN, subscription.next()).await {
                Ok(BrokerEvent::Subscribed) => break true,
                Ok(BrokerEvent::Disconnected) | Err(_) => break false,
                Ok(BrokerEvent::Lagged | BrokerEvent::Payload(_)) => {}
            }
        };
        let loader = Loader { table: feeds.table().clone(), room };
        let (room, head) = tokio::try_join!(loader.room(), loader.head())?;
        let (base, entries) = loader.newest(head).await?;
        let mut tail = Tail::new(room, base);
        for entry in entries {
            tail.offer(entry);
        }
        let feed = Self::new(loader, tail, connected);
        let receiver =
            AbortOnDropHandle::new(tokio::spawn(receive::run(feed.clone(), subscription)));
        tokio::spawn(heal::run(feed.clone(), feeds, head, receiver));
        Ok(feed)
    }

    fn new(loader: Loader, tail: Tail, connected: bool) -> Self {
        let position = watch::Sender::new(tail.position());
        let shared = Shared {
            loader,
            tail: Mutex::new(tail),
            position,
            listeners: AtomicUsize::new(0),
            connected: AtomicBool::new(connected),
            behind: AtomicBool::new(false),
            healer: Notify::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The room's id.
    #[must_use]
    pub fn id(&self) -> &RoomId {
        &self.shared.loader.room
    }

    /// The room as it is at its present position.
    #[must_use]
    pub fn room(&self) -> Room {
        let tail = self.tail();
        Room { read_at: Some(tail.position()), ..tail.room().clone() }
    }

    /// The position up to which everything is known here.
    #[must_use]
    pub fn position(&self) -> Seq {
        self.tail().position()
    }

    /// How long entries of this room are kept.
    pub(super) fn retention(&self) -> Duration {
        self.tail().room().settings.retention()
    }

    /// Takes entries that were written, from here or elsewhere.
    pub(super) fn offer(&self, entries: impl IntoIterator<Item = Entry>) {
        let mut tail = self.tail();
        let mut moved = false;
        for entry in entries {
            moved |= tail.offer(entry);
        }
        let (position, holes) = (tail.position(), tail.has_holes());
        drop(tail);
        if moved {
            // Whoever moved it further may have said so first; going back, listeners would miss their wake-up.
            self.shared.position.send_if_modified(|told| {
                let further = position > *told;
                *told = position.max(*told);
                further
            });
        }
        if holes {
            self.shared.healer.notify_one();
        }
    }

    /// Has the head compared with the table soon.
    pub(super) fn check_head(&self) {
        self.shared.behind.store(true, Ordering::Release);
        self.shared.healer.notify_one();
    }

    pub(super) fn loader(&self) -> &Loader {
        &self.shared.loader
    }

    pub(super) fn tail(&self) -> MutexGuard<'_, Tail> {
        self.shared.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn listen(&self) -> Listener {
        self.shared.listeners.fetch_add(1, Ordering::Relaxed);
        Listener { feed: self.clone(), position: self.shared.position.subscribe() }
    }

    pub(super) fn has_listeners(&self) -> bool {
        self.shared.listeners.load(Ordering::Relaxed) > 0
    }

    /// The newest root messages, if they are in memory, and whether there are older ones.
    pub(super) fn newest(
        &self,
        before: Seq,
        kinds: Option<&[MessageKind]>,
        limit: usize,
    ) -> Option<(Vec<Message>, bool)> {
        let oldest = self.oldest_kept();
        let of_kind = |message: &Message| kinds.is_none_or(|kinds| kinds.contains(&message.kind));
        self.tail().newest(before, limit, |message| message.created_at > oldest && of_kind(message))
    }

    /// A message of this room as it is now.
    pub(crate) async fn message(&self, seq: Seq) -> Result<Message> {
        let oldest = self.oldest_kept();
        let in_memory = self.tail().message(seq).cloned();
        match in_memory {
            Some(message) if message.created_at > oldest => Ok(message),
            Some(_) => Err(Error::NotFound("message")),
            None => self.loader().message(seq).await?.ok_or(Error::NotFound("message")),
        }
    }

    /// What was sent before this is past its time, though memory may still have it.
    fn oldest_kept(&self) -> DateTime {
        DateTime::now().minus(self.retention())
    }
}

/// Keeps a feed open and tells when it moves.
pub(super) struct Listener {
    pub(super) feed: Feed,
    position: watch::Receiver<Seq>,
}

impl Listener {
    /// Waits until the feed is beyond a position.
    pub(super) async fn beyond(&mut self, position: Seq) {
        // The feed in this listener holds the sender, so it cannot be gone.
        let _ = self.position.wait_for(|&reached| reached > position).await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.feed.shared.listeners.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{access::room_for_tests, source::table::Table};
    use aws_sdk_dynamodb::{Client, Config, config::BehaviorVersion};
    use schema::DateTime;
    use std::{sync::atomic::AtomicU64, thread};

    /// A feed that never asks its table.
    pub(in crate::log) fn feed() -> Feed {
        let config = Config::builder().behavior_version(BehaviorVersion::latest()).build();
        let room = room_for_tests();
        let table = Table::new(Client::from_conf(config), "none");
        Feed::new(Loader { table, room: room.id.clone() }, Tail::new(room, 0), true)
    }

    #[test]
    fn the_position_that_listeners_wait_for_never_goes_back() {
        let (feed, next) = (feed(), AtomicU64::new(1));
        for round in 1..=4_000 {
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        let seq = next.fetch_add(1, Ordering::Relaxed);
                        feed.offer([Entry::Void { seq, at: DateTime::from_millis(0) }]);
                    });
                }
            });
            assert_eq!(feed.position(), 2 * round);
            assert_eq!(*feed.shared.position.borrow(), 2 * round, "listeners would wait in vain");
        }
    }
}
