//! `Mutation.setPin`, a pipeline resolver: read the message, find what else is pinned, then change the rows of the message
//! and of the room and record the pin in one transaction.

use super::MAX_CONFLICTS;
use crate::{
    Ctx,
    function::{audit::act, pin::put_pin},
    log::{
        Appended, Entry, Feed,
        history::{FindMessage, ReadMessage},
    },
    row::room_from,
};
use schema::{Capability, Error, Message, MessageStatus, Result, Room, Seq, SetPinInput};

/// The most messages that are pinned at once: every node holds them, and whoever joins is shown all of them.
const PIN_LIMIT: usize = 10;

/// The message as it is now. Pinning what is pinned changes nothing, so a retry is safe.
pub(super) async fn set_pin(ctx: &Ctx, input: SetPinInput) -> Result<Message> {
    let (id, seq) = (&input.message_id, input.message_id.seq());
    let act = act(ctx, "setPin").to_message(id).with(serde_json::json!({ "pinned": input.pinned }));
    let feed = ctx.enter(id.room(), Capability::Pin).await?.feed;

    let mut room = feed.room();
    for _ in 0..MAX_CONFLICTS {
        // Not from memory: what another node has just pinned must not be taken for what it was.
        let message = ctx.run(ReadMessage { feed: feed.clone(), seq }).await?;
        if message.status != MessageStatus::Published {
            return Err(Error::NotFound("message"));
        }
        if message.pinned_at.is_some() == input.pinned {
            return Ok(message);
        }
        let mut pinned = others(ctx, &feed, &room, seq).await?;
        if input.pinned {
            pinned.push(seq);
        }
        if pinned.len() > PIN_LIMIT {
            return Err(Error::PinLimit { max: PIN_LIMIT });
        }

        match ctx.run(put_pin(&feed, &room, seq, pinned, &act)).await? {
            Appended::Done(entries) => {
                let pinned = entries.first().and_then(Entry::message).cloned();
                return pinned.ok_or_else(|| Error::internal("a pin without its message"));
            }
            // Either the room's row had another version, or the message is gone and the next round says so.
            Appended::Refused(row) => room = room_from(row).unwrap_or(room),
            Appended::Duplicate(_) => return Err(Error::internal("a pin has no marker")),
        }
    }
    Err(Error::VersionConflict { current: room.version })
}

/// What else is pinned. What is gone takes no place, and is left out from now on.
async fn others(ctx: &Ctx, feed: &Feed, room: &Room, seq: Seq) -> Result<Vec<Seq>> {
    let mut others = Vec::with_capacity(PIN_LIMIT + 1);
    for &other in room.pinned.iter().filter(|&&other| other != seq) {
        match ctx.run(FindMessage { feed: feed.clone(), seq: other }).await {
            Ok(message) if message.status == MessageStatus::Published => others.push(other),
            Ok(_) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(others)
}
