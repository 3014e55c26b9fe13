//! `Subscription.roomEvents`, a unit resolver: follow the room.

use super::{batches, cursor};
use crate::{
    Ctx,
    log::{Follow, Interest},
};
use futures_util::{Stream, StreamExt};
use schema::{Capability, Result, RoomEventBatch, RoomId};

/// Every event after a position, or from now on.
pub(super) async fn room_events(
    ctx: &Ctx,
    room: RoomId,
    after: Option<String>,
    interest: Interest,
) -> Result<impl Stream<Item = Result<Option<RoomEventBatch>>> + use<>> {
    let after = cursor(after)?;
    let place = ctx.enter(&room, Capability::Read).await?;

    let reading = ctx.reading.clone();
    let audience = place.audience();
    let follow = Follow { room, after, audience, interest, reading: reading.clone() };
    let follower = ctx.run(follow).await?;
    reading.sit(place.feed.sit(&ctx.identity.sub));
    reading.begin(audience);
    Ok(batches(follower).map(move |batch| {
        let batch = batch?;
        reading.take(batch.position, batch.happened_at());
        Ok(Some(batch.into()))
    }))
}
