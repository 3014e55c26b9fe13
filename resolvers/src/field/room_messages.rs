//! `Room.messages`, a pipeline resolver: open the room, then read the page.

use crate::{
    Ctx,
    log::{OpenRoom, history::Messages},
};
use schema::{Capability, End, MessageConnection, MessageKind, PageArgs, Result, RoomId};

/// A page of a room's root messages.
pub(crate) async fn room_messages(
    ctx: &Ctx,
    room: &RoomId,
    page: PageArgs,
    kinds: Option<Vec<MessageKind>>,
) -> Result<MessageConnection> {
    ctx.require(Capability::Read)?;
    let page = page.check(End::Last)?;

    let feed = ctx.run(OpenRoom(room.clone())).await?;
    ctx.run(Messages { feed, page, kinds }).await
}
