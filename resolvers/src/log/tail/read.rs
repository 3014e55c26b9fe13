//! What a tail tells its readers.

use super::{Event, Light, Tail, held::text_bytes};
use crate::Audience;
use schema::{Message, MessageStatus, Seq, UserId};

/// Some entries in a row, as an audience sees them.
pub(crate) struct Stretch {
    /// What they tell.
    pub(crate) events: Vec<Event>,
    /// How many messages are beyond what is shown a second.
    pub(crate) skipped: u32,
    /// The position they end at.
    pub(crate) position: Seq,
}

/// How much of a tail is asked for at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Most {
    /// Entries.
    pub(crate) entries: usize,
    /// About so many bytes of text, but at least one message.
    pub(crate) bytes: usize,
}

impl Tail {
    /// Some entries after a position, as an audience sees them; `None` when they are not all in memory.
    pub(crate) fn after(&self, position: Seq, most: Most, audience: Audience) -> Option<Stretch> {
        let skip = usize::try_from(position.checked_sub(self.base)?).ok()?;
        let (mut stretch, mut taken) = (Stretch { events: Vec::new(), skipped: 0, position }, 0);
        for light in self.entries.iter().skip(skip).take(most.entries) {
            if taken >= most.bytes {
                break;
            }
            stretch.position += 1;
            let seq = stretch.position;
            let message = light.target(seq).and_then(|target| self.message(target).cloned());
            let bytes = message.as_ref().map_or(0, text_bytes);
            let Some(event) = light.event(seq, message) else { continue };
            if light.is_capped() && audience != Audience::Staff {
                stretch.skipped += 1;
                continue;
            }
            taken += bytes;
            stretch.events.push(event);
        }
        Some(stretch)
    }

    /// The newest `limit` root messages before a position that `wanted` accepts, oldest first, and whether there are
    /// older ones in memory; `None` when memory does not reach back far enough to know.
    pub(crate) fn newest(
        &self,
        before: Seq,
        limit: usize,
        wanted: impl Fn(&Message) -> bool,
    ) -> Option<(Vec<Message>, bool)> {
        let wanted =
            |message: &Message| !message.is_reply() && message.is_public() && wanted(message);
        let mut found = self.sent_before(before).filter(|message| wanted(message));
        let mut page: Vec<Message> = found.by_ref().take(limit).cloned().collect();
        let more = found.next().is_some();
        page.reverse();
        (more || self.base == 0).then_some((page, more))
    }

    /// The replies in memory to a root message, oldest first.
    pub(crate) fn replies(&self, root: Seq) -> Vec<Message> {
        let to_root = |message: &&Message| {
            message.is_public()
                && message.parent_id.as_ref().is_some_and(|parent| parent.seq() == root)
        };
        let mut replies: Vec<Message> =
            self.sent_before(Seq::MAX).filter(to_root).cloned().collect();
        replies.reverse();
        replies
    }

    /// The messages in memory that `wanted` accepts, in no order.
    pub(crate) fn messages(&self, wanted: impl Fn(&Message) -> bool) -> Vec<Message> {
        let held = self.messages.values().map(|held| &held.message);
        held.filter(|message| wanted(message)).cloned().collect()
    }

    /// What waits for a review, as far as it is in memory, newest first.
    pub(crate) fn held(&self) -> Vec<Message> {
        let held = |message: &&Message| message.status == MessageStatus::Held;
        self.sent_before(Seq::MAX).filter(held).cloned().collect()
    }

    /// A message as it is now, if it is in memory.
    pub(crate) fn message(&self, seq: Seq) -> Option<&Message> {
        self.messages.get(&seq).map(|held| &held.message).or_else(|| self.pinned.get(&seq))
    }

    /// The messages that the entries after a position are or are about.
    pub(crate) fn targets_after(&self, position: Seq) -> Vec<Seq> {
        let skip = usize::try_from(position.saturating_sub(self.base)).unwrap_or(usize::MAX);
        let entries = self.entries.iter().enumerate().skip(skip);
        entries.filter_map(|(i, light)| light.target(self.base + 1 + i as Seq)).collect()
    }

    /// Whether it is known that somebody has sent nothing under a name after a position.
    pub(crate) fn is_silent_since(&self, user: &UserId, position: Seq) -> bool {
        let by = |message: &Message| message.author.as_ref().is_some_and(|by| by.user_id == *user);
        let mut held = self.messages.values().map(|held| &held.message);
        self.base <= position && !held.any(|message| message.seq > position && by(message))
    }

    fn sent_before(&self, before: Seq) -> impl Iterator<Item = &Message> {
        let count = usize::try_from(before.saturating_sub(self.base + 1)).unwrap_or(usize::MAX);
        let sent = self.entries.iter().enumerate().take(count).rev();
        sent.filter(|(_, light)| matches!(light, Light::Sent { .. }))
            .filter_map(|(i, _)| self.message(self.base + 1 + i as Seq))
    }
}
