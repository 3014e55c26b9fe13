//! `Room.participantCount`, a unit resolver.

use crate::Ctx;
use schema::{Result, RoomId};

/// How many are connected now, as far as this node has been told.
pub(super) async fn room_participant_count(ctx: &Ctx, room: &RoomId) -> Result<u32> {
    Ok(ctx.see(room).await?.map_or(0, |feed| feed.headcount()))
}
