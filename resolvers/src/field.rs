//! The resolver map of fields of other types than the roots.

mod message_replies;
mod room_audit_log;
mod room_held_messages;
mod room_messages;
mod room_participant_count;
mod room_pinned_messages;
mod room_questions;
mod room_sanctions;
mod room_terms;
mod room_viewer;
mod viewer_can_send_at;
mod viewer_message_states;

pub(crate) use room_messages::room_messages;
pub(crate) use room_viewer::viewer_of;

use crate::{Ctx, log::OpenRoom};
use async_graphql::Context;
use schema::{
    AuditEntryConnection, DateTime, Field, FieldResolvers, Message, MessageConnection, MessageId,
    MessageKind, PageArgs, QuestionOrder, QuestionStatus, Room, RoomId, RoomSettings, RoomViewer,
    SanctionConnection, Seq, ViewerMessageState,
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

    fn room_participant_count<'a>(
        &'a self,
        gql: &'a Context<'_>,
        room: &'a Room,
    ) -> Field<'a, u32> {
        Box::pin(room_participant_count::room_participant_count(Ctx::of(gql), &room.id))
    }

    fn room_pinned_messages<'a>(
        &'a self,
        gql: &'a Context<'_>,
        room: &'a Room,
    ) -> Field<'a, Vec<Message>> {
        Box::pin(room_pinned_messages::room_pinned_messages(Ctx::of(gql), room))
    }

    fn room_questions<'a>(
        &'a self,
        gql: &'a Context<'_>,
        room: &'a Room,
        page: PageArgs,
        status: Option<Vec<QuestionStatus>>,
        order: QuestionOrder,
    ) -> Field<'a, MessageConnection> {
        Box::pin(room_questions::room_questions(Ctx::of(gql), &room.id, page, status, order))
    }

    fn room_held_messages<'a>(
        &'a self,
        gql: &'a Context<'_>,
        room: &'a Room,
        page: PageArgs,
    ) -> Field<'a, MessageConnection> {
        Box::pin(room_held_messages::room_held_messages(Ctx::of(gql), &room.id, page))
    }

    fn room_sanctions<'a>(
        &'a self,
        gql: &'a Context<'_>,
        room: &'a Room,
        page: PageArgs,
    ) -> Field<'a, SanctionConnection> {
        Box::pin(room_sanctions::room_sanctions(Ctx::of(gql), &room.id, page))
    }

    fn room_audit_log<'a>(
        &'a self,
        gql: &'a Context<'_>,
        room: &'a Room,
        page: PageArgs,
    ) -> Field<'a, AuditEntryConnection> {
        Box::pin(room_audit_log::room_audit_log(Ctx::of(gql), room, page))
    }

    fn room_terms<'a>(&'a self, gql: &'a Context<'_>, room: &'a Room) -> Field<'a, RoomSettings> {
        Box::pin(room_terms::room_terms(Ctx::of(gql), room))
    }

    fn room_viewer<'a>(&'a self, gql: &'a Context<'_>, room: &'a Room) -> Field<'a, RoomViewer> {
        Box::pin(room_viewer::room_viewer(Ctx::of(gql), &room.id))
    }

    fn viewer_can_send_at<'a>(
        &'a self,
        gql: &'a Context<'_>,
        viewer: &'a RoomViewer,
    ) -> Field<'a, Option<DateTime>> {
        Box::pin(viewer_can_send_at::viewer_can_send_at(Ctx::of(gql), viewer))
    }

    fn viewer_message_states<'a>(
        &'a self,
        gql: &'a Context<'_>,
        viewer: &'a RoomViewer,
        messages: Vec<MessageId>,
    ) -> Field<'a, Vec<ViewerMessageState>> {
        Box::pin(viewer_message_states::viewer_message_states(
            Ctx::of(gql),
            &viewer.room_id,
            messages,
        ))
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
