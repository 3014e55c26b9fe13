//! `Room.sanctions`, a unit resolver: they are in memory.

use crate::{Ctx, people::sanction_order};
use schema::{Capability, End, Page, PageArgs, Result, RoomId, Sanction, SanctionConnection};

/// A page of the sanctions that hold now, oldest first.
pub(super) async fn room_sanctions(
    ctx: &Ctx,
    room: &RoomId,
    page: PageArgs,
) -> Result<SanctionConnection> {
    let place = ctx.enter(room, Capability::Read).await?;
    place.require(Capability::Mute).or_else(|_| place.require(Capability::Ban))?;
    let page: Page<String> = page.check(End::First)?;

    let sanctions = place.feed.people().sanctions(ctx.now);
    let is_after = |sanction: &Sanction| {
        page.after.as_ref().is_none_or(|after| sanction_order(sanction) > *after)
    };
    let mut rest = sanctions.into_iter().filter(is_after);
    let items = rest.by_ref().take(page.limit);
    let items = items.map(|sanction| (sanction_order(&sanction), sanction)).collect();
    let more = rest.next().is_some();
    Ok(SanctionConnection::of(items, &page, more))
}
