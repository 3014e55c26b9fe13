//! The newest part of a room's log in memory. Pure: it knows no table, no broker, no clock.

mod apply;
mod display_cap;
mod event;
mod held;
mod notice;
mod read;

pub(crate) use display_cap::DisplayCap;
pub(crate) use event::Event;
pub(crate) use notice::Notice;
pub(crate) use read::{Most, Stretch};

use super::{Entry, payload::Counts};
use crate::people::People;
use event::Light;
use held::Held;
use schema::{Message, Room, Seq};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    ops::RangeInclusive,
    sync::Arc,
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
    people: Arc<People>,
    /// Entries after this position are in memory.
    base: Seq,
    entries: VecDeque<Light>,
    /// Every message that an entry in memory is or is about, as it is now.
    messages: HashMap<Seq, Held>,
    /// Every pinned message, as far as it has been seen.
    pinned: HashMap<Seq, Message>,
    bytes: usize,
    /// Entries that came before their turn.
    parked: BTreeMap<Seq, Entry>,
    /// The highest position that was ever offered.
    seen: Seq,
    /// The newest position at which a message that was already there changed.
    last_change: Seq,
    display_cap: DisplayCap,
    /// What concerns some people alone, and has not been taken.
    notices: Vec<Notice>,
}

impl Tail {
    /// A tail that is complete up to `base` and empty beyond it.
    pub(crate) fn new(room: Room, people: Arc<People>, base: Seq) -> Self {
        Self {
            display_cap: DisplayCap::full(&room.settings),
            room,
            people,
            base,
            entries: VecDeque::new(),
            messages: HashMap::new(),
            pinned: HashMap::new(),
            bytes: 0,
            parked: BTreeMap::new(),
            seen: base,
            last_change: base,
            notices: Vec::new(),
        }
    }

    /// What may still be shown of a flood behind this tail.
    pub(crate) fn display_cap(&self) -> &DisplayCap {
        &self.display_cap
    }

    /// An empty tail whose flood goes on where another one ended.
    pub(crate) fn going_on(self, display_cap: DisplayCap) -> Self {
        Self { display_cap, ..self }
    }

    /// The room as it is now.
    pub(crate) fn room(&self) -> &Room {
        &self.room
    }

    /// Those of whom there is something to say.
    pub(crate) fn people(&self) -> &Arc<People> {
        &self.people
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
        if let Entry::Member { member, .. } = &entry {
            self.learn(member);
        }
        if self.parked.len() < MAX_PARKED || entry.seq() == before + 1 {
            self.parked.entry(entry.seq()).or_insert(entry);
        }
        while let Some(next) = self.parked.remove(&(self.position() + 1)) {
            self.push(next);
        }
        self.position() > before
    }

    /// Takes what concerns some people alone.
    pub(crate) fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Takes over counts of a message in memory.
    pub(crate) fn count(&mut self, counts: &Counts) {
        let held = self.messages.get_mut(&counts.seq).map(|held| &mut held.message);
        for message in held.into_iter().chain(self.pinned.get_mut(&counts.seq)) {
            counts.apply(message);
        }
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
}

#[cfg(test)]
mod tests;
