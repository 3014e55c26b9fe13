//! `Room.heldTerms` and `Room.refusedTerms`, unit resolvers.

use crate::Ctx;
use schema::{Capability, Result, Room, RoomSettings};

/// The settings with the terms of the word filter, for whoever manages the room.
pub(super) async fn room_terms(ctx: &Ctx, room: &Room) -> Result<RoomSettings> {
    ctx.enter(&room.id, Capability::ManageRoom).await?;
    Ok(room.settings.clone())
}
