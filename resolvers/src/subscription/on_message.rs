//! `Subscription.onSendMessage` and its siblings, unit resolvers: follow the room, pass on one kind of event.

use super::batches;
use crate::{
    Ctx,
    log::{Change, Event, Follow, Interest},
};
use futures_util::{Stream, StreamExt, stream};
use schema::{Capability, Message, MessageId, Result, RoomEvent, RoomId};

/// Root messages as they are sent.
pub(super) async fn on_send_message(
    ctx: &Ctx,
    room: RoomId,
) -> Result<impl Stream<Item = Result<Option<Message>>> + use<>> {
    let root = |message: &Message| !message.is_reply();
    on(ctx, room, move |event| is_sent(&event.event) && event.message.as_ref().is_some_and(root))
        .await
}

/// Replies as they are sent.
pub(super) async fn on_send_reply(
    ctx: &Ctx,
    room: RoomId,
    parent: Option<MessageId>,
) -> Result<impl Stream<Item = Result<Option<Message>>> + use<>> {
    let wanted = move |message: &Message| match (&message.parent_id, &parent) {
        (Some(found), Some(wanted)) => found == wanted,
        (found, None) => found.is_some(),
        (None, Some(_)) => false,
    };
    on(ctx, room, move |event| is_sent(&event.event) && event.message.as_ref().is_some_and(&wanted))
        .await
}

/// Messages as they change, but for replies to them.
pub(super) async fn on_change_message(
    ctx: &Ctx,
    room: RoomId,
) -> Result<impl Stream<Item = Result<Option<Message>>> + use<>> {
    on(ctx, room, |event| event.change.is_some_and(|change| change != Change::Replied)).await
}

/// Messages as they are deleted.
pub(super) async fn on_delete_message(
    ctx: &Ctx,
    room: RoomId,
) -> Result<impl Stream<Item = Result<Option<Message>>> + use<>> {
    on(ctx, room, |event| matches!(event.event, RoomEvent::MessageDeleted(_))).await
}

async fn on<W: Fn(&Event) -> bool + Send + 'static>(
    ctx: &Ctx,
    room: RoomId,
    wanted: W,
) -> Result<impl Stream<Item = Result<Option<Message>>> + use<W>> {
    let audience = ctx.enter(&room, Capability::Read).await?.audience();

    let reading = ctx.reading.clone();
    let interest = Interest::default();
    let follow = Follow { room, after: None, audience, interest, reading: reading.clone() };
    let follower = ctx.run(follow).await?;
    reading.begin(audience);
    Ok(batches(follower).flat_map(move |batch| {
        let reading = reading.clone();
        let messages: Vec<_> = match batch {
            Ok(batch) => batch.events.into_iter().filter(&wanted).map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        stream::iter(messages).map(move |event| {
            let Event { event, message, .. } = event?;
            let (seq, at) = event.happened();
            reading.take(seq, at);
            Ok(message)
        })
    }))
}

fn is_sent(event: &RoomEvent) -> bool {
    matches!(event, RoomEvent::MessageSent(_))
}
