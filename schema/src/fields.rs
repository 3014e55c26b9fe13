//! The fields whose value is not part of the type itself.
//!
//! A GraphQL type and all its fields are declared in this crate, and a field that needs a data source asks for it
//! through this trait. The crate `resolvers` implements it, one file per field.

use crate::{
    Message, MessageConnection, MessageKind, PageArgs, Result, Room, RoomId, RoomViewer, Seq,
};
use async_graphql::Context;
use std::pin::Pin;

/// A field's value, later.
pub type Field<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Serves the fields of rooms and messages that need a data source.
pub trait FieldResolvers: Send + Sync + 'static {
    /// The room's position now, for `Room.cursor` of a room that was read without one.
    fn room_position<'a>(&'a self, gql: &'a Context<'_>, room: &'a Room) -> Field<'a, Seq>;

    /// `Room.messages` and `Query.messages`.
    fn room_messages<'a>(
        &'a self,
        gql: &'a Context<'_>,
        room: &'a RoomId,
        page: PageArgs,
        kinds: Option<Vec<MessageKind>>,
    ) -> Field<'a, MessageConnection>;

    /// `Room.viewer`.
    fn room_viewer<'a>(&'a self, gql: &'a Context<'_>, room: &'a Room) -> Field<'a, RoomViewer>;

    /// `Message.replies`.
    fn message_replies<'a>(
        &'a self,
        gql: &'a Context<'_>,
        message: &'a Message,
        page: PageArgs,
    ) -> Field<'a, MessageConnection>;
}

pub(crate) fn fields<'a>(gql: &Context<'a>) -> &'a dyn FieldResolvers {
    gql.data_unchecked::<Box<dyn FieldResolvers>>().as_ref()
}
