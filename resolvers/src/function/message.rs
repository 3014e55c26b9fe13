//! Requests about messages.

use super::audit::put_act;
use crate::{
    log::{Append, Change, Entry, Feed},
    row::{Act, entry_key, marker_key, score_partition},
    source::{
        definition::{GSI1PK, GSI1SK, GSI2PK, GSI2SK},
        table::{Condition, Get, Key, Update},
    },
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

/// Records a deletion: the entry that says so, and a tombstone in the message's place, if its status is still the one that was
/// read. Of what nobody has been shown only its author is told.
///
/// Whatever else happens to the message meanwhile: nobody can keep it from being deleted by replying to it.
pub fn put_tombstone(
    feed: &Feed,
    before: &Message,
    at: DateTime,
    reason: Option<String>,
) -> (Append, Update) {
    let (seq, target) = (0, before.seq);
    let entry = match before.is_public() {
        true => Entry::Deleted { seq, at, target, reason, message: None },
        false => {
            let (change, pins) = (Change::Rejected, None);
            Entry::Changed { seq, at, target, change, reason, pins, message: None }
        }
    };
    (Append::new(feed, at, entry), bury(before, at))
}

/// Makes a tombstone of a message's row and takes it off the lists, if its status is still the one that was read.
pub fn bury(before: &Message, at: DateTime) -> Update {
    let left = before.clone().tombstone(at);
    let row = Update::new(entry_key(&before.room_id, before.seq))
        .set("status", text(status_name(left.status)))
        .set("deletedAt", millis(at))
        .add("version", 1)
        .remove("content")
        .remove("metadata")
        .remove("pinnedAt")
        .remove(GSI2PK)
        .remove(GSI2SK)
        .when(Condition::Equals("status", text(status_name(before.status))));
    match before.is_reply() {
        // Its place among the replies is kept.
        true => row,
        false => row.remove(GSI1PK).remove(GSI1SK),
    }
}

/// Only if the message still says what was read: what is recorded of it is then what is deleted.
pub fn as_read(row: Update, before: &Message) -> Update {
    let content = before.content.as_deref().unwrap_or_default();
    row.when(Condition::Equals("content", text(content)))
}

/// Records where a question is since now: the entry that says so, and the question's row, if it is still where it was.
///
/// Its votes go on meanwhile: which list it stands in is set here alone, where in the list by its votes alone.
pub fn put_question_status(
    feed: &Feed,
    before: &Message,
    status: QuestionStatus,
    act: &Act,
) -> Append {
    let stored = |status: Option<QuestionStatus>| {
        serde_dynamo::to_attribute_value(status).expect("a name is an attribute")
    };
    let row = Update::new(entry_key(&before.room_id, before.seq))
        .set("questionStatus", stored(Some(status)))
        .set(GSI2PK, text(&score_partition(&before.room_id, status)))
        .add("version", 1)
        .when(Condition::Equals("status", text("PUBLISHED")))
        .when(Condition::Equals("questionStatus", stored(before.question_status)));
    let row = match status {
        QuestionStatus::Answered => row.set_if_absent("answeredAt", millis(act.at)),
        _ => row,
    };
    let entry = Entry::changed(act.at, before.seq, Change::Answered);
    Append::new(feed, act.at, entry).with(row).with(put_act(feed.id(), act))
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

fn status_name(status: MessageStatus) -> &'static str {
    match status {
        MessageStatus::Held => "HELD",
        MessageStatus::Published => "PUBLISHED",
        MessageStatus::Rejected => "REJECTED",
        MessageStatus::Deleted => "DELETED",
    }
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
