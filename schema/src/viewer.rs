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
    /// Whether it is the caller's own, as it is everywhere but in the answer of `setRole`.
    #[graphql(skip)]
    pub is_callers: bool,
    /// The caller; in the answer of `setRole` the person who has the role.
    pub user_id: UserId,
    /// That person's role in this room.
    pub role: Role,
    /// What that role allows.
    pub capabilities: Vec<Capability>,
    /// Until when that person is muted. A mute that ends only when it is lifted lasts until the year 9999.
    pub muted_until: Option<DateTime>,
}

#[ComplexObject]
impl RoomViewer {
    /// When the caller may send again (slow mode, rate limit, mute); null when that is now.
    async fn can_send_at(&self, gql: &Context<'_>) -> Result<Option<DateTime>> {
        fields(gql).viewer_can_send_at(gql, self).await
    }

    /// Which of these messages (at most 100, of this room) the caller has upvoted or reacted to. Empty in somebody else's place.
    #[graphql(complexity = "10 + 100 * child_complexity")]
    async fn message_states(
        &self,
        gql: &Context<'_>,
        message_ids: Vec<MessageId>,
    ) -> Result<Vec<ViewerMessageState>> {
        match self.is_callers {
            true => fields(gql).viewer_message_states(gql, self, message_ids).await,
            false => Ok(Vec::new()),
        }
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
