//! The newest part of a room's log in memory. Pure: it knows no table, no broker, no clock.

mod event;
mod held;

pub(crate) use event::Event;

use super::Entry;
use event::Light;
use held::{Held, text_bytes};
use schema::{Message, Room, Seq};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    ops::RangeInclusive,
};

/// How many entries are kept.
pub(crate) const KEEP_ENTRIES: usize = 1_000;
/// How many bytes of entries are kept, roughly: long messages must not make a room of many nodes expensive.
pub(crate) const KEEP_BYTES: usize = 4 << 20;
/// How many entries may wait for a missing one. Beyond it they are forgotten; the table still has them.
const MAX_PARKED: usize = 10_000;

/// A room's present state and its newest entries, without a hole.
pub(crate) struct Tail {
    room: Room,
    /// Entries after this position are in memory.
    base: Seq,
    entries: VecDeque<Light>,
    /// Every message that an entry in memory is or is about, as it is now.
    messages: HashMap<Seq, Held>,
    bytes: usize,
    /// Entries that came before their turn.
    parked: BTreeMap<Seq, Entry>,
    /// The highest position that was ever offered.
    seen: Seq,
    /// The newest position at which a message that was already there changed.
    last_change: Seq,
}

impl Tail {
    /// A tail that is complete up to `base` and empty beyond it.
    pub(crate) fn new(room: Room, base: Seq) -> Self {
        Self {
            room,
            base,
            entries: VecDeque::new(),
            messages: HashMap::new(),
            bytes: 0,
            parked: BTreeMap::new(),
            seen: base,
            last_change: base,
        }
    }

    /// The room as it is now.
    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    /// The newest position up to which everything is known.
    pub(crate) fn position(&self) -> Seq {
        self.base + self.entries.len() as Seq
    }

    /// The position after which everything is in memory.
    pub(crate) fn base(&self) -> Seq {
        self.base
    }

    /// The newest position at which something older changed.
    pub(crate) fn last_change(&self) -> Seq {
        self.last_change
    }

    /// Takes an entry: delivers it and what was parked behind it, parks it, or drops it as known. Tells whether the
    /// position moved.
    pub(crate) fn offer(&mut self, entry: Entry) -> bool {
        let before = self.position();
        if entry.seq() <= before {
            return false;
        }
        self.seen = self.seen.max(entry.seq());
        if self.parked.len() < MAX_PARKED || entry.seq() == before + 1 {
            self.parked.entry(entry.seq()).or_insert(entry);
        }
        while let Some(next) = self.parked.remove(&(self.position() + 1)) {
            self.push(next);
        }
        self.position() > before
    }

    /// Whether something is known to be missing.
    pub(crate) fn has_holes(&self) -> bool {
        self.seen > self.position()
    }

    /// The highest position that was ever offered, or else delivered.
    pub(crate) fn seen(&self) -> Seq {
        self.seen.max(self.position())
    }

    /// Drops what claims a position that was never handed out.
    pub(crate) fn forget_beyond(&mut self, head: Seq) {
        drop(self.parked.split_off(&head.saturating_add(1)));
        self.seen = self.seen.min(head);
    }

    /// The positions up to `head` that are neither known nor parked, as ranges, lowest first.
    pub(crate) fn missing(&self, head: Seq) -> Vec<RangeInclusive<Seq>> {
        let mut missing = Vec::new();
        let mut low = self.position() + 1;
        let head = head.max(self.seen);
        for &parked in self.parked.keys() {
            if low < parked {
                missing.push(low..=parked - 1);
            }
            low = parked + 1;
        }
        if low <= head {
            missing.push(low..=head);
        }
        missing
    }

    /// Up to `limit` entries after a position as events, with about so many bytes of text but at least one, and the position
    /// they end at; `None` when they are not all in memory.
    pub(crate) fn after(
        &self,
        position: Seq,
        limit: usize,
        bytes: usize,
    ) -> Option<(Vec<Event>, Seq)> {
        let skip = usize::try_from(position.checked_sub(self.base)?).ok()?;
        let (mut events, mut end, mut taken) = (Vec::new(), position, 0);
        for light in self.entries.iter().skip(skip).take(limit) {
            if taken >= bytes {
                break;
            }
            end += 1;
            let message = light.target(end).and_then(|target| self.message(target).cloned());
            taken += message.as_ref().map_or(0, text_bytes);
            events.extend(light.event(end, message));
        }
        Some((events, end))
    }

