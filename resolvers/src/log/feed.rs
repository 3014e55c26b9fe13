//! A room on this node: its present state and newest entries in memory, kept in step with the log.
//!
//! Three tasks keep a feed: one [receives](receive) what the broker carries, one [heals](heal) what the broker lost or a writer
//! left out, and one [tells](pulse) what is true only now. Whoever reads the feed waits for its position to move.

mod fan_out;
mod heal;
mod listener;
mod now;
mod people;
mod presence;
mod pulse;
mod receive;
mod reports;
mod viewer_watch;
mod watchers;
mod watching;

pub(super) use listener::Listener;
pub use presence::Seat;
pub use pulse::React;
pub(crate) use reports::TellReport;
pub use viewer_watch::{ViewerWatch, WatchViewer};
pub use watchers::{Expelled, Expulsion};
pub(crate) use watching::Watch;

use super::{
    Entry, Feeds,
    live::Live,
    load::Loader,
    sweep::Sweeper,
    tail::{Notice, Tail},
};
use crate::source::broker::BrokerEvent;
use schema::{DateTime, Error, Message, MessageKind, Result, Room, RoomId, Seq};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Notify, broadcast, watch},
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
    live: Mutex<Live>,
    /// The newest beat at which there was something to tell.
    beat: watch::Sender<u64>,
    /// Reactions on the room that the other nodes do not know of.
    reactions: Mutex<BTreeMap<String, u32>>,
    watchers: watchers::Watchers,
    sweeper: Sweeper,
    reports: reports::Reports,
    listeners: AtomicUsize,
    /// Those of them who read its events.
    followers: AtomicUsize,
    fan_outs: fan_out::FanOuts,
    /// Participants who follow the room on this node.
    present: presence::Present,
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
        // Before the entries: whatever changes meanwhile is among them.
        let people = loader.people().await?;
        let (room, head) = tokio::try_join!(loader.room(), loader.head())?;
        let (base, entries) = loader.newest(head).await?;
        let pinned = loader.messages(&room.pinned).await?;
        let mut tail = Tail::new(room, Arc::new(people), base);
        tail.hold_pinned(pinned);
        for entry in entries {
            tail.offer(entry);
        }
        // They are old, and nobody watches yet.
        drop(tail.take_notices());
        let hides: Vec<_> = tail.people().hides().cloned().collect();
        let told = (feeds.expelled().clone(), feeds.sweeper().clone());
        let feed = Self::new(loader, tail, connected, told);
        for hide in hides {
            feed.shared.sweeper.watch(feed.clone(), hide);
        }
        let receive = receive::run(feed.clone(), feeds.node().to_owned(), subscription);
        let receiver = AbortOnDropHandle::new(tokio::spawn(receive));
        let pulse = AbortOnDropHandle::new(tokio::spawn(pulse::run(feed.clone(), feeds.clone())));
        tokio::spawn(heal::run(feed.clone(), feeds, head, (receiver, pulse)));
        Ok(feed)
    }

    fn new(
        loader: Loader,
        tail: Tail,
        connected: bool,
        (expelled, sweeper): (broadcast::Sender<Expelled>, Sweeper),
    ) -> Self {
        let position = watch::Sender::new(tail.position());
        let shared = Shared {
            loader,
            tail: Mutex::new(tail),
            position,
            live: Mutex::default(),
            beat: watch::Sender::new(0),
            reactions: Mutex::default(),
            watchers: watchers::Watchers::new(expelled),
            sweeper,
            reports: reports::Reports::default(),
            listeners: AtomicUsize::new(0),
            followers: AtomicUsize::new(0),
            fan_outs: fan_out::FanOuts::default(),
            present: presence::Present::default(),
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
        let before = tail.position();
        for entry in entries {
            moved |= tail.offer(entry);
        }
        if moved {
            // An entry on its way, or parked, has the counts of its time: what was told meanwhile is newer.
            let live = self.live();
            for seq in tail.targets_after(before) {
                live.counts(seq).into_iter().for_each(|counts| tail.count(counts));
            }
        }
        let (position, holes) = (tail.position(), tail.has_holes());
        let notices = tail.take_notices();
        drop(tail);
        for notice in notices {
            match notice {
                Notice::Hidden(hide) => self.shared.sweeper.watch(self.clone(), hide),
                notice => self.shared.watchers.tell(self.id(), notice),
            }
        }
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
            None => {
                let message = self.loader().message(seq).await?;
                message.map(|message| self.shown(message)).ok_or(Error::NotFound("message"))
            }
        }
    }

    /// What was sent before this is past its time, though memory may still have it.
    fn oldest_kept(&self) -> DateTime {
        DateTime::now().minus(self.retention())
    }
}

#[cfg(test)]
pub(super) mod tests;
