//! What is true of a room only now, as this node has been told.

use super::Feed;
use crate::log::{
    live::{Heard, Live, News},
    payload::Payload,
};
use schema::Message;
use std::{
    collections::BTreeMap,
    sync::{MutexGuard, PoisonError},
};
use tokio::time::Instant;

impl Feed {
    /// Takes what is told and not written.
    pub(in crate::log) fn hear(&self, payload: Payload) {
        match payload {
            Payload::Entries { entries, origin } => {
                let parent = origin.and_then(|origin| origin.traceparent);
                if let Some((parent, entry)) = parent.zip(entries.last()) {
                    self.trace(entry.seq(), parent);
                }
                self.offer(entries);
            }
            Payload::Headcount { node, count } => {
                self.live().hear_headcount(node, count, Instant::now());
            }
            Payload::Reactions { reactions, .. } => self.live().hear_reactions(&reactions),
            Payload::Counts { counts } => {
                for counts in counts {
                    if self.live().hear_counts(&counts) {
                        self.tail().count(&counts);
                    }
                }
            }
            Payload::Reported { target, count, reason, .. } => {
                self.hear_report(target, count, reason);
            }
        }
    }

    /// How many participants there are on all nodes.
    #[must_use]
    pub fn headcount(&self) -> u32 {
        self.live().headcount()
    }

    /// A message as everybody may see it, with the newest counts that are known.
    pub(in crate::log) fn shown(&self, message: Message) -> Message {
        let people = self.tail().people().clone();
        let mut message = people.shown(message);
        if let Some(counts) = self.live().counts(message.seq) {
            counts.apply(&mut message);
        }
        message
    }

    /// Where somebody begins to hear what is true only now.
    pub(in crate::log) fn begin_to_hear(&self) -> Heard {
        self.live().begin()
    }

    /// What somebody has not heard of what is true only now.
    pub(in crate::log) fn news(&self, heard: &mut Heard) -> News {
        self.live().news(heard, self.id())
    }

    pub(in crate::log) fn beat(&self, now: Instant) {
        let beat = self.live().beat(now);
        if let Some(beat) = beat {
            self.shared.beat.send_replace(beat);
        }
    }

    pub(super) fn live(&self) -> MutexGuard<'_, Live> {
        self.shared.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn reactions(&self) -> MutexGuard<'_, BTreeMap<String, u32>> {
        self.shared.reactions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
