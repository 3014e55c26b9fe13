//! `Mutation.sendMessage`, a pipeline resolver: open the room, recall a message sent before, put the MESSAGE row.

use super::once::{send_once, sent_before};
use crate::{
    Ctx,
    access::to_send,
    function::message::{draft, put_message},
};
use schema::{Content, Error, Json, Message, MessageKind, Result, SendMessageInput};

/// The message at its position; everybody in the room gets it.
pub(super) async fn send_message(ctx: &Ctx, input: SendMessageInput) -> Result<Message> {
    let kind = input.kind.unwrap_or(MessageKind::Chat);
    let capability = to_send(kind);
    let content = Content::parse(&input.content)?;
    let place = ctx.enter(&input.room_id, capability).await?;
    let message = Message {
        client_message_id: input.client_message_id,
        metadata: input.metadata.map(Json::within_limit).transpose()?,
        ..draft(input.room_id, ctx.author(place.role), kind, content.clone().into_string(), ctx.now)
    };

    let feed = &place.feed;
    if let Some(first) = sent_before(ctx, feed, &message).await? {
        return Ok(first);
    }
    let room = place.open_for(capability)?;
    content.within(room.settings.max_message_length)?;

    let append = put_message(feed, &message);
    send_once(ctx, feed, &message, append, |_| Error::internal("a message has no companion")).await
}
