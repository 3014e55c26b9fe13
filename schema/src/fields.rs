//! The fields whose value is not part of the type itself.
//!
//! A GraphQL type and all its fields are declared in this crate, and a field that needs a data source asks for it
//! through this trait. The crate `resolvers` implements it, one file per field.

use crate::{
    AuditEntryConnection, DateTime, Message, MessageConnection, MessageId, MessageKind, PageArgs,
    QuestionOrder, QuestionStatus, Result, Room, RoomId, RoomSettings, RoomViewer,
    SanctionConnection, Seq, ViewerMessageState,
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

    /// `Room.participantCount`.
    fn room_participant_count<'a>(&'a self, gql: &'a Context<'_>, room: &'a Room)
    -> Field<'a, u32>;

    /// `Room.pinnedMessages`.
    fn room_pinned_messages<'a>(
        &'a self,
        gql: &'a Context<'_>,
        room: &'a Room,
    ) -> Field<'a, Vec<Message>>;

    /// `Room.questions`.
    fn room_questions<'a>(
        &'a self,
        gql: &'a Context<'_>,
        room: &'a Room,
        page: PageArgs,
        status: Option<Vec<QuestionStatus>>,
        order: QuestionOrder,
    ) -> Field<'a, MessageConnection>;

    /// `Room.heldMessages`.
    fn room_held_messages<'a>(
        &'a self,
        gql: &'a Context<'_>,
        room: &'a Room,
        page: PageArgs,
    ) -> Field<'a, MessageConnection>;

    /// `Room.sanctions`.
    fn room_sanctions<'a>(
        &'a self,
        gql: &'a Context<'_>,
        room: &'a Room,
        page: PageArgs,
    ) -> Field<'a, SanctionConnection>;

    /// `Room.auditLog`.
    fn room_audit_log<'a>(
        &'a self,
        gql: &'a Context<'_>,
        room: &'a Room,
        page: PageArgs,
    ) -> Field<'a, AuditEntryConnection>;

    /// The settings with the terms of the word filter, for whoever may see them.
    fn room_terms<'a>(&'a self, gql: &'a Context<'_>, room: &'a Room) -> Field<'a, RoomSettings>;

    /// `Room.viewer`.
    fn room_viewer<'a>(&'a self, gql: &'a Context<'_>, room: &'a Room) -> Field<'a, RoomViewer>;

    /// `RoomViewer.canSendAt`.
    fn viewer_can_send_at<'a>(
        &'a self,
        gql: &'a Context<'_>,
        viewer: &'a RoomViewer,
    ) -> Field<'a, Option<DateTime>>;

    /// `RoomViewer.messageStates`.
    fn viewer_message_states<'a>(
        &'a self,
        gql: &'a Context<'_>,
        viewer: &'a RoomViewer,
        messages: Vec<MessageId>,
    ) -> Field<'a, Vec<ViewerMessageState>>;

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
