//! What an entry in memory tells its readers.

use crate::log::Change;
use schema::{
    AuthorHidden, CustomEvent, DateTime, Json, Message, MessageChanged, MessageDeleted,
    MessageSent, Room, RoomChanged, RoomEvent, Seq, UserId,
};

/// An entry without its message.
pub(super) enum Light {
    /// Whether the message is beyond what is shown a second.
    Sent {
        capped: bool,
    },
    Changed {
        at: DateTime,
        target: Seq,
        change: Change,
    },
    Deleted {
        at: DateTime,
        target: Seq,
        reason: Option<String>,
    },
    Hidden {
        at: DateTime,
        user_id: UserId,
        since: Option<DateTime>,
    },
    Custom {
        at: DateTime,
        name: String,
        data: Option<Json>,
    },
    Room {
        at: DateTime,
        room: Box<Room>,
    },
    Void,
}

/// A message's part in an event, for the subscriptions that follow one kind of change.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    /// What subscribers of the room get.
    pub(crate) event: RoomEvent,
    /// What was done, when the event is a change.
    pub(crate) change: Option<Change>,
    /// The message as it is now, for every event that is about one.
    pub(crate) message: Option<Message>,
}

impl Light {
    /// The position of the message that the entry at `seq` is or is about.
    pub(super) fn target(&self, seq: Seq) -> Option<Seq> {
        match self {
            Self::Sent { .. } => Some(seq),
            Self::Changed { target, .. } | Self::Deleted { target, .. } => Some(*target),
            Self::Hidden { .. } | Self::Custom { .. } | Self::Room { .. } | Self::Void => None,
        }
    }

    /// Whether participants are not pushed what it tells.
    pub(super) fn is_capped(&self) -> bool {
        matches!(self, Self::Sent { capped: true })
    }

    /// The event at `seq`, with the entry's message as it is now; `None` when it is nothing to everybody.
    pub(super) fn event(&self, seq: Seq, message: Option<Message>) -> Option<Event> {
        let change = match self {
            Self::Changed { change: Change::Rejected, .. } => return None,
            Self::Changed { change, .. } => Some(*change),
            _ => None,
        };
        let message = match message {
            Some(message) if message.is_public() => Some(message),
            // What waits for a review, or was refused by one.
            Some(_) => return None,
            None => None,
        };
        let event = match (self, message.clone()) {
            (Self::Sent { .. }, Some(message)) => {
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
            _ => self.event_of_room(seq)?,
        };
        Some(Event { event, change, message })
    }

    /// The event of an entry that is not about a message.
    fn event_of_room(&self, seq: Seq) -> Option<RoomEvent> {
        Some(match self {
            Self::Room { at, room } => {
                let room = Room { read_at: Some(seq), ..(**room).clone() };
                RoomEvent::RoomChanged(RoomChanged { seq, at: *at, room })
            }
            Self::Hidden { at, user_id, since } => {
                let (at, user_id, since) = (*at, user_id.clone(), *since);
                RoomEvent::AuthorHidden(AuthorHidden { seq, at, user_id, since })
            }
            Self::Custom { at, name, data } => {
                let (at, name, data) = (*at, name.clone(), data.clone());
                RoomEvent::CustomEvent(CustomEvent { seq, at, name, data })
            }
            Self::Sent { .. } | Self::Changed { .. } | Self::Deleted { .. } | Self::Void => {
                return None;
            }
        })
    }
}
