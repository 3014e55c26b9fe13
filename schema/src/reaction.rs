//! Reactions: on messages, one of each name per user; and bursts on the room itself, which are only summed.

use crate::{MessageId, RoomId};
use async_graphql::{InputObject, SimpleObject};
use serde::{Deserialize, Serialize};

/// How often a reaction was given.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReactionCount {
    /// The reaction, one of the room's `allowedReactions`.
    pub name: String,
    /// How often.
    pub count: u32,
}

/// The counts of a message as they are now.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct MessageCounts {
    /// The message.
    pub message_id: MessageId,
    /// How many have upvoted it.
    pub upvote_count: u32,
    /// How often each reaction was given.
    pub reactions: Vec<ReactionCount>,
}

/// The input of `setReaction`.
#[derive(InputObject, Clone, Debug)]
pub struct SetReactionInput {
    /// The message.
    pub message_id: MessageId,
    /// The reaction, one of the room's `allowedReactions`.
    pub name: String,
    /// Whether the caller's reaction shall be there.
    pub on: bool,
}

/// The input of `sendReaction`.
#[derive(InputObject, Clone, Debug)]
pub struct SendReactionInput {
    /// The room.
    pub room_id: RoomId,
    /// The reaction, one of the room's `allowedReactions`.
    pub name: String,
    /// How often, 1 to 10: a client sums what is tapped within a second.
    #[graphql(default_with = "Some(1)")]
    pub count: Option<u32>,
}
