//! The resolver map of `Query`: one line per field.

mod message;
mod messages;
mod room;
mod rooms;
mod viewer;

use crate::Ctx;
use async_graphql::{Context, Object};
use rooms::Positions;
use schema::{
    Message, MessageConnection, MessageId, MessageKind, PageArgs, Result, Room, RoomConnection,
    RoomId, RoomStatus, User, page_cost,
};

/// The root of all reads.
pub struct Query;

#[Object]
impl Query {
    /// The signed-in user.
    async fn viewer(&self, gql: &Context<'_>) -> Result<User> {
        viewer::viewer(Ctx::of(gql)).await
    }

    /// One room; null when there is none.
    async fn room(&self, gql: &Context<'_>, id: RoomId) -> Result<Option<Room>> {
        room::room(Ctx::of(gql), id).await
    }

    /// Rooms of these statuses (of all, when none is given), by the time they begin.
    #[graphql(complexity = "page_cost(first, None, child_complexity)")]
    async fn rooms(
        &self,
        gql: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        status: Option<Vec<RoomStatus>>,
    ) -> Result<RoomConnection> {
        let items = gql.look_ahead();
        let items = [items.field("nodes"), items.field("edges").field("node")];
        let positions = match items.iter().any(|item| item.field("cursor").exists()) {
            true => Positions::Wanted,
            false => Positions::Unwanted,
        };
        rooms::rooms(Ctx::of(gql), first, after, status, positions).await
    }

    /// The same as `room(id:) { messages }`.
    #[expect(clippy::too_many_arguments, reason = "they are the field's arguments")]
    #[graphql(complexity = "page_cost(first, last, child_complexity)")]
    async fn messages(
        &self,
        gql: &Context<'_>,
        room_id: RoomId,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        kinds: Option<Vec<MessageKind>>,
    ) -> Result<MessageConnection> {
        messages::messages(Ctx::of(gql), room_id, PageArgs { first, after, last, before }, kinds)
            .await
    }

    /// One message; null when there is none.
    async fn message(&self, gql: &Context<'_>, id: MessageId) -> Result<Option<Message>> {
        message::message(Ctx::of(gql), id).await
    }
}

/// A thing that is not there is null in a query, not an error.
fn or_null<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(schema::Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
