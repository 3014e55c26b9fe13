//! What an entry in memory tells its readers.

use crate::log::Change;
use schema::{
    DateTime, Message, MessageChanged, MessageDeleted, MessageSent, Room, RoomChanged, RoomEvent,
    Seq,
};

/// An entry without its message.
pub(super) enum Light {
    Sent,
    Changed { at: DateTime, target: Seq, change: Change },
    Deleted { at: DateTime, target: Seq, reason: Option<String> },
    Room { at: DateTime, room: Box<Room> },
    Void,
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

impl Light {
    /// The position of the message that the entry at `seq` is or is about.
    pub(super) fn target(&self, seq: Seq) -> Option<Seq> {
        match self {
            Self::Sent => Some(seq),
            Self::Changed { target, .. } | Self::Deleted { target, .. } => Some(*target),
            Self::Room { .. } | Self::Void => None,
        }
    }

    /// The event at `seq`, with the entry's message as it is now.
    pub(super) fn event(&self, seq: Seq, message: Option<Message>) -> Option<Event> {
        let change = match self {
            Self::Changed { change, .. } => Some(*change),
            _ => None,
        };
        let event = match (self, message.clone()) {
            (Self::Room { at, room }, _) => {
                let room = Room { read_at: Some(seq), ..(**room).clone() };
                RoomEvent::RoomChanged(RoomChanged { seq, at: *at, room })
            }
            (Self::Sent, Some(message)) => {
                RoomEvent::MessageSent(MessageSent { seq, at: message.created_at, message })
            }
            (Self::Changed { at, .. }, Some(message)) => {
                RoomEvent::MessageChanged(MessageChanged { seq, at: *at, message })
            }
            (Self::Deleted { at, reason, .. }, Some(message)) => {
                let (message_id, version) = (message.id(), message.version);
                let (at, reason) = (*at, reason.clone());
                RoomEvent::MessageDeleted(MessageDeleted { seq, at, message_id, version, reason })
            }
            (Self::Void | Self::Sent | Self::Changed { .. } | Self::Deleted { .. }, _) => {
                return None;
            }
        };
        Some(Event { event, change, message })
    }
}
