//! The resolver map of `Subscription`: one line per field.

mod given;
mod moderation_events;
mod on_message;
mod room_events;
mod viewer_events;

use crate::{
    Ctx,
    log::{Batch, Follower, Interest},
};
use async_graphql::{Context, MaybeUndefined, Subscription as GraphQlSubscription};
use futures_util::{Stream, stream};
use given::Given;
use schema::{
    ClientMessageId, Cursor, Error, Message, MessageId, MessageKind, MessageStatus,
    ModerationEvent, QuestionStatus, Result, RoomEventBatch, RoomId, ViewerEvent, aws_subscribe,
};

/// The root of all subscriptions. A field that has answered is subscribed: whatever is sent after that arrives.
pub struct Subscription;

#[GraphQlSubscription]
impl Subscription {
    /// All that a room view needs: one ordered, batched, resumable stream.
    async fn room_events(
        &self,
        gql: &Context<'_>,
        room_id: RoomId,
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<Option<RoomEventBatch>>> + use<>> {
        let wanted = gql.look_ahead();
        let wants = |field| wanted.field(field).exists();
        let interest = Interest {
            headcount: wants("participantCount"),
            reactions: wants("reactions"),
            counts: wants("counts"),
        };
        room_events::room_events(Ctx::of(gql), room_id, after, interest).await
    }

    /// For the caller alone: sanctions, roles, and what came of reviews. It has no position; `Room.viewer` says how things are.
    async fn viewer_events(
        &self,
        gql: &Context<'_>,
        room_id: RoomId,
    ) -> Result<impl Stream<Item = Result<Option<ViewerEvent>>> + use<>> {
        viewer_events::viewer_events(Ctx::of(gql), room_id).await
    }

    /// What those who keep order have to look at from now on: what is held and what is reported. Needs REVIEW. Who does not
    /// keep up is let go: the subscription completes, and its client subscribes anew and reads `heldMessages`.
    async fn moderation_events(
        &self,
        gql: &Context<'_>,
        room_id: RoomId,
    ) -> Result<impl Stream<Item = Result<Option<ModerationEvent>>> + use<>> {
        moderation_events::moderation_events(Ctx::of(gql), room_id).await
    }

    /// Root messages as they are sent. In AppSync's manner: one object a frame, no position.
    ///
    /// Here and in the fields below, an argument that is named like a field of `Message` lets through what has that value
    /// there: null what has null, and what is left out all. In their place `filter` is a text of JSON, as AppSync's enhanced
    /// filters: `{"filterGroup": [{"filters": [{"fieldName": "author.role", "operator": "in", "value": ["HOST"]}]}]}`.
    #[graphql(directive = aws_subscribe::apply(vec!["sendMessage".to_owned()]))]
    async fn on_send_message(
        &self,
        gql: &Context<'_>,
        room_id: RoomId,
        kind: MaybeUndefined<MessageKind>,
        question_status: MaybeUndefined<QuestionStatus>,
        client_message_id: MaybeUndefined<ClientMessageId>,
        filter: Option<String>,
    ) -> Result<impl Stream<Item = Result<Option<Message>>> + use<>> {
        let wanted = Given::to(gql)
            .with("kind", &kind)
            .with("questionStatus", &question_status)
            .with("clientMessageId", &client_message_id)
            .or(filter.as_deref())?;
        on_message::on_send_message(Ctx::of(gql), room_id, wanted).await
    }

    /// Replies as they are sent, to one message or to all.
    #[graphql(directive = aws_subscribe::apply(vec!["sendReply".to_owned()]))]
    async fn on_send_reply(
        &self,
        gql: &Context<'_>,
        room_id: RoomId,
        message_id: Option<MessageId>,
        client_message_id: MaybeUndefined<ClientMessageId>,
        filter: Option<String>,
    ) -> Result<impl Stream<Item = Result<Option<Message>>> + use<>> {
        let parent = message_id.map_or(MaybeUndefined::Undefined, MaybeUndefined::Value);
        let wanted = Given::to(gql)
            .with("parentId", &parent)
            .with("clientMessageId", &client_message_id)
            .or(filter.as_deref())?;
        on_message::on_send_reply(Ctx::of(gql), room_id, wanted).await
    }

    /// Messages and replies as they are edited, pinned, answered and approved.
    #[graphql(directive = aws_subscribe::apply(["editMessage", "setPin", "setQuestionStatus", "reviewMessage"].map(str::to_owned).to_vec()))]
    #[expect(clippy::too_many_arguments, reason = "the field has as many")]
    async fn on_change_message(
        &self,
        gql: &Context<'_>,
        room_id: RoomId,
        id: MaybeUndefined<MessageId>,
        parent_id: MaybeUndefined<MessageId>,
        kind: MaybeUndefined<MessageKind>,
        status: MaybeUndefined<MessageStatus>,
        question_status: MaybeUndefined<QuestionStatus>,
        filter: Option<String>,
    ) -> Result<impl Stream<Item = Result<Option<Message>>> + use<>> {
        let wanted = Given::to(gql)
            .with("id", &id)
            .with("parentId", &parent_id)
            .with("kind", &kind)
            .with("status", &status)
            .with("questionStatus", &question_status)
            .or(filter.as_deref())?;
        on_message::on_change_message(Ctx::of(gql), room_id, wanted).await
    }

    /// What is left of messages and replies as they are deleted.
    #[graphql(directive = aws_subscribe::apply(vec!["deleteMessage".to_owned()]))]
    async fn on_delete_message(
        &self,
        gql: &Context<'_>,
        room_id: RoomId,
        id: MaybeUndefined<MessageId>,
        parent_id: MaybeUndefined<MessageId>,
        kind: MaybeUndefined<MessageKind>,
        filter: Option<String>,
    ) -> Result<impl Stream<Item = Result<Option<Message>>> + use<>> {
        let wanted = Given::to(gql)
            .with("id", &id)
            .with("parentId", &parent_id)
            .with("kind", &kind)
            .or(filter.as_deref())?;
        on_message::on_delete_message(Ctx::of(gql), room_id, wanted).await
    }
}

/// A follower's batches. An error ends them: the client begins again from its cursor.
fn batches(follower: Follower) -> impl Stream<Item = Result<Batch>> {
    stream::unfold(Some(follower), |follower| async move {
        let mut follower = follower?;
        let batch = follower.next().await;
        let follower = batch.is_ok().then_some(follower);
        Some((batch, follower))
    })
}

fn cursor(after: Option<String>) -> Result<Option<Cursor>> {
    let parse = |after: String| {
        after.parse().map_err(|_| Error::bad_input("after", "this is not a cursor"))
    };
    after.map(parse).transpose()
}
