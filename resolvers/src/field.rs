//! The resolver map of fields of other types than the roots.

mod message_replies;
mod room_messages;
mod room_viewer;

pub(crate) use room_messages::room_messages;
pub(crate) use room_viewer::room_viewer;

use crate::{Ctx, log::OpenRoom};
use async_graphql::Context;
use schema::{
    Field, FieldResolvers, Message, MessageConnection, MessageKind, PageArgs, Room, RoomId,
    RoomViewer, Seq,
};

/// Serves them from the context of the operation.
pub struct Fields;

impl FieldResolvers for Fields {
    fn room_position<'a>(&'a self, gql: &'a Context<'_>, room: &'a Room) -> Field<'a, Seq> {
        Box::pin(async move { Ok(Ctx::of(gql).run(OpenRoom(room.id.clone())).await?.position()) })
    }

    fn room_messages<'a>(
        &'a self,
        gql: &'a Context<'_>,
        room: &'a RoomId,
        page: PageArgs,
        kinds: Option<Vec<MessageKind>>,
    ) -> Field<'a, MessageConnection> {
        Box::pin(room_messages(Ctx::of(gql), room, page, kinds))
    }

    fn room_viewer<'a>(&'a self, gql: &'a Context<'_>, _: &'a Room) -> Field<'a, RoomViewer> {
        Box::pin(async move { Ok(room_viewer(Ctx::of(gql))) })
    }

    fn message_replies<'a>(
        &'a self,
        gql: &'a Context<'_>,
        message: &'a Message,
        page: PageArgs,
    ) -> Field<'a, MessageConnection> {
        Box::pin(message_replies::message_replies(Ctx::of(gql), message, page))
    }
}
