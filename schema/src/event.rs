//! What subscribers of a room get.

use crate::{
    DateTime, Json, Message, MessageCounts, MessageId, ReactionCount, Room, RoomId, Seq, UserId,
};
use async_graphql::{Enum, InputObject, Interface, SimpleObject};

/// Something that happened in a room, at its position in the room's log.
#[derive(Interface, Clone, Debug)]
#[graphql(
    field(name = "seq", ty = "&Seq", desc = "Position in the room's log."),
    field(name = "at", ty = "&DateTime", desc = "When it happened.")
)]
pub enum RoomEvent {
    /// A message or a reply was sent.
    MessageSent(MessageSent),
    /// A message's state changed.
    MessageChanged(MessageChanged),
    /// A message was deleted.
    MessageDeleted(MessageDeleted),
    /// All that one author sent was hidden.
    AuthorHidden(AuthorHidden),
    /// The room itself changed.
    RoomChanged(RoomChanged),
    /// The host application told something.
    CustomEvent(CustomEvent),
}

impl RoomEvent {
    /// Where in the log and when it happened.
    #[must_use]
    pub fn happened(&self) -> (Seq, DateTime) {
        match self {
            Self::MessageSent(event) => (event.seq, event.at),
            Self::MessageChanged(event) => (event.seq, event.at),
            Self::MessageDeleted(event) => (event.seq, event.at),
            Self::AuthorHidden(event) => (event.seq, event.at),
            Self::RoomChanged(event) => (event.seq, event.at),
            Self::CustomEvent(event) => (event.seq, event.at),
        }
    }
}

/// A message or a reply was sent.
#[derive(SimpleObject, Clone, Debug)]
pub struct MessageSent {
    /// Position in the room's log.
    pub seq: Seq,
    /// When it was sent.
    pub at: DateTime,
    /// What was sent.
    pub message: Message,
}

/// A root message, a reply or their state changed: edited, pinned, answered, approved, replied to.
#[derive(SimpleObject, Clone, Debug)]
pub struct MessageChanged {
    /// Position in the room's log.
    pub seq: Seq,
    /// When it changed.
    pub at: DateTime,
    /// The message as it is now.
    pub message: Message,
}

/// A message was deleted.
#[derive(SimpleObject, Clone, Debug)]
pub struct MessageDeleted {
    /// Position in the room's log.
    pub seq: Seq,
    /// When it was deleted.
    pub at: DateTime,
    /// The message that is gone.
    pub message_id: MessageId,
    /// The version of what is left of it.
    pub version: u32,
    /// Why, if somebody said so.
    pub reason: Option<String>,
}

/// All that one author sent is hidden.
#[derive(SimpleObject, Clone, Debug)]
pub struct AuthorHidden {
    /// Position in the room's log. What the author sent before it is hidden.
    pub seq: Seq,
    /// When it was hidden.
    pub at: DateTime,
    /// The author. What was sent anonymously stays.
    pub user_id: UserId,
    /// Only what was sent from then on is hidden; without it, all.
    pub since: Option<DateTime>,
}

/// What the host application tells a room: a poll was opened, a slide changed.
#[derive(SimpleObject, Clone, Debug)]
pub struct CustomEvent {
    /// Position in the room's log.
    pub seq: Seq,
    /// When it was told.
    pub at: DateTime,
    /// What it is.
    pub name: String,
    /// What goes with it.
    pub data: Option<Json>,
}

/// The input of `sendEvent`.
#[derive(InputObject, Clone, Debug)]
pub struct SendEventInput {
    /// The room.
    pub room_id: RoomId,
    /// What it is: 1 to 64 of A-Z a-z 0-9 _ - . :
    pub name: String,
    /// What goes with it.
    pub data: Option<Json>,
}

/// The room's name, status, settings or metadata changed.
#[derive(SimpleObject, Clone, Debug)]
pub struct RoomChanged {
    /// Position in the room's log.
    pub seq: Seq,
    /// When it changed.
    pub at: DateTime,
    /// The room as it is now.
    pub room: Room,
}

/// How a subscription begins, relative to its `after`.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// Nothing was missed.
    Live,
    /// This batch (and perhaps more) holds what was missed.
    Replayed,
    /// Too much was missed to replay: read the room again.
    Gap,
}

/// What happened in a room since the previous batch. One frame on the wire, however many events.
#[derive(SimpleObject, Clone, Debug)]
pub struct RoomEventBatch {
    /// The room.
    pub room_id: RoomId,
    /// Position after this batch: the `after` of the next subscription.
    pub cursor: String,
    /// LIVE: nothing was missed. REPLAYED: this batch (and perhaps more) holds what was missed. GAP: too much was
    /// missed to replay, read the room again. Only the first batch says something other than LIVE.
    pub resume: Resume,
    /// What happened, in order.
    pub events: Vec<RoomEvent>,
    /// Chat messages stored but not pushed since the previous batch (maxDeliveryRate).
    pub skipped_messages: u32,
    /// Only when it changed.
    pub participant_count: Option<u32>,
    /// Bursts summed since the previous batch.
    pub reactions: Vec<ReactionCount>,
    /// Absolute counts of messages whose counts changed.
    pub counts: Vec<MessageCounts>,
}
