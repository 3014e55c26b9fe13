//! `Subscription.onSendMessage` and its siblings, unit resolvers: follow the room, pass on one kind of event.

use super::batches;
use crate::{
    Ctx,
    log::{Change, Event, Follow, Interest},
};
use futures_util::{Stream, StreamExt, stream};
use schema::{Capability, Message, MessageFilter, Result, RoomEvent, RoomId};

/// Root messages as they are sent.
pub(super) async fn on_send_message(
    ctx: &Ctx,
    room: RoomId,
    wanted: MessageFilter,
) -> Result<impl Stream<Item = Result<Option<Message>>> + use<>> {
    on(ctx, room, wanted, |event| {
        is_sent(&event.event) && event.message.as_ref().is_some_and(|it| !it.is_reply())
    })
    .await
}

/// Replies as they are sent.
pub(super) async fn on_send_reply(
    ctx: &Ctx,
    room: RoomId,
    wanted: MessageFilter,
) -> Result<impl Stream<Item = Result<Option<Message>>> + use<>> {
    on(ctx, room, wanted, |event| {
        is_sent(&event.event) && event.message.as_ref().is_some_and(Message::is_reply)
    })
    .await
}

/// Messages as they change, but for replies to them.
pub(super) async fn on_change_message(
    ctx: &Ctx,
    room: RoomId,
    wanted: MessageFilter,
) -> Result<impl Stream<Item = Result<Option<Message>>> + use<>> {
    on(ctx, room, wanted, |event| event.change.is_some_and(|change| change != Change::Replied))
        .await
}

/// Messages as they are deleted.
pub(super) async fn on_delete_message(
    ctx: &Ctx,
    room: RoomId,
    wanted: MessageFilter,
) -> Result<impl Stream<Item = Result<Option<Message>>> + use<>> {
    on(ctx, room, wanted, |event| matches!(event.event, RoomEvent::MessageDeleted(_))).await
}

/// Events of one kind, whose messages, as the caller's audience is shown them, are wanted.
async fn on(
    ctx: &Ctx,
    room: RoomId,
    wanted: MessageFilter,
    is_of_kind: fn(&Event) -> bool,
) -> Result<impl Stream<Item = Result<Option<Message>>> + use<>> {
    let audience = ctx.enter(&room, Capability::Read).await?.audience();

    let reading = ctx.reading.clone();
    let interest = Interest::default();
    let follow = Follow { room, after: None, audience, interest, reading: reading.clone() };
    let follower = ctx.run(follow).await?;
    reading.begin(audience);
    Ok(batches(follower).flat_map(move |batch| {
        let reading = reading.clone();
        let is_wanted = |event: &Event| {
            is_of_kind(event) && event.message.as_ref().is_some_and(|it| wanted.matches(it))
        };
        let messages: Vec<_> = match batch {
            Ok(batch) => batch.events.into_iter().filter(is_wanted).map(Ok).collect(),
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
