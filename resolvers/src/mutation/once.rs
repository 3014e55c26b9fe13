//! Sending safely again: the same `clientMessageId` gives the first message back.

use crate::{
    Ctx,
    function::message::{digest, get_marker, marker},
    log::{Append, Appended, Entry, Feed, history::FindMessage},
    row::marker_of,
    source::table::Item,
};
use schema::{Error, Message, Result};

/// The first message, when the same was sent before. Retries end here, before any limit and without taking a position.
pub(super) async fn sent_before(
    ctx: &Ctx,
    feed: &Feed,
    draft: &Message,
) -> Result<Option<Message>> {
    let Some(key) = &draft.client_message_id else { return Ok(None) };
    match ctx.run(get_marker(feed.id(), &ctx.identity.sub, key)).await? {
        Some(row) => recall(ctx, feed, draft, row).await,
        None => Ok(None),
    }
}

/// Sends a message once: with its marker, if it has a `clientMessageId`. `refused` reads the row of a companion whose condition
/// did not hold.
pub(super) async fn send_once(
    ctx: &Ctx,
    feed: &Feed,
    draft: &Message,
    append: Append,
    refused: fn(Option<Item>) -> Error,
) -> Result<Message> {
    let append = match marker(draft, &ctx.identity.sub) {
        Some((key, digest)) => append.once(key, digest),
        None => append,
    };
    match ctx.run(append).await? {
        Appended::Done(entries) => Ok(to_sender(sent(&entries)?, draft)),
        Appended::Duplicate(row) => {
            recall(ctx, feed, draft, row).await?.ok_or(Error::Unavailable(None))
        }
        Appended::Refused(row) => Err(refused(row)),
    }
}

async fn recall(ctx: &Ctx, feed: &Feed, draft: &Message, row: Item) -> Result<Option<Message>> {
    let Some(marker) = marker_of(row, ctx.now)? else { return Ok(None) };
    if marker.digest != digest(draft) {
        return Err(Error::IdempotencyConflict);
    }
    let first = ctx.run(FindMessage { feed: feed.clone(), seq: marker.seq }).await?;
    Ok(Some(to_sender(first, draft)))
}

/// A message as its sender gets it: with the key, which is kept from others when it has no name.
fn to_sender(message: Message, draft: &Message) -> Message {
    let client_message_id = message.client_message_id.or_else(|| draft.client_message_id.clone());
    Message { client_message_id, ..message }
}

fn sent(entries: &[Entry]) -> Result<Message> {
    let message = entries.first().and_then(Entry::message).cloned();
    message.ok_or_else(|| Error::internal("an append answered without its entry"))
}
