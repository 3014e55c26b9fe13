//! The newest part of a room's log in memory. Pure: it knows no table, no broker, no clock.

use super::{Change, Entry};
use schema::{
    Message, MessageChanged, MessageDeleted, MessageKind, MessageSent, Room, RoomChanged,
    RoomEvent, Seq,
};
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
    /// The newest position at which a message that was already there changed.
    last_change: Seq,
}

/// An entry without its message.
enum Light {
    Sent,
    Changed { at: schema::DateTime, target: Seq, change: Change },
    Deleted { at: schema::DateTime, target: Seq, reason: Option<String> },
    Room { at: schema::DateTime, room: Box<Room> },
    Void,
}

struct Held {
    message: Message,
    /// How many entries in memory need it.
    entries: u32,
    bytes: usize,
}

/// A message's part in an event, for the subscriptions that follow one kind of change.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// What subscribers of the room get.
    pub(crate) event: RoomEvent,
    /// What was done, when the event is a change.
    pub(crate) change: Option<Change>,
    /// The message as it is now, for every event but a room's.
    pub(crate) message: Option<Message>,
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
        if self.parked.len() < MAX_PARKED || entry.seq() == before + 1 {
            self.parked.entry(entry.seq()).or_insert(entry);
        }
        while let Some(next) = self.parked.remove(&(self.position() + 1)) {
            self.push(next);
        }
        self.position() > before
    }

    /// Whether entries wait for a missing one.
    pub(crate) fn has_holes(&self) -> bool {
        !self.parked.is_empty()
    }

    /// The positions up to `head` that are neither known nor parked, as ranges, lowest first.
    pub(crate) fn missing(&self, head: Seq) -> Vec<RangeInclusive<Seq>> {
        let mut missing = Vec::new();
        let mut low = self.position() + 1;
        let head = self.parked.last_key_value().map_or(head, |(&seq, _)| seq.max(head));
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

    /// Up to `limit` entries after a position as events, and the position they end at; `None` when they are not all in
    /// memory.
    pub(crate) fn after(&self, position: Seq, limit: usize) -> Option<(Vec<Event>, Seq)> {
        let skip = usize::try_from(position.checked_sub(self.base)?).ok()?;
        let end = self.position().min(position + limit as Seq).max(position);
        let light = self.entries.iter().enumerate().skip(skip).take(limit);
        let events =
            light.filter_map(|(i, light)| self.event(self.base + 1 + i as Seq, light)).collect();
        Some((events, end))
    }

    /// The newest `limit` root messages before a position, oldest first, and whether there are older ones in memory;
    /// `None` when memory does not reach back far enough to know.
    pub(crate) fn newest(
        &self,
        before: Seq,
        kinds: Option<&[MessageKind]>,
        limit: usize,
    ) -> Option<(Vec<Message>, bool)> {
        let wanted = |message: &Message| {
            !message.is_reply() && kinds.is_none_or(|kinds| kinds.contains(&message.kind))
        };
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

    /// Keeps a message for one more entry; of two copies the higher version. However many entries need it, it is kept and
    /// counted once.
    fn hold(&mut self, message: Message) {
        let held = self.messages.entry(message.seq).or_insert_with(|| Held {
            message: message.clone(),
            entries: 0,
            bytes: 0,
        });
        held.entries += 1;
        if message.version >= held.message.version {
            held.message = message;
        }
        self.bytes -= held.bytes;
        held.bytes = size_of::<Held>() + held.message.content.as_ref().map_or(0, String::len);
        self.bytes += held.bytes;
    }

    fn evict(&mut self) {
        let Some(light) = self.entries.pop_front() else { return };
        self.base += 1;
        let target = match light {
            Light::Sent => self.base,
            Light::Changed { target, .. } | Light::Deleted { target, .. } => target,
            Light::Room { .. } | Light::Void => return,
        };
        if let Some(held) = self.messages.get_mut(&target) {
            held.entries -= 1;
            if held.entries == 0 {
                self.bytes -= held.bytes;
                self.messages.remove(&target);
            }
        }
    }

    fn event(&self, seq: Seq, light: &Light) -> Option<Event> {
        let (target, change) = match light {
            Light::Sent => (Some(seq), None),
            Light::Changed { target, change, .. } => (Some(*target), Some(*change)),
            Light::Deleted { target, .. } => (Some(*target), None),
            Light::Room { .. } => (None, None),
            Light::Void => return None,
        };
        let message = target.and_then(|target| self.message(target).cloned());
        let event = match (light, message.clone()) {
            (Light::Room { at, room }, _) => {
                let room = Room { read_at: Some(seq), ..(**room).clone() };
                RoomEvent::RoomChanged(RoomChanged { seq, at: *at, room })
            }
            (Light::Sent, Some(message)) => {
                RoomEvent::MessageSent(MessageSent { seq, at: message.created_at, message })
            }
            (Light::Changed { at, .. }, Some(message)) => {
                RoomEvent::MessageChanged(MessageChanged { seq, at: *at, message })
            }
            (Light::Deleted { at, reason, .. }, Some(message)) => {
                let (message_id, version) = (message.id(), message.version);
                RoomEvent::MessageDeleted(MessageDeleted {
                    seq,
                    at: *at,
                    message_id,
                    version,
                    reason: reason.clone(),
                })
            }
            _ => return None,
        };
        Some(Event { event, change, message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access::room_for_tests, function::message::draft};
    use schema::{Author, DateTime, Role};

    fn message(seq: Seq, content: &str) -> Message {
        let author = Author {
            user_id: "ada".parse().unwrap(),
            display_name: "Ada".into(),
            avatar_url: None,
            role: Role::Participant,
        };
        let at = DateTime::from_millis(seq as i64);
        Message {
            seq,
            ..draft("r".parse().unwrap(), author, MessageKind::Chat, content.into(), at)
        }
    }

    fn sent(seq: Seq) -> Entry {
        Entry::Message(message(seq, "hello"))
    }

    fn deleted(seq: Seq, target: Seq) -> Entry {
        let at = DateTime::from_millis(seq as i64);
        let message = Some(message(target, "hello").tombstone(at));
        Entry::Deleted { seq, at, target, reason: None, message }
    }

    fn seqs(tail: &Tail, after: Seq) -> Vec<Seq> {
        let seq = |event: &Event| match &event.event {
            RoomEvent::MessageSent(event) => event.seq,
            RoomEvent::MessageChanged(event) => event.seq,
            RoomEvent::MessageDeleted(event) => event.seq,
            RoomEvent::RoomChanged(event) => event.seq,
        };
        tail.after(after, 1_000).unwrap().0.iter().map(seq).collect()
    }

    #[test]
    fn any_order_of_arrival_gives_one_order_of_delivery() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..200 {
            let mut arriving: Vec<Seq> = (1..=50).chain(1..=50).collect();
            random.shuffle(&mut arriving);
            let mut tail = Tail::new(room_for_tests(), 0);
            let mut position = 0;
            for seq in arriving {
                let moved = tail.offer(sent(seq));
                assert_eq!(moved, tail.position() > position);
                position = tail.position();
                assert_eq!(seqs(&tail, 0), (1..=position).collect::<Vec<_>>());
            }
            assert_eq!(position, 50);
        }
    }

    #[test]
    fn what_is_missing_is_known_up_to_the_head() {
        let mut tail = Tail::new(room_for_tests(), 0);
        for seq in [1, 3, 4, 7] {
            tail.offer(sent(seq));
        }
        assert_eq!(tail.missing(0), [2..=2, 5..=6]);
        assert_eq!(tail.missing(9), [2..=2, 5..=6, 8..=9]);
        tail.offer(Entry::Void { seq: 2, at: DateTime::from_millis(0) });
        assert_eq!(tail.position(), 4);
        assert_eq!(seqs(&tail, 0), [1, 3, 4]);
    }

    #[test]
    fn a_deleted_message_is_nowhere_left_in_memory() {
        let mut tail = Tail::new(room_for_tests(), 0);
        tail.offer(sent(1));
        tail.offer(sent(2));
        tail.offer(deleted(3, 1));
        let (events, _) = tail.after(0, 10).unwrap();
        assert!(
            events
                .iter()
                .filter_map(|event| event.message.as_ref())
                .all(|m| m.seq == 2 || m.content.is_none())
        );
        let (page, more) = tail.newest(Seq::MAX, None, 10).unwrap();
        assert_eq!(
            (page[0].content.as_deref(), page[1].content.as_deref(), more),
            (None, Some("hello"), false)
        );
    }

    #[test]
    fn memory_is_bounded_in_entries_and_bytes_and_frees_what_it_drops() {
        let mut tail = Tail::new(room_for_tests(), 0);
        for seq in 1..=3 * KEEP_ENTRIES as Seq {
            tail.offer(if seq % 3 == 0 { deleted(seq, seq - 1) } else { sent(seq) });
        }
        assert_eq!(tail.entries.len(), KEEP_ENTRIES);
        assert!(tail.messages.len() <= KEEP_ENTRIES);
        assert!(tail.after(tail.base() - 1, 10).is_none());

        let first = tail.position() + 1;
        for seq in first..first + 100 {
            tail.offer(Entry::Message(message(seq, &"x".repeat(KEEP_BYTES / 50))));
        }
        assert!(tail.bytes <= KEEP_BYTES && tail.entries.len() <= 50);
        let held: usize = tail.messages.values().map(|held| held.bytes).sum();
        assert_eq!(held, tail.bytes);
    }

    #[test]
    fn a_long_message_that_is_replied_to_again_and_again_counts_once() {
        let mut tail = Tail::new(room_for_tests(), 0);
        tail.offer(Entry::Message(message(1, &"x".repeat(40_000))));
        for seq in 2..=KEEP_ENTRIES as Seq {
            let root = Message {
                version: seq as u32,
                reply_count: seq as u32 - 1,
                ..message(1, &"x".repeat(40_000))
            };
            let (at, message) = (DateTime::from_millis(0), Some(root));
            tail.offer(Entry::Changed { seq, at, target: 1, change: Change::Replied, message });
        }
        assert_eq!((tail.base(), tail.entries.len()), (0, KEEP_ENTRIES));
        assert!(tail.bytes < 50_000, "{} bytes", tail.bytes);
    }

    #[test]
    fn an_entry_about_another_message_than_it_says_cannot_break_the_tail() {
        let mut tail = Tail::new(room_for_tests(), 0);
        let at = DateTime::from_millis(0);
        let message = Some(message(900, "x"));
        tail.offer(Entry::Changed { seq: 1, at, target: 5, change: Change::Edited, message });
        assert_eq!(seqs(&tail, 0), [1]);
        assert_eq!(tail.after(7, 10).unwrap().1, 7);
    }
}
