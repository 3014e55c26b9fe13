//! Rows of the audit log: one partition a room and month.

use crate::source::table::{Item, Key, Range, from_item, to_item};
use async_graphql::ID;
use schema::{AuditEntry, DateTime, Json, MessageId, Result, RoomId, UserId};
use serde::{Deserialize, Serialize};

/// One act, before it has an id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Act {
    /// When.
    pub at: DateTime,
    /// Who did it.
    pub actor_id: UserId,
    /// What: the name of the mutation.
    pub action: String,
    /// To whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_user_id: Option<UserId>,
    /// To which message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_message_id: Option<MessageId>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What goes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Json>,
}

/// An act as an item, under an id that sorts by the time of the act, so that both name the same month. It is kept as long as the room: it names people, not messages' readers.
pub fn audit_item(room: &RoomId, act: &Act) -> Item {
    let at = u64::try_from(act.at.as_millis()).unwrap_or(0);
    let id = ulid::Ulid::from_parts(at, ulid::Ulid::generate().random()).to_string();
    to_item(Key::new(format!("AUDIT#{room}#{}", month(act.at)), id), act)
}

/// The acts of a month, up to one of them.
pub fn audit_range(room: &RoomId, month: &str, below: Option<&str>) -> Range {
    Range {
        pk: format!("AUDIT#{room}#{month}"),
        low: "0".to_owned(),
        high: below.map_or_else(|| "~".to_owned(), str::to_owned),
    }
}

/// Reads an act with its id.
pub fn audit_of(item: Item) -> Result<AuditEntry> {
    let id = item.get(crate::source::definition::SK).and_then(|id| id.as_s().ok().cloned());
    let act: Act = from_item(item)?;
    Ok(AuditEntry {
        id: ID(id.unwrap_or_default()),
        at: act.at,
        actor_id: act.actor_id,
        action: act.action,
        target_user_id: act.target_user_id,
        target_message_id: act.target_message_id,
        reason: act.reason,
        details: act.details,
    })
}

/// The month of an instant in UTC, as `202603`.
pub fn month(at: DateTime) -> String {
    let text = at.to_string();
    format!("{}{}", text.get(..4).unwrap_or("0000"), text.get(5..7).unwrap_or("00"))
}
