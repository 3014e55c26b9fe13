//! Rooms, their settings, and the caller's place in them.

use crate::{
    Capability, Cursor, DateTime, Error, Json, MessageConnection, MessageKind, PageArgs, Result,
    Role, RoomId, Seq, UserId, fields::fields, not_in_subscription, page::page_cost,
};
use async_graphql::{ComplexObject, Context, Enum, InputObject, SimpleObject};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Where a room is in its life.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RoomStatus {
    /// Announced; only hosts, moderators and speakers may send.
    Scheduled,
    /// Everybody may send.
    Open,
    /// Only hosts, moderators and speakers may send.
    Paused,
    /// Nobody may send; it can still be read.
    Closed,
}

/// What a room allows.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RoomSettings {
    /// The longest message, in Unicode code points.
    pub max_message_length: u32,
    /// Whether participants may send chat messages.
    pub chat_enabled: bool,
    /// Whether participants may ask questions.
    pub questions_enabled: bool,
    /// Whether participants may reply.
    pub participants_can_reply: bool,
    /// For how long authors may edit their own messages, in seconds.
    pub edit_window_seconds: u32,
    /// For how long messages are kept, in days.
    pub retention_days: u32,
}

impl Default for RoomSettings {
    fn default() -> Self {
        Self {
            max_message_length: 500,
            chat_enabled: true,
            questions_enabled: true,
            participants_can_reply: true,
            edit_window_seconds: 300,
            retention_days: 30,
        }
    }
}

impl RoomSettings {
    /// How long entries of this room are kept.
    #[must_use]
    pub fn retention(&self) -> Duration {
        Duration::from_secs(u64::from(self.retention_days) * 86_400)
    }
}

/// One room: everybody in it sees the same messages in the same order.
#[derive(SimpleObject, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[graphql(complex)]
#[serde(rename_all = "camelCase")]
pub struct Room {
    /// Names the room.
    pub id: RoomId,
    /// What people call it.
    pub name: String,
    /// Where it is in its life.
    pub status: RoomStatus,
    /// What it allows.
    pub settings: RoomSettings,
    /// The host application's own data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Json>,
    /// When it was created.
    pub created_at: DateTime,
    /// When its name, status, settings or metadata last changed.
    pub updated_at: DateTime,
    /// When it is to begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<DateTime>,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime>,
    /// Grows with every change.
    #[graphql(skip)]
    pub version: u32,
    /// The position of the log at which this copy was read, when it is known.
    #[graphql(skip)]
    #[serde(skip)]
    pub read_at: Option<Seq>,
}

#[ComplexObject]
impl Room {
    /// Position in the room's event log, taken before anything else of this answer was read.
    /// Give it to `roomEvents(after:)`: whatever happened since then is delivered, nothing is missed.
    async fn cursor(&self, gql: &Context<'_>) -> Result<String> {
        let position = match self.read_at {
            Some(position) => position,
            None => fields(gql).room_position(gql, self).await?,
        };
        Ok(Cursor(position).to_string())
    }

    /// Root messages, oldest first. `last: 50` is the newest page. Not selectable inside a subscription.
    #[graphql(
        complexity = "page_cost(first, last, child_complexity)",
        directive = not_in_subscription::apply("it is looked up".to_owned())
    )]
    async fn messages(
        &self,
        gql: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        kinds: Option<Vec<MessageKind>>,
    ) -> Result<MessageConnection> {
        fields(gql)
            .room_messages(gql, &self.id, PageArgs { first, after, last, before }, kinds)
            .await
    }

    /// What concerns the caller alone. Not selectable inside a subscription.
    #[graphql(directive = not_in_subscription::apply("it depends on who asks".to_owned()))]
    async fn viewer(&self, gql: &Context<'_>) -> Result<RoomViewer> {
        fields(gql).room_viewer(gql, self).await
    }
}

