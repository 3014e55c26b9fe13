//! `Mutation.sendMessage`, a pipeline resolver: open the room, recall a message sent before, pass what stands between a
//! sender and the room, put the MESSAGE row.

use super::{
    gate::{self, Outcome},
    once::{send_once, sent_before},
};
use crate::{
    Ctx,
    access::to_send,
    function::{
        audit::{act, put_act},
        message::{draft, put_message},
    },
    log::{Append, Feed},
};
use schema::{
    Capability, Content, Error, Json, Message, MessageId, MessageKind, MessageStatus, Result, Room,
    SendMessageInput,
};

/// The message at its position; everybody in the room gets it, unless it has to wait for a review.
pub(super) async fn send_message(ctx: &Ctx, input: SendMessageInput) -> Result<Message> {
    // Before.
    let kind = input.kind.unwrap_or(MessageKind::Chat);
    let capability = to_send(kind);
    let content = Content::parse(&input.content)?;
    let anonymous = input.anonymous.unwrap_or(false);
    if anonymous && kind != MessageKind::Question {
        return Err(Error::bad_input("anonymous", "only questions are asked without a name"));
    }
    let mut message = Message {
        client_message_id: input.client_message_id,
        metadata: input.metadata.map(Json::within_limit).transpose()?,
        sender: anonymous.then(|| ctx.identity.sub.clone()),
        ..draft(input.room_id, kind, content.clone().into_string(), ctx.now)
    };

    // Functions.
    let place = ctx.enter(&message.room_id, Capability::Read).await?;
    if let Some(first) = sent_before(ctx, &place.feed, &message).await? {
        return Ok(first);
    }
    place.may(capability, ctx.now)?;
    let room = place.open_for(capability)?;
    if anonymous && !room.settings.anonymous_questions {
        return Err(Error::bad_input("anonymous", "this room takes no questions without a name"));
    }
    content.within(room.settings.max_message_length)?;
    if !anonymous {
        message.author = Some(ctx.author(place.role).await?);
    }
    if gate::pass(ctx, &place, &room, &message).await? == Outcome::Wait {
        message.status = MessageStatus::Held;
    }
    let append = match anonymous {
        true => put_anonymously(ctx, &place.feed, &room, &message),
        false => put_message(&place.feed, &message),
    };

    // After.
    let refused = |_| Error::internal("a message has no companion");
    let send = send_once(ctx, &place.feed, &message, append, refused);
    gate::after_pass(ctx, &place, &room, &message, send).await
}

/// Puts a question of which nobody learns whose it is, with a record for those who answer for the room.
fn put_anonymously(ctx: &Ctx, feed: &Feed, room: &Room, message: &Message) -> Append {
    // The key is the client's own, and a client that counts them would give itself away.
    let nameless = Message { client_message_id: None, ..message.clone() };
    let (act, room) = (act(ctx, "askAnonymously"), room.id.clone());
    put_message(feed, &nameless).with_placed(move |seq| {
        put_act(&room, &act.clone().to_message(&MessageId::new(room.clone(), seq)))
    })
}
