//! Requests about reports of messages.

use super::message::text;
use crate::{
    row::{Act, REPORT_COUNT, entry_key, report_item, report_key},
    source::table::{Condition, Get, Put, Update, Write},
};
use schema::{MessageId, UserId};
use std::time::Duration;

/// Reads somebody's report of a message.
pub fn get_report(message: &MessageId, user: &UserId) -> Get {
    Get(report_key(message, user))
}

/// Puts a report, if it is its author's first of this message. It is kept for as long as the message, or longer.
pub fn put_report(message: &MessageId, act: &Act, retention: Duration) -> Write {
    Put::new(report_item(message, act, retention)).when(Condition::Absent).into()
}

/// Counts a report on the message's row, if everybody sees the message. Its `version` stays: nobody but those who keep
/// order is told.
pub fn count_report(message: &MessageId) -> Write {
    Update::new(entry_key(message.room(), message.seq()))
        .add(REPORT_COUNT, 1)
        .when(Condition::Equals("status", text("PUBLISHED")))
        .into()
}

/// Reads a message's row.
pub fn get_message(message: &MessageId) -> Get {
    Get(entry_key(message.room(), message.seq()))
}
