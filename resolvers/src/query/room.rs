//! `Query.room`, a unit resolver.

use crate::{Ctx, log::OpenRoom};
use schema::{Capability, Result, Room, RoomId};

/// The room and its position, taken together and before anything else of the answer.
pub(super) async fn room(ctx: &Ctx, id: RoomId) -> Result<Option<Room>> {
    ctx.require(Capability::Read)?;

    super::or_null(ctx.run(OpenRoom(id)).await.map(|feed| feed.room()))
}
