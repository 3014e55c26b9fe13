//! Watching what concerns one person.

use super::{Feed, Listener};
use crate::{Sources, source::Request};
use schema::{Result, UserId, ViewerEvent};
use tokio::sync::mpsc;

/// What concerns one person, as it happens; the room stays open for it.
pub struct ViewerWatch {
    events: mpsc::Receiver<Box<ViewerEvent>>,
    user: UserId,
    listener: Listener,
}

/// Begins to watch what concerns one person.
pub struct WatchViewer {
    /// The room.
    pub feed: Feed,
    /// The person.
    pub user: UserId,
}

impl Request for WatchViewer {
    const NAME: &'static str = "watch_viewer";
    type Output = ViewerWatch;

    async fn send(self, _: &Sources) -> Result<ViewerWatch> {
        let Self { feed, user } = self;
        let events = feed.shared.watchers.add_viewer(&user);
        Ok(ViewerWatch { events, user, listener: feed.listen() })
    }
}

impl ViewerWatch {
    /// The next event; `None` when this watch has been let go because it was too slow.
    pub(crate) async fn next(&mut self) -> Option<ViewerEvent> {
        self.events.recv().await.map(|event| *event)
    }
}

impl Drop for ViewerWatch {
    fn drop(&mut self) {
        self.events.close();
        self.listener.feed.shared.watchers.forget_viewer(&self.user);
    }
}
