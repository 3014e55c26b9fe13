//! A message in memory, for all the entries that are about it.

use schema::Message;

/// A message as it is now.
pub(super) struct Held {
    pub(super) message: Message,
    /// How many entries in memory need it.
    pub(super) entries: u32,
    /// What it counts for, once it is kept.
    pub(super) bytes: usize,
}

impl Held {
    /// A message that no entry needs yet.
    pub(super) fn new(message: Message) -> Self {
        Self { message, entries: 0, bytes: 0 }
    }

    /// Keeps the message for one more entry.
    pub(super) fn keep(&mut self, message: Message) {
        self.entries += 1;
        renew(&mut self.message, message);
        self.bytes = size_of::<Self>() + text_bytes(&self.message);
    }
}

/// Of two copies of a message the newer, and of their counts the newer.
pub(super) fn renew(known: &mut Message, mut found: Message) {
    match found.version >= known.version {
        true => {
            found.take_counts(known);
            *known = found;
        }
        false => known.take_counts(&found),
    }
}

/// What a message has without a bound of its own.
pub(super) fn text_bytes(message: &Message) -> usize {
    message.content.as_ref().map_or(0, String::len)
}
