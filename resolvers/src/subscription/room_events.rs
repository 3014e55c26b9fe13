//! `Subscription.roomEvents`, a unit resolver: follow the room.

use super::{batches, cursor};
use crate::{Ctx, log::Follow};
use futures_util::{Stream, StreamExt};
use schema::{Capability, Result, RoomEventBatch, RoomId};

/// Every event after a position, or from now on.
pub(super) async fn room_events(
    ctx: &Ctx,
    room: RoomId,
    after: Option<String>,
) -> Result<impl Stream<Item = Result<Option<RoomEventBatch>>> + use<>> {
    let after = cursor(after)?;
    let place = ctx.enter(&room, Capability::Read).await?;

    let reading = ctx.reading.clone();
    let audience = place.audience();
    let follower = ctx.run(Follow { room, after, audience, reading: reading.clone() }).await?;
    reading.sit(place.feed.sit());
    reading.begin(audience);
    Ok(batches(follower).map(move |batch| {
        let batch = batch?;
        reading.take(batch.position, batch.happened_at());
        Ok(Some(batch.into()))
    }))
}
