//! `Room.viewer`: the caller's place in a room.

use crate::Ctx;
use schema::{Capability, DateTime, Result, RoomId, RoomViewer, SanctionType};

/// The caller's role, what it allows, and until when the caller is muted.
pub(crate) async fn room_viewer(ctx: &Ctx, room: &RoomId) -> Result<RoomViewer> {
    let place = ctx.enter(room, Capability::Read).await?;
    let user_id = ctx.identity.sub.clone();
    let member = place.feed.member(&user_id);
    let mute = member.as_ref().and_then(|member| member.sanction(SanctionType::Mute, ctx.now));
    Ok(RoomViewer {
        room_id: room.clone(),
        user_id,
        role: place.role,
        capabilities: place.role.capabilities().to_vec(),
        muted_until: mute.map(|mute| mute.expires_at.unwrap_or(DateTime::END)),
    })
}
