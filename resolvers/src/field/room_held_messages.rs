//! `Room.heldMessages`, a pipeline resolver: open the room, then read the page.

use crate::{Ctx, log::history::HeldMessages};
use schema::{Capability, End, MessageConnection, PageArgs, Result, RoomId};

/// A page of what waits for a review, oldest first.
pub(super) async fn room_held_messages(
    ctx: &Ctx,
    room: &RoomId,
    page: PageArgs,
) -> Result<MessageConnection> {
    let page = page.check(End::First)?;
    let feed = ctx.enter(room, Capability::Review).await?.feed;
    ctx.run(HeldMessages { feed, page }).await
}
