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
    ctx.require(Capability::Read)?;
    let after = cursor(after)?;

    let reading = ctx.reading.clone();
    let follower = ctx.run(Follow { room, after, reading: reading.clone() }).await?;
    reading.begin(ctx.audience());
    Ok(batches(follower).map(move |batch| {
        let batch = batch?;
        reading.take(batch.position, batch.happened_at());
        Ok(Some(batch.into()))
    }))
}
