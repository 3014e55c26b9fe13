//! Rows of reports: one a person and message.

use super::{Act, expire, position};
use crate::source::table::{Item, Key, to_item};
use aws_sdk_dynamodb::types::AttributeValue;
use schema::{MessageId, UserId};
use serde::Serialize;
use std::time::Duration;

/// A message row's attribute: how many reports of it were counted. It is no part of the message that clients get.
pub const REPORT_COUNT: &str = "reportCount";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    at: schema::DateTime,
    reason: Option<&'a str>,
}

/// The key of somebody's report of a message.
pub fn report_key(message: &MessageId, user: &UserId) -> Key {
    let (room, seq) = (message.room(), position(message.seq()));
    Key::new(format!("PART#{room}#{user}"), format!("REPORT#{seq}"))
}

/// A report as an item.
pub fn report_item(message: &MessageId, act: &Act, retention: Duration) -> Item {
    let report = Report { at: act.at, reason: act.reason.as_deref() };
    let mut item = to_item(report_key(message, &act.actor_id), &report);
    expire(&mut item, act.at.plus(retention));
    item
}

/// How many reports were counted on a message's row.
pub fn reports_of(item: &Item) -> u32 {
    match item.get(REPORT_COUNT) {
        Some(AttributeValue::N(count)) => count.parse().unwrap_or(0),
        _ => 0,
    }
}
