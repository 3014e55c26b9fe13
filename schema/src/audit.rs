//! Who has done what in a room, for those who answer for it.

use crate::{DateTime, Json, MessageId, UserId};
use async_graphql::{ID, SimpleObject};

/// One act of somebody who keeps order, or one that they may have to judge.
#[derive(SimpleObject, Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Unique.
    pub id: ID,
    /// When.
    pub at: DateTime,
    /// Who did it.
    pub actor_id: UserId,
    /// What was done: the name of the mutation, for example `deleteMessage`, or `askAnonymously`.
    pub action: String,
    /// To whom.
    pub target_user_id: Option<UserId>,
    /// To which message.
    pub target_message_id: Option<MessageId>,
    /// Why.
    pub reason: Option<String>,
    /// What goes with it: the text that was deleted, the role that was given.
    pub details: Option<Json>,
}
