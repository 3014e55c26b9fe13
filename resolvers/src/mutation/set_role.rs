//! `Mutation.setRole`, a pipeline resolver: read what the person is, then change its row and record it in one transaction.

use super::order::{Change, change};
use crate::{
    Ctx,
    field::viewer_of,
    function::{
        audit::{act, put_act},
        people::put_member,
    },
    people::Member,
};
use schema::{Capability, Result, RoomViewer, SetRoleInput};
use serde_json::json;

/// The person's place in the room. The same role again changes nothing, so a retry is safe.
pub(super) async fn set_role(ctx: &Ctx, input: SetRoleInput) -> Result<RoomViewer> {
    let place = ctx.enter(&input.room_id, Capability::ManageRoom).await?;

    let (feed, user, role) = (&place.feed, &input.user_id, input.role);
    let after = change(ctx, feed, user, |before| {
        if before.role == Some(role) {
            return Ok(Change::None(before.clone()));
        }
        let after = Member { role: Some(role), ..before.clone() };
        let act =
            act(ctx, "setRole").to_user(user).with(json!({ "role": role, "before": before.role }));
        let append =
            put_member(feed, before, after.clone(), ctx.now).with(put_act(feed.id(), &act));
        Ok(Change::Write(append, after))
    })
    .await?;

    Ok(viewer_of(ctx, &input.room_id, user, role, Some(&after)))
}
