//! Messages and what is sent to make and change them.

use crate::{
    ClientMessageId, DateTime, Json, MessageConnection, MessageId, PageArgs, QuestionStatus,
    ReactionCount, Result, Role, RoomId, Seq, UserId, fields::fields, not_in_subscription,
    page::page_cost,
};
use async_graphql::{ComplexObject, Context, Enum, InputObject, SimpleObject};
use serde::{Deserialize, Serialize};

/// What a message is.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MessageKind {
    /// Talk.
    Chat,
    /// A question to the stage.
    Question,
    /// A word from the hosts to everybody.
    Announcement,
}

/// What became of a message.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MessageStatus {
    /// It waits for a review; its author and the staff see it.
    Held,
    /// Everybody sees it.
    Published,
    /// A review has refused it; its author and the staff see that.
    Rejected,
    /// It is gone; a tombstone keeps its place.
    Deleted,
}

/// Who wrote a message, as they were when it was sent. Has no `id` on purpose, so that caches keep it inside its message.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Author {
    /// The author's identity.
    pub user_id: UserId,
    /// The author's name.
    pub display_name: String,
    /// The author's picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// The author's role in the room.
    pub role: Role,
}

/// One message of a room: a root message, or a reply to one.
#[derive(SimpleObject, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[graphql(complex)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// The room it is in.
    pub room_id: RoomId,
    /// Position in the room's log: the order in which everybody sees it.
    pub seq: Seq,
    /// What it is.
    pub kind: MessageKind,
    /// What became of it.
    pub status: MessageStatus,
    /// Null once deleted, and while the caller may not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// As it was when the message was sent. Null for anonymous questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Author>,
    /// The root message when this is a reply. Replies are one level deep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<MessageId>,
    /// When it was sent.
    pub created_at: DateTime,
    /// When its content last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<DateTime>,
    /// When it was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<DateTime>,
    /// Grows with every change; of two copies keep the higher.
    pub version: u32,
    /// The key its sender gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_message_id: Option<ClientMessageId>,
    /// When the first reply came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replied_at: Option<DateTime>,
    /// When the newest reply came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_reply_at: Option<DateTime>,
    /// How many replies it has.
    #[serde(default)]
    pub reply_count: u32,
    /// Where a question is on its way to an answer; null for what is no question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question_status: Option<QuestionStatus>,
    /// When it was first answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<DateTime>,
    /// How many have upvoted it.
    #[serde(default)]
    pub upvote_count: u32,
    /// How often each reaction was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<ReactionCount>,
    /// When it was pinned, as long as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned_at: Option<DateTime>,
    /// The sender's own data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Json>,
    /// Who sent it, when `author` does not say so. Nobody is told.
    #[graphql(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<UserId>,
    /// Grows with every change of the counts, which have no part in `version`.
    #[graphql(skip)]
    #[serde(default)]
    pub count_version: u32,
}

impl Message {
    /// Unique over all rooms: names the room and the position in it.
    #[must_use]
    pub fn id(&self) -> MessageId {
        MessageId::new(self.room_id.clone(), self.seq)
    }

    /// Whether the message is a reply.
    #[must_use]
    pub fn is_reply(&self) -> bool {
        self.parent_id.is_some()
    }

    /// Whether this user wrote it, under a name or without.
    #[must_use]
    pub fn is_by(&self, user: &UserId) -> bool {
        self.sender.as_ref().or(self.author.as_ref().map(|author| &author.user_id)) == Some(user)
    }

    /// Whether everybody in the room may know of it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        matches!(self.status, MessageStatus::Published | MessageStatus::Deleted)
    }

    /// Takes over the counts of another copy, if they are newer.
    pub fn take_counts(&mut self, other: &Self) {
        self.renew_counts(other.count_version, other.upvote_count, &other.reactions);
    }

    /// Takes over counts, if their version is newer.
    pub fn renew_counts(&mut self, version: u32, upvotes: u32, reactions: &[ReactionCount]) {
        if version > self.count_version {
            self.count_version = version;
            self.upvote_count = upvotes;
            self.reactions = reactions.to_vec();
        }
    }

    /// What is left of the message once it is deleted: its place, nothing of what it said. One that nobody has been shown leaves
    /// no place either: it is as if a review had refused it.
    #[must_use]
    pub fn tombstone(self, deleted_at: DateTime) -> Self {
        let status =
            if self.is_public() { MessageStatus::Deleted } else { MessageStatus::Rejected };
        Self {
            status,
            content: None,
            metadata: None,
            pinned_at: None,
            deleted_at: Some(deleted_at),
            version: self.version + 1,
            ..self
        }
    }
}

#[ComplexObject]
impl Message {
    /// Unique over all rooms. Names the room and the position in it.
    #[graphql(name = "id")]
    async fn graphql_id(&self) -> MessageId {
        self.id()
    }

    /// The replies, oldest first. Not selectable inside a subscription.
    #[graphql(
        complexity = "page_cost(first, last, child_complexity)",
        directive = not_in_subscription::apply("it is looked up".to_owned())
    )]
    async fn replies(
        &self,
        gql: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<MessageConnection> {
        fields(gql).message_replies(gql, self, PageArgs { first, after, last, before }).await
    }
}

/// The input of `sendMessage`.
#[derive(InputObject, Clone, Debug)]
pub struct SendMessageInput {
    /// Where to send it.
    pub room_id: RoomId,
    /// What it says.
    pub content: String,
    /// What it is.
    #[graphql(default_with = "Some(MessageKind::Chat)")]
    pub kind: Option<MessageKind>,
    /// Made by the client (a UUID). The same author sending it again to the same room within 24 h gets the first
    /// message back; with other content: `IDEMPOTENCY_CONFLICT`. Clients that retry must send one.
    pub client_message_id: Option<ClientMessageId>,
    /// Ask without one's name. For questions, where the room allows it.
    #[graphql(default_with = "Some(false)")]
    pub anonymous: Option<bool>,
    /// The sender's own data.
    pub metadata: Option<Json>,
}

/// The input of `sendReply`.
#[derive(InputObject, Clone, Debug)]
pub struct SendReplyInput {
    /// The root message.
    pub message_id: MessageId,
    /// What the reply says.
    pub content: String,
    /// As in `SendMessageInput`.
    pub client_message_id: Option<ClientMessageId>,
    /// The sender's own data.
    pub metadata: Option<Json>,
}

/// The input of `editMessage`.
#[derive(InputObject, Clone, Debug)]
pub struct EditMessageInput {
    /// The message to change.
    pub message_id: MessageId,
    /// What it shall say.
    pub content: String,
    /// Refuse with `VERSION_CONFLICT` when the message has another version.
    pub expected_version: Option<u32>,
}

/// The input of `deleteMessage`.
#[derive(InputObject, Clone, Debug)]
pub struct DeleteMessageInput {
    /// The message to delete.
    pub message_id: MessageId,
    /// Why; everybody in the room sees it.
    pub reason: Option<String>,
}

/// The input of `setPin`.
#[derive(InputObject, Clone, Debug)]
pub struct SetPinInput {
    /// The message, which may be a reply.
    pub message_id: MessageId,
    /// Whether it shall be pinned.
    pub pinned: bool,
}
