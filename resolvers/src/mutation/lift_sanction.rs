//! `Mutation.liftSanction`, a pipeline resolver: read what the person is, then change its row and record it in one transaction.

use super::order::{Change, change, may_judge, to_impose};
use crate::{
    Ctx,
    function::{
        audit::{act, put_act},
        people::put_member,
    },
    people::Member,
};
use schema::{Error, LiftSanctionInput, Result, Role, SanctionType};
use serde_json::json;

/// Whether there was one that held. Lifting it again changes nothing, so a retry is safe; it answers false.
pub(super) async fn lift_sanction(ctx: &Ctx, input: LiftSanctionInput) -> Result<bool> {
    let capability = to_impose(input.r#type);
    let place = ctx.enter(&input.room_id, capability).await?;
    // Who is muted may still keep order, but not judge himself.
    if input.user_id == ctx.identity.sub && place.role != Role::Host {
        return Err(Error::Forbidden(capability));
    }

    let (feed, user) = (&place.feed, &input.user_id);
    change(ctx, feed, user, |before| {
        may_judge(&place, before, capability)?;
        if before.sanction(input.r#type, ctx.now).is_none() {
            return Ok(Change::None(false));
        }
        let after = match input.r#type {
            SanctionType::Mute => Member { mute: None, ..before.clone() },
            SanctionType::Ban => Member { ban: None, ..before.clone() },
        };
        let act = act(ctx, "liftSanction").to_user(user).with(json!({ "type": input.r#type }));
        let append = put_member(feed, before, after, ctx.now).with(put_act(feed.id(), &act));
        Ok(Change::Write(append, true))
    })
    .await
}
