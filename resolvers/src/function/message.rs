//! Requests about messages.

use crate::{
    log::{Append, Change, Entry, Feed},
    row::{entry_key, marker_key},
    source::table::{Condition, Get, Key, Update},
};
use aws_sdk_dynamodb::types::AttributeValue;
use schema::{
    ClientMessageId, DateTime, Message, MessageKind, MessageStatus, QuestionStatus, RoomId, Seq,
    UserId,
};
use sha2::{Digest, Sha256};

/// Puts a MESSAGE row at the end of the room's log.
pub fn put_message(feed: &Feed, message: &Message) -> Append {
    Append::new(feed, message.created_at, Entry::Message(message.clone()))
}

/// Puts a THREAD row at the end of the room's log, and behind it that its root message changed.
pub fn put_thread(feed: &Feed, reply: &Message, root: Seq) -> Append {
    let at = reply.created_at;
    let changed = Entry::changed(at, root, Change::Replied);
    Append::new(feed, at, Entry::Thread(reply.clone())).and(changed)
}

/// Puts a THREAD row that waits for a review; its root message does not change before that.
pub fn put_held_thread(feed: &Feed, reply: &Message) -> Append {
    Append::new(feed, reply.created_at, Entry::Thread(reply.clone()))
}

/// Stamps `repliedAt` on the MESSAGE row, unless it is stamped, and counts the reply. The row must be a published root message.
pub fn stamp_replied_at(room: &RoomId, root: Seq, at: DateTime) -> Update {
    Update::new(entry_key(room, root))
        .set_if_absent("repliedAt", millis(at))
        .set("lastReplyAt", millis(at))
        .add("replyCount", 1)
        .add("version", 1)
        .when(Condition::Equals("status", text("PUBLISHED")))
        .when(Condition::Equals("entity", text("MESSAGE")))
}

/// Records an edit: the entry that says so, and the message's row, if it still has the version that was read.
pub fn put_edit(feed: &Feed, before: &Message, edited: &Message, at: DateTime) -> Append {
    let changed = Entry::changed(at, edited.seq, Change::Edited);
    let row = Update::new(entry_key(&edited.room_id, edited.seq))
        .set("content", text(edited.content.as_deref().unwrap_or_default()))
        .set("editedAt", millis(at))
        .set("version", number(edited.version))
        .when(Condition::Equals("version", number(before.version)));
    Append::new(feed, at, changed).with(row)
}

/// Records a deletion: the entry that says so, and a tombstone in the message's place, unless there is one.
///
/// Whatever else happens to the message meanwhile: nobody can keep it from being deleted by replying to it.
pub fn put_tombstone(feed: &Feed, seq: Seq, at: DateTime, reason: Option<String>) -> Append {
    let deleted = Entry::Deleted { seq: 0, at, target: seq, reason, message: None };
    let row = Update::new(entry_key(feed.id(), seq))
        .set("status", text("DELETED"))
        .set("deletedAt", millis(at))
        .add("version", 1)
        .remove("content")
        .remove("metadata")
        .when(Condition::Equals("status", text("PUBLISHED")));
    Append::new(feed, at, deleted).with(row)
}

/// Reads what was sent with a `clientMessageId`.
pub fn get_marker(room: &RoomId, user: &UserId, key: &ClientMessageId) -> Get {
    Get(marker_key(room, user, key))
}

/// The marker that makes a message's sending safe to repeat: its key, and a digest of what was sent.
pub fn marker(message: &Message, user: &UserId) -> Option<(Key, String)> {
    let key = message.client_message_id.as_ref()?;
    Some((marker_key(&message.room_id, user, key), digest(message)))
}

/// A digest of what a sender says, the same on every node and in every version.
pub fn digest(message: &Message) -> String {
    let parent = message.parent_id.as_ref().map(ToString::to_string);
    let anonymous = message.sender.is_some();
    let said =
        serde_json::json!([message.kind, message.content, message.metadata, parent, anonymous]);
    let digest = Sha256::digest(said.to_string());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A new message, before it has a position.
pub fn draft(room: RoomId, kind: MessageKind, content: String, at: DateTime) -> Message {
    Message {
        room_id: room,
        seq: 0,
        kind,
        status: MessageStatus::Published,
        content: Some(content),
        author: None,
        parent_id: None,
        created_at: at,
        edited_at: None,
        deleted_at: None,
        version: 1,
        client_message_id: None,
        replied_at: None,
        last_reply_at: None,
        reply_count: 0,
        question_status: (kind == MessageKind::Question).then_some(QuestionStatus::Open),
        answered_at: None,
        upvote_count: 0,
        reactions: Vec::new(),
        pinned_at: None,
        metadata: None,
        sender: None,
        count_version: 0,
    }
}

/// Somebody who sends.
#[cfg(test)]
pub(crate) fn author_for_tests(user: &str) -> schema::Author {
    schema::Author {
        user_id: user.parse().unwrap(),
        display_name: user.to_owned(),
        avatar_url: None,
        role: schema::Role::Participant,
    }
}

/// What somebody sends.
#[cfg(test)]
pub(crate) fn message_for_tests(user: &str, kind: MessageKind, at: DateTime) -> Message {
    let author = Some(author_for_tests(user));
    Message { author, ..draft("r".parse().unwrap(), kind, "hi".into(), at) }
}

pub(super) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(super) fn number(number: u32) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(super) fn millis(at: DateTime) -> AttributeValue {
    AttributeValue::N(at.as_millis().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamping_is_a_value_that_can_be_compared() {
        let room: RoomId = "r".parse().unwrap();
        let at = DateTime::from_millis(42);
        assert_eq!(
            stamp_replied_at(&room, 7, at),
            Update::new(entry_key(&room, 7))
                .set_if_absent("repliedAt", millis(at))
                .set("lastReplyAt", millis(at))
                .add("replyCount", 1)
                .add("version", 1)
                .when(Condition::Equals("status", text("PUBLISHED")))
                .when(Condition::Equals("entity", text("MESSAGE")))
        );
    }
}
