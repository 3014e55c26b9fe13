//! `Query.room`, a unit resolver.

use crate::Ctx;
use schema::{Capability, Result, Room, RoomId};

/// The room and its position, taken together and before anything else of the answer.
pub(super) async fn room(ctx: &Ctx, id: RoomId) -> Result<Option<Room>> {
    super::or_null(ctx.enter(&id, Capability::Read).await.map(|place| place.feed.room()))
}
