//! Waiting for a feed to move.

use super::Feed;
use schema::Seq;
use std::sync::atomic::Ordering;
use tokio::sync::watch;

/// Keeps a feed open and tells when it moves.
pub(in crate::log) struct Listener {
    pub(in crate::log) feed: Feed,
    position: watch::Receiver<Seq>,
    beat: watch::Receiver<u64>,
}

impl Feed {
    pub(in crate::log) fn listen(&self) -> Listener {
        self.shared.listeners.fetch_add(1, Ordering::Relaxed);
        Listener {
            feed: self.clone(),
            position: self.shared.position.subscribe(),
            beat: self.shared.beat.subscribe(),
        }
    }

    pub(in crate::log) fn has_listeners(&self) -> bool {
        self.shared.listeners.load(Ordering::Relaxed) > 0
    }
}

impl Listener {
    /// Waits until the feed is beyond a position; tells that it is.
    pub(in crate::log) async fn beyond(&mut self, position: Seq) -> bool {
        // The feed in this listener holds the sender, so it cannot be gone.
        self.position.wait_for(|&reached| reached > position).await.is_ok()
    }

    /// Waits until the feed is beyond a position, or until there is something to hear; tells whether it is beyond.
    pub(in crate::log) async fn beyond_or_beat(&mut self, position: Seq) -> bool {
        tokio::select! {
            biased;
            _ = self.position.wait_for(|&reached| reached > position) => true,
            _ = self.beat.changed() => false,
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.feed.shared.listeners.fetch_sub(1, Ordering::Relaxed);
    }
}
