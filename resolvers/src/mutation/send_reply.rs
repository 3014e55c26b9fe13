//! `Mutation.sendReply`, the reference pipeline resolver: find the root message, then put the THREAD row and stamp
//! `repliedAt` on the MESSAGE row in one transaction.

use super::{
    gate::{self, Outcome},
    once::{send_once, sent_before},
};
use crate::{
    Ctx,
    function::message::{draft, put_held_thread, put_thread, stamp_replied_at},
    log::history::FindMessage,
    row::message_from,
    source::table::Item,
};
use schema::{
    Capability, Content, Error, Json, Message, MessageKind, MessageStatus, Result, SendReplyInput,
};

/// The reply at its position. The root message changes with it: `repliedAt` at the first, `lastReplyAt` and `replyCount` at
/// each. A reply that waits for a review changes it when it is approved.
pub(super) async fn send_reply(ctx: &Ctx, input: SendReplyInput) -> Result<Message> {
    // Before.
    let content = Content::parse(&input.content)?;
    let (room_id, root) = (input.message_id.room().clone(), input.message_id.seq());
    let mut reply = Message {
        parent_id: Some(input.message_id),
        client_message_id: input.client_message_id,
        metadata: input.metadata.map(Json::within_limit).transpose()?,
        ..draft(room_id, MessageKind::Chat, content.clone().into_string(), ctx.now)
    };

    // Functions.
    let place = ctx.enter(&reply.room_id, Capability::Read).await?;
    let feed = &place.feed;
    if let Some(first) = sent_before(ctx, feed, &reply).await? {
        return Ok(first);
    }
    place.may(Capability::Reply, ctx.now)?;
    let room = place.open_for(Capability::Reply)?;
    content.within(room.settings.max_message_length)?;
    // The transaction asks again; asking first keeps bad input from using up positions.
    replyable(&ctx.run(FindMessage { feed: feed.clone(), seq: root }).await?)?;
    reply.author = Some(ctx.author(place.role).await?);
    let outcome = gate::pass(ctx, &place, &room, &reply).await?;
    let append = match outcome {
        Outcome::Publish => {
            put_thread(feed, &reply, root).with(stamp_replied_at(&room.id, root, ctx.now))
        }
        Outcome::Wait => {
            reply.status = MessageStatus::Held;
            put_held_thread(feed, &reply)
        }
    };

    // After.
    let send = send_once(ctx, feed, &reply, append, refused);
    gate::after_pass(ctx, &place, &room, &reply, send).await
}

fn replyable(root: &Message) -> Result<()> {
    match root.status {
        _ if root.is_reply() => Err(Error::NestedReply),
        MessageStatus::Published => Ok(()),
        MessageStatus::Held | MessageStatus::Rejected | MessageStatus::Deleted => {
            Err(Error::NotFound("message"))
        }
    }
}

/// Why the root message could not be stamped.
fn refused(row: Option<Item>) -> Error {
    let root = message_from(row).and_then(|root| replyable(&root));
    root.err().unwrap_or(Error::Unavailable(None))
}
