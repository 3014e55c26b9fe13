//! Watching what is not for everybody.

use super::{Feed, Listener};
use tokio::sync::mpsc;

/// What somebody watches in a room, which stays open for as long.
pub(crate) struct Watch<E> {
    events: mpsc::Receiver<E>,
    _listener: Listener,
}

impl<E> Watch<E> {
    /// Watches these events of a room.
    pub(crate) fn new(feed: &Feed, events: mpsc::Receiver<E>) -> Self {
        Self { events, _listener: feed.listen() }
    }

    /// The next event; `None` when the watcher was too far behind and begins anew.
    pub(crate) async fn next(&mut self) -> Option<E> {
        self.events.recv().await
    }
}
