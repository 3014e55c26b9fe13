//! `Query.messages`, the same as `Room.messages`.

use crate::{Ctx, field};
use schema::{MessageConnection, MessageKind, PageArgs, Result, RoomId};

/// A page of a room's root messages.
pub(super) async fn messages(
    ctx: &Ctx,
    room: RoomId,
    page: PageArgs,
    kinds: Option<Vec<MessageKind>>,
) -> Result<MessageConnection> {
    field::room_messages(ctx, &room, page, kinds).await
}
