//! `RoomViewer.canSendAt`, a unit resolver.

use crate::{Ctx, mutation::gate::sending_rules, source::limiter::WhenMaySend};
use schema::{Capability, DateTime, Result, RoomViewer};

/// When the caller may send again; null when that is now, and in the place of somebody else.
pub(super) async fn viewer_can_send_at(ctx: &Ctx, viewer: &RoomViewer) -> Result<Option<DateTime>> {
    if viewer.user_id != ctx.identity.sub || viewer.muted_until.is_some() {
        return Ok(viewer.muted_until);
    }
    let place = ctx.enter(&viewer.room_id, Capability::Read).await?;
    if place.role.is_staff() {
        return Ok(None);
    }
    let rules = sending_rules(ctx, &place.feed.room());
    let (room, user) = (viewer.room_id.clone(), viewer.user_id.clone());
    let wait = ctx.run(WhenMaySend { room, user, rules }).await?;
    Ok(wait.map(|wait| ctx.now.plus(wait)))
}
