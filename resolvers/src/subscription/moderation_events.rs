//! `Subscription.moderationEvents`, a unit resolver: open the room, then watch what those who keep order have to look at.

use crate::{Audience, Ctx, log::Watch};
use futures_util::{Stream, stream};
use schema::{Capability, ModerationEvent, Result, RoomId};

/// What is held and what is reported from now on. Not shared: those who judge are few, and lose it with their role.
pub(super) async fn moderation_events(
    ctx: &Ctx,
    room: RoomId,
) -> Result<impl Stream<Item = Result<Option<ModerationEvent>>> + use<>> {
    let feed = ctx.enter(&room, Capability::Review).await?.feed;

    let watch = Watch::new(&feed, feed.watch_moderation());
    ctx.reading.begin(Audience::Caller);
    Ok(stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok(Some(event)), watch))
    }))
}
