//! `Room.viewer`: the caller's place in a room.

use crate::Ctx;
use schema::RoomViewer;

/// The caller's role and what it allows; needs no data source.
pub(crate) fn room_viewer(ctx: &Ctx) -> RoomViewer {
    let role = ctx.role();
    RoomViewer {
        user_id: ctx.identity.sub.clone(),
        role,
        capabilities: role.capabilities().to_vec(),
    }
}
