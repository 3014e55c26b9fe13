//! `Room.pinnedMessages`, a pipeline resolver: open the room, then find each message, which is in memory.

use crate::{Ctx, log::history::FindMessage};
use schema::{Message, MessageStatus, Result, Room};

/// What is pinned, the newest pin last.
pub(super) async fn room_pinned_messages(ctx: &Ctx, room: &Room) -> Result<Vec<Message>> {
    let Some(feed) = ctx.see(&room.id).await? else { return Ok(Vec::new()) };
    let mut pinned = Vec::with_capacity(room.pinned.len());
    for &seq in &room.pinned {
        let message = ctx.run(FindMessage { feed: feed.clone(), seq }).await;
        pinned.extend(message.ok().filter(|message| message.status == MessageStatus::Published));
    }
    Ok(pinned)
}
