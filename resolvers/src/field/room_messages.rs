//! `Room.messages`, a pipeline resolver: open the room, then read the page.

use crate::{Ctx, log::history::Messages};
use schema::{Capability, End, Error, MessageConnection, MessageKind, PageArgs, Result, RoomId};

/// A page of a room's root messages.
pub(crate) async fn room_messages(
    ctx: &Ctx,
    room: &RoomId,
    page: PageArgs,
    kinds: Option<Vec<MessageKind>>,
) -> Result<MessageConnection> {
    let page = page.check(End::Last)?;
    if kinds.as_ref().is_some_and(Vec::is_empty) {
        return Err(Error::bad_input("kinds", "name a kind, or leave `kinds` out"));
    }

    let feed = ctx.enter(room, Capability::Read).await?.feed;
    ctx.run(Messages { feed, page, kinds }).await
}
