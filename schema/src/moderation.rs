//! Keeping order: sanctions, roles, review, reports, and who is told of them.

use crate::{Capability, DateTime, Message, MessageId, Role, RoomId, UserId};
use async_graphql::{ComplexObject, Enum, ID, InputObject, SimpleObject, Union};
use serde::{Deserialize, Serialize};

/// What a sanction forbids.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SanctionType {
    /// To send, vote and react.
    Mute,
    /// To be in the room at all.
    Ban,
}

/// Which messages of participants wait for a review.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReviewMode {
    /// None.
    Off,
    /// Questions.
    Questions,
    /// All of them.
    All,
}

/// What a moderator has imposed on somebody in a room.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[graphql(complex)]
#[serde(rename_all = "camelCase")]
pub struct Sanction {
    /// The room.
    #[graphql(skip)]
    pub room_id: RoomId,
    /// What it forbids.
    pub r#type: SanctionType,
    /// Whom.
    pub user_id: UserId,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who imposed it.
    pub created_by: UserId,
    /// When.
    pub created_at: DateTime,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime>,
}

impl Sanction {
    /// Whether it holds at this time.
    #[must_use]
    pub fn holds(&self, now: DateTime) -> bool {
        self.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}

#[ComplexObject]
impl Sanction {
    /// Unique over all rooms.
    async fn id(&self) -> ID {
        let kind = match self.r#type {
            SanctionType::Mute => "MUTE",
            SanctionType::Ban => "BAN",
        };
        ID(format!("{}.{kind}.{}", self.room_id, self.user_id))
    }
}

/// What concerns one person in a room.
#[derive(Union, Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "GraphQL's unions hold their types themselves")]
pub enum ViewerEvent {
    /// A moderator has muted or banned the caller.
    Sanctioned(Sanctioned),
    /// A sanction has been lifted.
    SanctionLifted(SanctionLifted),
    /// A message of the caller's has been reviewed.
    MessageReviewed(MessageReviewed),
    /// The caller has another role in this room.
    RoleChanged(RoleChanged),
}

/// A moderator has muted or banned the caller.
#[derive(SimpleObject, Clone, Debug, PartialEq)]
pub struct Sanctioned {
    /// What was imposed.
    pub sanction: Sanction,
}

/// A sanction has been lifted.
#[derive(SimpleObject, Clone, Debug, PartialEq)]
pub struct SanctionLifted {
    /// Which.
    pub r#type: SanctionType,
}

/// A message of the caller's has been reviewed.
#[derive(SimpleObject, Clone, Debug, PartialEq)]
pub struct MessageReviewed {
    /// The message as it is now: `PUBLISHED` or `REJECTED`.
    pub message: Message,
    /// Why, if somebody said so.
    pub reason: Option<String>,
}

/// The caller has another role in this room.
#[derive(SimpleObject, Clone, Debug, PartialEq)]
pub struct RoleChanged {
    /// The role.
    pub role: Role,
    /// What it allows.
    pub capabilities: Vec<Capability>,
}

/// What those who keep order have to look at.
#[derive(Union, Clone, Debug, PartialEq)]
pub enum ModerationEvent {
    /// A message waits for a review.
    MessageHeld(MessageHeld),
    /// Somebody has reported a message.
    MessageReported(MessageReported),
}

/// A message waits for a review.
#[derive(SimpleObject, Clone, Debug, PartialEq)]
pub struct MessageHeld {
    /// The message.
    pub message: Message,
}

/// Somebody has reported a message.
#[derive(SimpleObject, Clone, Debug, PartialEq)]
pub struct MessageReported {
    /// The message.
    pub message: Message,
    /// How many have reported it.
    pub report_count: u32,
    /// Why it was reported now.
    pub reason: String,
}

/// The input of `hideAuthor`.
#[derive(InputObject, Clone, Debug)]
pub struct HideAuthorInput {
    /// The room.
    pub room_id: RoomId,
    /// Whose messages.
    pub user_id: UserId,
    /// Only what was sent from then on.
    pub since: Option<DateTime>,
    /// Why; the audit log keeps it.
    pub reason: Option<String>,
}

/// The input of `reviewMessage`.
#[derive(InputObject, Clone, Debug)]
pub struct ReviewMessageInput {
    /// The message that waits.
    pub message_id: MessageId,
    /// Whether everybody shall see it.
    pub approve: bool,
    /// Why; its author is told.
    pub reason: Option<String>,
}

/// The input of `reportMessage`.
#[derive(InputObject, Clone, Debug)]
pub struct ReportMessageInput {
    /// The message.
    pub message_id: MessageId,
    /// What is wrong with it; those who keep order see it.
    pub reason: String,
}

/// The input of `sanctionUser`.
#[derive(InputObject, Clone, Debug)]
pub struct SanctionUserInput {
    /// The room.
    pub room_id: RoomId,
    /// Whom.
    pub user_id: UserId,
    /// What is forbidden.
    pub r#type: SanctionType,
    /// For how long, 1 second to 10 years; until it is lifted, when this is left out.
    pub duration_seconds: Option<u32>,
    /// Why; the person is told.
    pub reason: Option<String>,
    /// Hide also all that the person has sent.
    #[graphql(default_with = "Some(false)")]
    pub hide_messages: Option<bool>,
}

/// The input of `liftSanction`.
#[derive(InputObject, Clone, Debug)]
pub struct LiftSanctionInput {
    /// The room.
    pub room_id: RoomId,
    /// Whose sanction.
    pub user_id: UserId,
    /// Which.
    pub r#type: SanctionType,
}

/// The input of `setRole`.
#[derive(InputObject, Clone, Debug)]
pub struct SetRoleInput {
    /// The room.
    pub room_id: RoomId,
    /// Whose role.
    pub user_id: UserId,
    /// The role in this room. It counts instead of what the person's groups give, whether that is more or less.
    pub role: Role,
}
