//! Rooms, their settings, and the caller's place in them.

use crate::{
    AuditEntryConnection, Cursor, DateTime, Error, Json, Message, MessageConnection, MessageKind,
    PageArgs, QuestionOrder, QuestionStatus, Result, RoomId, RoomSettings, RoomSettingsInput,
    RoomViewer, SanctionConnection, Seq, UserId, fields::fields, not_in_subscription,
    page::page_cost,
};
use async_graphql::{ComplexObject, Context, Enum, InputObject, SimpleObject};
use serde::{Deserialize, Serialize};

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
    /// The positions of what is pinned, the newest pin last.
    #[graphql(skip)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pinned: Vec<Seq>,
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

    /// Participants connected now, on all nodes; approximate, at most a few seconds old.
    async fn participant_count(&self, gql: &Context<'_>) -> Result<u32> {
        fields(gql).room_participant_count(gql, self).await
    }

    /// What is pinned, the newest pin last.
    #[graphql(complexity = "10 + 10 * child_complexity")]
    async fn pinned_messages(&self, gql: &Context<'_>) -> Result<Vec<Message>> {
        fields(gql).room_pinned_messages(gql, self).await
    }

    /// Questions with one of these statuses (of all, when none is given). Not selectable inside a subscription.
    #[graphql(
        complexity = "page_cost(first, None, child_complexity)",
        directive = not_in_subscription::apply("it is looked up".to_owned())
    )]
    async fn questions(
        &self,
        gql: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        status: Option<Vec<QuestionStatus>>,
        #[graphql(default_with = "Some(QuestionOrder::Top)")] order_by: Option<QuestionOrder>,
    ) -> Result<MessageConnection> {
        let page = PageArgs { first, after, ..PageArgs::default() };
        let order = order_by.unwrap_or(QuestionOrder::Top);
        fields(gql).room_questions(gql, self, page, status, order).await
    }

    /// Messages that wait for a review, oldest first. Needs `REVIEW`. Not selectable inside a subscription.
    #[graphql(
        complexity = "page_cost(first, None, child_complexity)",
        directive = not_in_subscription::apply("it depends on who asks".to_owned())
    )]
    async fn held_messages(
        &self,
        gql: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<MessageConnection> {
        let page = PageArgs { first, after, ..PageArgs::default() };
        fields(gql).room_held_messages(gql, self, page).await
    }

    /// Sanctions that hold now, oldest first. Needs `MUTE` or `BAN`. Not selectable inside a subscription.
    #[graphql(
        complexity = "page_cost(first, None, child_complexity)",
        directive = not_in_subscription::apply("it depends on who asks".to_owned())
    )]
    async fn sanctions(
        &self,
        gql: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<SanctionConnection> {
        let page = PageArgs { first, after, ..PageArgs::default() };
        fields(gql).room_sanctions(gql, self, page).await
    }

    /// Who has done what, newest first. Needs `MANAGE_ROOM`. Not selectable inside a subscription.
    #[graphql(
        complexity = "page_cost(first, None, child_complexity)",
        directive = not_in_subscription::apply("it depends on who asks".to_owned())
    )]
    async fn audit_log(
        &self,
        gql: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<AuditEntryConnection> {
        let page = PageArgs { first, after, ..PageArgs::default() };
        fields(gql).room_audit_log(gql, self, page).await
    }

    /// Terms whose messages wait for a review. Needs `MANAGE_ROOM`. Not selectable inside a subscription.
    #[graphql(directive = not_in_subscription::apply("it depends on who asks".to_owned()))]
    async fn held_terms(&self, gql: &Context<'_>) -> Result<Vec<String>> {
        fields(gql).room_terms(gql, self).await.map(|settings| settings.held_terms)
    }

    /// Terms whose messages are refused. Needs `MANAGE_ROOM`. Not selectable inside a subscription.
    #[graphql(directive = not_in_subscription::apply("it depends on who asks".to_owned()))]
    async fn refused_terms(&self, gql: &Context<'_>) -> Result<Vec<String>> {
        fields(gql).room_terms(gql, self).await.map(|settings| settings.refused_terms)
    }

    /// What concerns the caller alone. Not selectable inside a subscription.
    #[graphql(directive = not_in_subscription::apply("it depends on who asks".to_owned()))]
    async fn viewer(&self, gql: &Context<'_>) -> Result<RoomViewer> {
        fields(gql).room_viewer(gql, self).await
    }
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
