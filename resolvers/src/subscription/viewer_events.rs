//! `Subscription.viewerEvents`, a unit resolver: watch what concerns the caller.

use crate::{Audience, Ctx, log::WatchViewer};
use futures_util::{Stream, stream};
use schema::{Capability, Result, RoomId, ViewerEvent};

/// What concerns the caller, from now on. It ends when the caller is too slow to be told: the client begins anew.
pub(super) async fn viewer_events(
    ctx: &Ctx,
    room: RoomId,
) -> Result<impl Stream<Item = Result<Option<ViewerEvent>>> + use<>> {
    let feed = ctx.enter(&room, Capability::Read).await?.feed;

    let watch = ctx.run(WatchViewer { feed, user: ctx.identity.sub.clone() }).await?;
    // What happened to the caller before the watch began.
    ctx.enter(&room, Capability::Read).await?;
    ctx.reading.begin(Audience::Caller);
    Ok(stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok(Some(event)), watch))
    }))
}