    /// The newest `limit` root messages before a position that `wanted` accepts, oldest first, and whether there are
    /// older ones in memory; `None` when memory does not reach back far enough to know.
    pub(crate) fn newest(
        &self,
        before: Seq,
        limit: usize,
        wanted: impl Fn(&Message) -> bool,
    ) -> Option<(Vec<Message>, bool)> {
        let wanted = |message: &Message| !message.is_reply() && wanted(message);
        let mut found = self.sent_before(before).filter(|message| wanted(message));
        let mut page: Vec<Message> = found.by_ref().take(limit).cloned().collect();
        let more = found.next().is_some();
        page.reverse();
        (more || self.base == 0).then_some((page, more))
    }

    /// The replies in memory to a root message, oldest first.
    pub(crate) fn replies(&self, root: Seq) -> Vec<Message> {
        let to_root = |message: &&Message| {
            message.parent_id.as_ref().is_some_and(|parent| parent.seq() == root)
        };
        let mut replies: Vec<Message> =
            self.sent_before(Seq::MAX).filter(to_root).cloned().collect();
        replies.reverse();
        replies
    }

    /// A message as it is now, if it is in memory.
    pub(crate) fn message(&self, seq: Seq) -> Option<&Message> {
        self.messages.get(&seq).map(|held| &held.message)
    }

    fn sent_before(&self, before: Seq) -> impl Iterator<Item = &Message> {
        let count = usize::try_from(before.saturating_sub(self.base + 1)).unwrap_or(usize::MAX);
        let sent = self.entries.iter().enumerate().take(count).rev();
        sent.filter(|(_, light)| matches!(light, Light::Sent))
            .filter_map(|(i, _)| self.message(self.base + 1 + i as Seq))
    }

    fn push(&mut self, entry: Entry) {
        let seq = entry.seq();
        if let Some(message) = entry.message() {
            self.hold(message.clone());
        }
        let target = entry.message().map(|message| message.seq);
        let light = match (entry, target) {
            (Entry::Message(_) | Entry::Thread(_), _) => Light::Sent,
            (Entry::Changed { at, change, .. }, Some(target)) => {
                Light::Changed { at, target, change }
            }
            (Entry::Deleted { at, reason, .. }, Some(target)) => {
                Light::Deleted { at, target, reason }
            }
            (Entry::Room { at, room, .. }, _) => Light::Room { at, room: Box::new(room) },
            // A change whose message is gone has nothing to tell.
            (Entry::Changed { .. } | Entry::Deleted { .. } | Entry::Void { .. }, _) => Light::Void,
        };
        match &light {
            Light::Changed { .. } | Light::Deleted { .. } => self.last_change = seq,
            Light::Room { room, .. } if room.version > self.room.version => {
                self.room = (**room).clone()
            }
            _ => {}
        }
        self.entries.push_back(light);
        while self.entries.len() > KEEP_ENTRIES
            || (self.bytes > KEEP_BYTES && self.entries.len() > 1)
        {
            self.evict();
        }
    }

    /// Keeps a message for one more entry. However many entries need it, it is kept and counted once.
    fn hold(&mut self, message: Message) {
        let held = self.messages.entry(message.seq).or_insert_with(|| Held::new(message.clone()));
        self.bytes -= held.bytes;
        held.keep(message);
        self.bytes += held.bytes;
    }

    fn evict(&mut self) {
        let Some(light) = self.entries.pop_front() else { return };
        self.base += 1;
        let Some(target) = light.target(self.base) else { return };
        if let Some(held) = self.messages.get_mut(&target) {
            held.entries -= 1;
            if held.entries == 0 {
                self.bytes -= held.bytes;
                self.messages.remove(&target);
            }
        }
    }
}

#[cfg(test)]
mod tests;
