//! The resolver map of `Mutation`: one line per field.

mod create_room;
mod delete_message;
mod edit_message;
pub(crate) mod gate;
mod hide_author;
mod lift_sanction;
mod once;
mod order;
mod reason;
mod report_message;
mod review_message;
mod sanction_user;
mod send_event;
mod send_message;
mod send_reaction;
mod send_reply;
mod set_pin;
mod set_question_status;
mod set_reaction;
mod set_role;
mod set_upvote;
mod update_profile;
mod update_room;
mod vote;

use crate::Ctx;
use async_graphql::{Context, Object};
use schema::{
    CreateRoomInput, DeleteMessageInput, EditMessageInput, ErrorCode as E, HideAuthorInput,
    LiftSanctionInput, Message, ReportMessageInput, Result, ReviewMessageInput, Room, RoomViewer,
    Sanction, SanctionUserInput, SendEventInput, SendMessageInput, SendReactionInput,
    SendReplyInput, SetPinInput, SetQuestionStatusInput, SetReactionInput, SetRoleInput,
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

    /// Deletes one's own message, or as a moderator anybody's. A tombstone keeps its place; what waits for a review leaves none. The
    /// audit log keeps what a moderator has deleted.
    #[graphql(directive = refuses::apply(vec![E::Banned, E::RoomBusy]))]
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

    /// Hides all that one author has sent until now, as one event: everybody sees tombstones at once, and behind them the text
    /// is deleted, within minutes where there is much. What was sent anonymously stays, or it would be known whose it is. The audit
    /// log says who hid whom, since when and why; it does not keep every text.
    #[graphql(directive = refuses::apply(vec![E::Banned, E::RoomBusy]))]
    async fn hide_author(&self, gql: &Context<'_>, input: HideAuthorInput) -> Result<bool> {
        hide_author::hide_author(Ctx::of(gql), input).await
    }

    /// Mutes or bans somebody in a room, in place of a sanction of the same type. A ban ends the person's connections, on all nodes
    /// within a second, and whatever the person asks of the room is answered with BANNED. Hosts are bound by neither, and who was
    /// made host or moderator of this room is judged by hosts alone. The same again within 30 seconds is a repetition.
    #[graphql(directive = refuses::apply(vec![E::Banned, E::RoomBusy]))]
    async fn sanction_user(&self, gql: &Context<'_>, input: SanctionUserInput) -> Result<Sanction> {
        sanction_user::sanction_user(Ctx::of(gql), input).await
    }

    /// Ends a sanction before its time; tells whether there was one that held.
    #[graphql(directive = refuses::apply(vec![E::Banned, E::RoomBusy]))]
    async fn lift_sanction(&self, gql: &Context<'_>, input: LiftSanctionInput) -> Result<bool> {
        lift_sanction::lift_sanction(Ctx::of(gql), input).await
    }

    /// Gives somebody a role in one room. It counts there instead of what the person's groups give, and ends the person's connections,
    /// because others are shown other things. The answer is that person's place in the room; `messageStates`, which
    /// are the caller's own, are empty in it, and of limits `canSendAt` knows the mute alone.
    #[graphql(directive = refuses::apply(vec![E::RoomBusy]))]
    async fn set_role(&self, gql: &Context<'_>, input: SetRoleInput) -> Result<RoomViewer> {
        set_role::set_role(Ctx::of(gql), input).await
    }

    /// Pins a message or a reply, or takes its pin away. A room has at most 10 pinned messages. Everybody is told by
    /// `MessageChanged`.
    #[graphql(directive = refuses::apply(vec![E::Banned, E::RoomBusy, E::PinLimit, E::VersionConflict]))]
    async fn set_pin(&self, gql: &Context<'_>, input: SetPinInput) -> Result<Message> {
        set_pin::set_pin(Ctx::of(gql), input).await
    }

    /// Judges a message that waits for a review. One that is approved is told to everybody by `MessageChanged`; one that is
    /// not stays, with its text, for its author and those who judge. Its author is told by `viewerEvents`. A message that was
    /// judged otherwise, or never waited, is refused with `BAD_USER_INPUT`.
    #[graphql(directive = refuses::apply(vec![E::Banned, E::RoomBusy, E::VersionConflict]))]
    async fn review_message(
        &self,
        gql: &Context<'_>,
        input: ReviewMessageInput,
    ) -> Result<Message> {
        review_message::review_message(Ctx::of(gql), input).await
    }

    /// Reports a message of somebody else to those who keep order, once a person. The first 100 reports of a message are
    /// counted and told; the others are kept.
    #[graphql(directive = refuses::apply(vec![E::Banned, E::RateLimited, E::RoomBusy]))]
    async fn report_message(&self, gql: &Context<'_>, input: ReportMessageInput) -> Result<bool> {
        report_message::report_message(Ctx::of(gql), input).await
    }

    /// For the host application: poll opened, slide changed. Everybody gets it as `CustomEvent`, in order, and in replay. Sent
    /// again, it is told again.
    #[graphql(directive = refuses::apply(vec![E::RoomNotOpen, E::RoomBusy, E::MetadataTooLarge]))]
    async fn send_event(&self, gql: &Context<'_>, input: SendEventInput) -> Result<bool> {
        send_event::send_event(Ctx::of(gql), input).await
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
    #[graphql(directive = refuses::apply(vec![E::RateLimited]))]
    async fn update_profile(&self, gql: &Context<'_>, input: UpdateProfileInput) -> Result<User> {
        update_profile::update_profile(Ctx::of(gql), input).await
    }
}
