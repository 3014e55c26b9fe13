//! `Room.viewer`: the caller's place in a room.

use crate::{Ctx, KeyAccess, people::Member};
use schema::{Capability, DateTime, Result, Role, RoomId, RoomViewer, SanctionType, UserId};

/// The caller's role, what it allows (a key that only reads may read, whatever its role), and until when the caller is muted.
pub(crate) async fn room_viewer(ctx: &Ctx, room: &RoomId) -> Result<RoomViewer> {
    let place = ctx.enter(room, Capability::Read).await?;
    let user = &ctx.identity.sub;
    let member = place.feed.member(user);
    let mut viewer = viewer_of(ctx, room, user, place.role, member.as_deref());
    if ctx.identity.api_key == Some(KeyAccess::ReadOnly) {
        viewer.capabilities.retain(|capability| *capability == Capability::Read);
    }
    Ok(viewer)
}

/// Somebody's place in a room. A mute does not bind hosts.
pub(crate) fn viewer_of(
    ctx: &Ctx,
    room: &RoomId,
    user: &UserId,
    role: Role,
    member: Option<&Member>,
) -> RoomViewer {
    let bound = member.filter(|_| role != Role::Host);
    let mute = bound.and_then(|member| member.sanction(SanctionType::Mute, ctx.now));
    RoomViewer {
        room_id: room.clone(),
        is_callers: *user == ctx.identity.sub,
        user_id: user.clone(),
        role,
        capabilities: role.capabilities().to_vec(),
        muted_until: mute.map(|mute| mute.expires_at.unwrap_or(DateTime::END)),
    }
}
