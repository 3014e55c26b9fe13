//! What an entry does to a room's state in memory.

use super::{
    KEEP_BYTES, KEEP_ENTRIES, Light, Notice, Tail,
    held::{Held, renew},
};
use crate::{
    log::{Change, Entry, entry::Pins},
    people::{Hide, Member},
};
use schema::{Message, MessageStatus};
use std::sync::Arc;

impl Tail {
    /// Takes the entry whose turn it is.
    pub(super) fn push(&mut self, entry: Entry) {
        let seq = entry.seq();
        if let Some(message) = entry.message() {
            self.hold(message.clone());
        }
        self.take_effect(&entry);
        let light = self.lighten(entry);
        if let Light::Changed { .. } | Light::Deleted { .. } | Light::Hidden { .. } = &light {
            self.last_change = seq;
        }
        self.entries.push_back(light);
        while self.entries.len() > KEEP_ENTRIES
            || (self.bytes > KEEP_BYTES && self.entries.len() > 1)
        {
            self.evict();
        }
    }

    /// What changes beside the messages that entries carry.
    fn take_effect(&mut self, entry: &Entry) {
        match entry {
            Entry::Room { room, .. } if room.version > self.room.version => {
                self.room = room.clone();
            }
            Entry::Changed { change, reason, pins, message: Some(message), .. } => {
                if let Some(pins) = pins {
                    self.pin(pins, message);
                }
                if let Change::Approved | Change::Rejected = change {
                    let (message, reason) = (message.clone(), reason.clone());
                    self.notices.push(Notice::Reviewed { message, reason });
                }
            }
            Entry::Message(message) | Entry::Thread(message)
                if message.status == MessageStatus::Held =>
            {
                self.notices.push(Notice::Held(message.clone()));
            }
            Entry::Member { member, .. } => self.learn(member),
            Entry::Hidden { seq, at, user_id, since } => {
                let hide = Hide { user_id: user_id.clone(), since: *since, until: *seq, at: *at };
                self.hide(hide.clone());
                self.notices.push(Notice::Hidden(hide));
            }
            _ => {}
        }
    }

    fn lighten(&mut self, entry: Entry) -> Light {
        let target = entry.message().map(|message| message.seq);
        match (entry, target) {
            (Entry::Message(message) | Entry::Thread(message), _) => {
                Light::Sent { capped: !self.display_cap.shows(&message, &self.room.settings) }
            }
            (Entry::Changed { at, change, .. }, Some(target)) => {
                Light::Changed { at, target, change }
            }
            (Entry::Deleted { at, reason, .. }, Some(target)) => {
                Light::Deleted { at, target, reason }
            }
            (Entry::Room { at, room, .. }, _) => Light::Room { at, room: Box::new(room) },
            (Entry::Hidden { at, user_id, since, .. }, _) => Light::Hidden { at, user_id, since },
            (Entry::Custom { at, name, data, .. }, _) => Light::Custom { at, name, data },
            // A change whose message is gone has nothing to tell, and one of a person is not for everybody.
            (
                Entry::Changed { .. }
                | Entry::Deleted { .. }
                | Entry::Member { .. }
                | Entry::Void { .. },
                _,
            ) => Light::Void,
        }
    }

    /// Takes over what a person is now, before its turn too: a ban does not wait for a hole in the log to be filled.
    pub(super) fn learn(&mut self, member: &Member) {
        let before = self.people.member(&member.user_id).cloned();
        if Arc::make_mut(&mut self.people).learn(member.clone()) {
            self.notices.push(Notice::Member { before, after: member.clone() });
        }
    }

    fn pin(&mut self, pins: &Pins, message: &Message) {
        if pins.version <= self.room.version {
            return;
        }
        self.room.version = pins.version;
        self.room.pinned.clone_from(&pins.pinned);
        self.pinned.retain(|seq, _| pins.pinned.contains(seq));
        if pins.pinned.contains(&message.seq) {
            // Whoever pinned it may not have known that it was hidden.
            let message = self.people.shown(message.clone());
            self.pinned.insert(message.seq, message);
        }
    }

    fn hide(&mut self, hide: Hide) {
        Arc::make_mut(&mut self.people).hide(hide);
        let people = self.people.clone();
        let held = self.messages.values_mut().map(|held| &mut held.message);
        for message in held.chain(self.pinned.values_mut()) {
            *message = people.shown(message.clone());
        }
    }

    /// Holds what is pinned, however long ago it was sent.
    pub(crate) fn hold_pinned(&mut self, messages: Vec<Message>) {
        let shown = messages.into_iter().map(|message| self.people.shown(message));
        self.pinned = shown.map(|message| (message.seq, message)).collect();
    }

    /// Keeps a message for one more entry; of two copies the higher version. However many entries need it, it is kept and
    /// counted once.
    fn hold(&mut self, message: Message) {
        let message = self.people.shown(message);
        if let Some(pinned) = self.pinned.get_mut(&message.seq) {
            renew(pinned, message.clone());
        }
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
