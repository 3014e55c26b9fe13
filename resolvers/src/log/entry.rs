//! One entry of a room's log, as it is stored and as it travels between nodes.

use crate::people::Member;
use schema::{DateTime, Json, Message, Room, Seq, UserId};
use serde::{Deserialize, Serialize};

/// The highest position there can be: a message id has at most ten digits for it.
pub(crate) const MAX_POSITION: Seq = 9_999_999_999;

/// What happened at one position of a room's log.
///
/// An entry about a message that stands elsewhere points to it. On the broker it also carries the message as it became; in the
/// table it does not, so that what was deleted is nowhere left to read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "entity", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Entry {
    /// A root message was sent. Its row always shows its present state.
    Message(Message),
    /// A reply was sent. Likewise.
    Thread(Message),
    /// A message became something else.
    Changed {
        /// This entry's position.
        seq: Seq,
        /// When.
        at: DateTime,
        /// The message's position.
        target: Seq,
        /// What was done to it.
        change: Change,
        /// Why, where somebody is told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What is pinned since then, if that is what changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pins: Option<Pins>,
        /// The message since then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<Message>,
    },
    /// A message was deleted.
    Deleted {
        /// This entry's position.
        seq: Seq,
        /// When.
        at: DateTime,
        /// The message's position.
        target: Seq,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What is left of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<Message>,
    },
    /// A person's role or sanctions changed.
    Member {
        /// This entry's position.
        seq: Seq,
        /// When.
        at: DateTime,
        /// What the person is since then.
        member: Member,
    },
    /// What one author sent before this was hidden.
    Hidden {
        /// This entry's position.
        seq: Seq,
        /// When.
        at: DateTime,
        /// The author.
        user_id: UserId,
        /// Only what was sent from then on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<DateTime>,
    },
    /// The host application told something.
    Custom {
        /// This entry's position.
        seq: Seq,
        /// When.
        at: DateTime,
        /// What it is.
        name: String,
        /// What goes with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        data: Option<Json>,
    },
    /// The room itself changed.
    Room {
        /// This entry's position.
        seq: Seq,
        /// When.
        at: DateTime,
        /// The room since then.
        room: Room,
    },
    /// Nothing: the writer that took this position never used it.
    Void {
        /// This entry's position.
        seq: Seq,
        /// When it was given up.
        at: DateTime,
    },
}

/// What was done to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Change {
    /// Its author wrote it anew.
    Edited,
    /// A reply was added.
    Replied,
    /// It was pinned, or is no longer.
    Pinned,
    /// It is elsewhere on its way to an answer.
    Answered,
    /// A review has let it pass.
    Approved,
    /// A review has refused it. Only its author is told.
    Rejected,
}

/// What is pinned in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pins {
    /// The version of the room's row that says so.
    pub version: u32,
    /// The positions, the newest pin last.
    pub pinned: Vec<Seq>,
}

impl Entry {
    /// The entry's position.
    pub fn seq(&self) -> Seq {
        match self {
            Self::Message(message) | Self::Thread(message) => message.seq,
            Self::Changed { seq, .. }
            | Self::Deleted { seq, .. }
            | Self::Member { seq, .. }
            | Self::Hidden { seq, .. }
            | Self::Custom { seq, .. }
            | Self::Room { seq, .. }
            | Self::Void { seq, .. } => *seq,
        }
    }

    /// When it happened.
    pub fn at(&self) -> DateTime {
        match self {
            Self::Message(message) | Self::Thread(message) => message.created_at,
            Self::Changed { at, .. }
            | Self::Deleted { at, .. }
            | Self::Member { at, .. }
            | Self::Hidden { at, .. }
            | Self::Custom { at, .. }
            | Self::Room { at, .. }
            | Self::Void { at, .. } => *at,
        }
    }

    /// The message that the entry is or is about: its position.
    pub fn target(&self) -> Option<Seq> {
        match self {
            Self::Message(message) | Self::Thread(message) => Some(message.seq),
            Self::Changed { target, .. } | Self::Deleted { target, .. } => Some(*target),
            Self::Member { .. }
            | Self::Hidden { .. }
            | Self::Custom { .. }
            | Self::Room { .. }
            | Self::Void { .. } => None,
        }
    }

    /// The message that the entry carries.
    pub fn message(&self) -> Option<&Message> {
        match self {
            Self::Message(message) | Self::Thread(message) => Some(message),
            Self::Changed { message, .. } | Self::Deleted { message, .. } => message.as_ref(),
            Self::Member { .. }
            | Self::Hidden { .. }
            | Self::Custom { .. }
            | Self::Room { .. }
            | Self::Void { .. } => None,
        }
    }

    /// Gives an entry about a message that message, unless it has it.
    pub(crate) fn carry(&mut self, found: Message) {
        if let Self::Changed { message, .. } | Self::Deleted { message, .. } = self {
            message.get_or_insert(found);
        }
    }

    /// That a message changed, at a position yet to be given.
    pub(crate) fn changed(at: DateTime, target: Seq, change: Change) -> Self {
        Self::Changed { seq: 0, at, target, change, reason: None, pins: None, message: None }
    }

    /// The same entry at another position.
    pub(crate) fn placed(mut self, position: Seq) -> Self {
        match &mut self {
            Self::Message(message) | Self::Thread(message) => message.seq = position,
            Self::Changed { seq, .. }
            | Self::Deleted { seq, .. }
            | Self::Member { seq, .. }
            | Self::Hidden { seq, .. }
            | Self::Custom { seq, .. }
            | Self::Room { seq, .. }
            | Self::Void { seq, .. } => *seq = position,
        }
        self
    }

    /// The entry as the table keeps it: without copies of messages that stand elsewhere.
    pub(crate) fn stored(&self) -> Self {
        let mut entry = self.clone();
        if let Self::Changed { message, .. } | Self::Deleted { message, .. } = &mut entry {
            *message = None;
        }
        entry
    }
}
