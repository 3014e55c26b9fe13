//! `Room.participantCount`, a unit resolver.

use crate::{Ctx, log::OpenRoom};
use schema::{Result, RoomId};

/// How many are connected now, as far as this node has been told.
pub(super) async fn room_participant_count(ctx: &Ctx, room: &RoomId) -> Result<u32> {
    Ok(ctx.run(OpenRoom(room.clone())).await?.headcount())
}
