//! The resolver map of `Mutation`: one line per field.

mod create_room;
mod delete_message;
mod edit_message;
pub(crate) mod gate;
mod once;
mod send_message;
mod send_reaction;
mod send_reply;
mod set_question_status;
mod set_reaction;
mod set_upvote;
mod update_profile;
mod update_room;
mod vote;

use crate::Ctx;
use async_graphql::{Context, Object};
use schema::{
    CreateRoomInput, DeleteMessageInput, EditMessageInput, ErrorCode as E, Message, Result, Room,
    SendMessageInput, SendReactionInput, SendReplyInput, SetQuestionStatusInput, SetReactionInput,
    SetUpvoteInput, UpdateProfileInput, UpdateRoomInput, User, refuses,
};

/// How often a change is tried again because somebody else changed the same row first.
const MAX_CONFLICTS: usize = 8;

/// The root of all changes.
pub struct Mutation;

#[Object]
impl Mutation {
    /// Sends a message to a room.
    #[graphql(directive = refuses::apply(vec![E::RoomNotOpen, E::Muted, E::Banned, E::SlowMode, E::RateLimited, E::RoomBusy, E::MessageEmpty, E::MessageTooLong, E::MetadataTooLarge, E::DuplicateContent, E::ContentRefused, E::IdempotencyConflict]))]
    async fn send_message(&self, gql: &Context<'_>, input: SendMessageInput) -> Result<Message> {
        send_message::send_message(Ctx::of(gql), input).await
    }

    /// Sends a reply to a message. Pipeline resolver: puts the THREAD row and stamps `repliedAt` on the MESSAGE row,
    /// both or neither.
    #[graphql(directive = refuses::apply(vec![E::RoomNotOpen, E::Muted, E::Banned, E::SlowMode, E::RateLimited, E::RoomBusy, E::MessageEmpty, E::MessageTooLong, E::MetadataTooLarge, E::DuplicateContent, E::ContentRefused, E::IdempotencyConflict, E::NestedReply]))]
    async fn send_reply(&self, gql: &Context<'_>, input: SendReplyInput) -> Result<Message> {
        send_reply::send_reply(Ctx::of(gql), input).await
    }

    /// Changes the text of one's own message.
    #[graphql(directive = refuses::apply(vec![E::RoomNotOpen, E::Muted, E::Banned, E::RateLimited, E::RoomBusy, E::MessageEmpty, E::MessageTooLong, E::ContentRefused, E::EditWindowExpired, E::VersionConflict]))]
    async fn edit_message(&self, gql: &Context<'_>, input: EditMessageInput) -> Result<Message> {
        edit_message::edit_message(Ctx::of(gql), input).await
    }

    /// Deletes one's own message, or as staff anybody's. A tombstone keeps its place.
    #[graphql(directive = refuses::apply(vec![E::RoomBusy]))]
    async fn delete_message(
        &self,
        gql: &Context<'_>,
        input: DeleteMessageInput,
    ) -> Result<Message> {
        delete_message::delete_message(Ctx::of(gql), input).await
    }

    /// Gives a message the caller's upvote, or takes it back: one per person. It is counted once it is kept; the room is told
    /// within a second or two.
    #[graphql(directive = refuses::apply(vec![E::RoomNotOpen, E::Muted, E::Banned, E::RateLimited, E::RoomBusy]))]
    async fn set_upvote(&self, gql: &Context<'_>, input: SetUpvoteInput) -> Result<Message> {
        set_upvote::set_upvote(Ctx::of(gql), input).await
    }

    /// Gives a message a reaction of the caller's, or takes it back: one of each name per person.
    #[graphql(directive = refuses::apply(vec![E::RoomNotOpen, E::Muted, E::Banned, E::RateLimited, E::RoomBusy]))]
    async fn set_reaction(&self, gql: &Context<'_>, input: SetReactionInput) -> Result<Message> {
        set_reaction::set_reaction(Ctx::of(gql), input).await
    }

    /// A burst on the room itself; summed, never stored one by one.
    #[graphql(directive = refuses::apply(vec![E::RoomNotOpen, E::Muted, E::Banned, E::RateLimited]))]
    async fn send_reaction(&self, gql: &Context<'_>, input: SendReactionInput) -> Result<bool> {
        send_reaction::send_reaction(Ctx::of(gql), input).await
    }

    /// Says where a question is on its way to an answer.
    #[graphql(directive = refuses::apply(vec![E::Banned, E::RoomBusy, E::VersionConflict]))]
    async fn set_question_status(
        &self,
        gql: &Context<'_>,
        input: SetQuestionStatusInput,
    ) -> Result<Message> {
        set_question_status::set_question_status(Ctx::of(gql), input).await
    }

    /// Creates a room.
    #[graphql(directive = refuses::apply(vec![E::MetadataTooLarge]))]
    async fn create_room(&self, gql: &Context<'_>, input: CreateRoomInput) -> Result<Room> {
        create_room::create_room(Ctx::of(gql), input).await
    }

    /// Changes a room's name, status, settings or metadata.
    #[graphql(directive = refuses::apply(vec![E::MetadataTooLarge, E::RoomBusy, E::VersionConflict]))]
    async fn update_room(&self, gql: &Context<'_>, input: UpdateRoomInput) -> Result<Room> {
        update_room::update_room(Ctx::of(gql), input).await
    }

    /// Changes the caller's name and picture, in place of what the token says: of `viewer`, and of what the caller sends from
    /// now on; what was sent before stays as it was. Other nodes know within a minute.
    async fn update_profile(&self, gql: &Context<'_>, input: UpdateProfileInput) -> Result<User> {
        update_profile::update_profile(Ctx::of(gql), input).await
    }
}
