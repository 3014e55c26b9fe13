//! Which lists of the indexes a message stands in.

use super::position;
use crate::{
    log::MAX_POSITION,
    source::{
        definition::{GSI1PK, GSI1SK, GSI2PK, GSI2SK},
        table::{Item, Range},
    },
};
use aws_sdk_dynamodb::types::AttributeValue;
use schema::{Message, MessageStatus, QuestionStatus, RoomId, Seq, UserId};

/// Where a message is listed, beside its place in the log.
///
/// | message | `GSI1` | `GSI2` |
/// |---|---|---|
/// | chat, announcement | by author | while it is held: held |
/// | question | questions | by score; while it is held: held; rejected: nowhere |
/// | reply | replies | by author; while it is held: held |
pub fn message_indexes(message: &Message) -> Item {
    let (room, at) = (&message.room_id, position(message.seq));
    let author = message.author.as_ref().map(|author| author_partition(room, &author.user_id));
    let (first, second) = match (&message.parent_id, message.question_status) {
        (Some(root), _) => (Some(format!("THREAD#{room}#{}", root.seq())), author),
        (None, Some(_)) => (Some(questions_partition(room)), None),
        (None, None) => (author, None),
    };
    let mut second = second.map(|partition| (partition, at.clone()));
    if let Some(status) = message.question_status {
        second = Some((score_partition(room, status), score(message.upvote_count, message.seq)));
    }
    match message.status {
        MessageStatus::Held => second = Some((held_partition(room), at.clone())),
        // Nobody is shown it among the questions.
        MessageStatus::Rejected if message.question_status.is_some() => second = None,
        _ => {}
    }
    let mut indexes = Item::new();
    let mut list = |pk: &str, sk: &str, partition: String, order: String| {
        indexes.insert(pk.to_owned(), AttributeValue::S(partition));
        indexes.insert(sk.to_owned(), AttributeValue::S(order));
    };
    if let Some(partition) = first {
        list(GSI1PK, GSI1SK, partition, at);
    }
    if let Some((partition, order)) = second {
        list(GSI2PK, GSI2SK, partition, order);
    }
    indexes
}

/// The partition of `GSI2` that holds what waits for a review.
pub fn held_partition(room: &RoomId) -> String {
    format!("HELD#{room}")
}

/// The range of `GSI2` that holds what waits for a review, between two positions.
pub fn held_range(room: &RoomId, low: Seq, high: Seq) -> Range {
    Range { pk: held_partition(room), low: position(low), high: position(high) }
}

/// The partition of what one author sent: of `GSI1` messages, of `GSI2` replies.
pub fn author_partition(room: &RoomId, author: &UserId) -> String {
    format!("AUTHOR#{room}#{author}")
}

/// The partition of `GSI1` that holds a room's questions in their order.
pub fn questions_partition(room: &RoomId) -> String {
    format!("QUESTIONS#{room}")
}

/// The partition of `GSI2` that holds a room's questions of a status by their score.
pub fn score_partition(room: &RoomId, status: QuestionStatus) -> String {
    let status = match status {
        QuestionStatus::Open => "OPEN",
        QuestionStatus::Live => "LIVE",
        QuestionStatus::Answered => "ANSWERED",
        QuestionStatus::Dismissed => "DISMISSED",
    };
    format!("SCORE#{room}#{status}")
}

/// Where a question stands among those of its status: by its upvotes, among equals the older higher.
pub fn score(upvotes: u32, seq: Seq) -> String {
    format!("{upvotes:010}#{}", position(MAX_POSITION.saturating_sub(seq)))
}
