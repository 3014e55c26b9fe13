//! The caller's place in a room.

use crate::{Capability, DateTime, MessageId, Result, Role, RoomId, UserId, fields::fields};
use async_graphql::{ComplexObject, Context, SimpleObject};

/// The caller's place in a room.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
#[graphql(complex)]
pub struct RoomViewer {
    /// The room.
    #[graphql(skip)]
    pub room_id: RoomId,
    /// The caller.
    pub user_id: UserId,
    /// The caller's role in this room.
    pub role: Role,
    /// What that role allows.
    pub capabilities: Vec<Capability>,
    /// Until when the caller is muted. A mute that ends only when it is lifted lasts until the year 9999.
    pub muted_until: Option<DateTime>,
}

#[ComplexObject]
impl RoomViewer {
    /// When the caller may send again (slow mode, rate limit, mute); null when that is now.
    async fn can_send_at(&self, gql: &Context<'_>) -> Result<Option<DateTime>> {
        fields(gql).viewer_can_send_at(gql, self).await
    }

    /// Which of these messages (at most 100, of this room) the caller has upvoted or reacted to.
    #[graphql(complexity = "10 + 100 * child_complexity")]
    async fn message_states(
        &self,
        gql: &Context<'_>,
        message_ids: Vec<MessageId>,
    ) -> Result<Vec<ViewerMessageState>> {
        fields(gql).viewer_message_states(gql, self, message_ids).await
    }
}

/// What the caller has said to a message without words.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct ViewerMessageState {
    /// The message.
    pub message_id: MessageId,
    /// Whether the caller has upvoted it.
    pub upvoted: bool,
    /// The reactions that the caller has given.
    pub reactions: Vec<String>,
}
