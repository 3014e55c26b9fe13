//! `Mutation.hideAuthor`, a pipeline resolver: see whether it is hidden already, then record in one transaction that it is. Every
//! node shows tombstones from that entry on; behind it the rows become tombstones one by one.

use super::{
    order::{is_hidden, sweep},
    reason,
};
use crate::{
    Ctx,
    function::{
        audit::{act, put_act},
        people::put_hide,
    },
    log::Appended,
};
use schema::{Capability, Error, HideAuthorInput, Result};
use serde_json::json;

/// True: what the author has sent until now is hidden. Hiding it again changes nothing, unless the author has sent more, so a
/// retry is safe.
pub(super) async fn hide_author(ctx: &Ctx, input: HideAuthorInput) -> Result<bool> {
    let reason = reason::perhaps(input.reason.as_deref())?;
    let place = ctx.enter(&input.room_id, Capability::DeleteAny).await?;
    let HideAuthorInput { user_id, since, .. } = input;

    let feed = &place.feed;
    if is_hidden(ctx, feed, &user_id, since).await? {
        return Ok(true);
    }
    let act = act(ctx, "hideAuthor").to_user(&user_id).because(reason.as_deref());
    let act = act.with(json!({ "since": since.map(|since| since.to_string()) }));
    let append = put_hide(feed, &user_id, since, ctx.now).with(put_act(feed.id(), &act));
    match ctx.run(append).await? {
        Appended::Done(entries) => sweep(ctx, feed, &entries).await.map(|()| true),
        Appended::Refused(_) | Appended::Duplicate(_) => {
            Err(Error::internal("hiding has no condition"))
        }
    }
}