/// The caller's place in a room.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct RoomViewer {
    /// The caller.
    pub user_id: UserId,
    /// The caller's role in this room.
    pub role: Role,
    /// What that role allows.
    pub capabilities: Vec<Capability>,
}

/// The signed-in user.
#[derive(SimpleObject, Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The token's subject.
    pub id: UserId,
    /// What others see.
    pub display_name: String,
    /// The user's picture.
    pub avatar_url: Option<String>,
    /// The groups that the token names.
    pub groups: Vec<String>,
}

/// Settings to change; what is left out stays as it is.
#[derive(InputObject, Clone, Debug, Default)]
pub struct RoomSettingsInput {
    /// 1 to 10,000 Unicode code points.
    pub max_message_length: Option<u32>,
    /// Whether participants may send chat messages.
    pub chat_enabled: Option<bool>,
    /// Whether participants may ask questions.
    pub questions_enabled: Option<bool>,
    /// Whether participants may reply.
    pub participants_can_reply: Option<bool>,
    /// 0 to 86,400 seconds; 0 forbids editing.
    pub edit_window_seconds: Option<u32>,
    /// 1 to 3,650 days.
    pub retention_days: Option<u32>,
}

impl RoomSettingsInput {
    /// The settings with these changes.
    pub fn apply(self, settings: &RoomSettings) -> Result<RoomSettings> {
        let or = |given: Option<u32>, kept: u32| given.unwrap_or(kept);
        let changed = RoomSettings {
            max_message_length: or(self.max_message_length, settings.max_message_length),
            chat_enabled: self.chat_enabled.unwrap_or(settings.chat_enabled),
            questions_enabled: self.questions_enabled.unwrap_or(settings.questions_enabled),
            participants_can_reply: self
                .participants_can_reply
                .unwrap_or(settings.participants_can_reply),
            edit_window_seconds: or(self.edit_window_seconds, settings.edit_window_seconds),
            retention_days: or(self.retention_days, settings.retention_days),
        };
        within("maxMessageLength", changed.max_message_length, 1..=10_000)?;
        within("editWindowSeconds", changed.edit_window_seconds, 0..=86_400)?;
        within("retentionDays", changed.retention_days, 1..=3_650)?;
        Ok(changed)
    }
}

fn within(field: &'static str, value: u32, range: std::ops::RangeInclusive<u32>) -> Result<()> {
    match range.contains(&value) {
        true => Ok(()),
        false => {
            Err(Error::bad_input(field, format!("must be {} to {}", range.start(), range.end())))
        }
    }
}

/// Checks a room's name: something visible, at most 200 code points.
pub fn room_name(name: &str) -> Result<String> {
    let name = name.trim();
    match (1..=200).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        true => Ok(name.to_owned()),
        false => Err(Error::bad_input("name", "a room's name has 1 to 200 characters")),
    }
}

/// The input of `createRoom`. `id` lets the host application choose it (1 to 64 of A-Z a-z 0-9 _ -); without one the
/// server makes a ULID.
#[derive(InputObject, Clone, Debug)]
pub struct CreateRoomInput {
    /// The id to use.
    pub id: Option<RoomId>,
    /// What people call it.
    pub name: String,
    /// When it is to begin. A room that begins later is `SCHEDULED`, any other `OPEN`.
    pub starts_at: Option<DateTime>,
    /// Settings other than the defaults.
    pub settings: Option<RoomSettingsInput>,
    /// The host application's own data.
    pub metadata: Option<Json>,
}

/// The input of `updateRoom`; what is left out stays as it is.
#[derive(InputObject, Clone, Debug)]
pub struct UpdateRoomInput {
    /// The room to change.
    pub room_id: RoomId,
    /// Its new name.
    pub name: Option<String>,
    /// Its new status.
    pub status: Option<RoomStatus>,
    /// When it is to begin.
    pub starts_at: Option<DateTime>,
    /// Settings to change.
    pub settings: Option<RoomSettingsInput>,
    /// The host application's own data.
    pub metadata: Option<Json>,
}
