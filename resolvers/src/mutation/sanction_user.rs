//! `Mutation.sanctionUser`, a pipeline resolver: read what the person is, then change its row and record it in one transaction,
//! with hiding what the person sent if that is asked for.

use super::{
    order::{Change, change, is_hidden, may_judge, to_impose},
    reason,
};
use crate::{
    Ctx,
    function::{
        audit::{act, put_act},
        people::{and_hide, put_member},
    },
    log::{Append, Feed},
    people::Member,
};
use schema::{Capability, Error, Result, Sanction, SanctionType, SanctionUserInput};
use serde_json::json;
use std::{ops::RangeInclusive, time::Duration};

/// From a second to ten years.
const DURATION: RangeInclusive<u32> = 1..=315_360_000;
/// The same sanction for the same time so soon after is a repetition, not an extension: so long an operation may take.
const REPEATED_WITHIN: Duration = Duration::from_secs(30);

/// The sanction that holds now, in place of any of its type before. The same again changes nothing, so a retry is safe.
pub(super) async fn sanction_user(ctx: &Ctx, input: SanctionUserInput) -> Result<Sanction> {
    // Before.
    let sanction = sanction(ctx, &input)?;
    let hides = input.hide_messages.unwrap_or(false);
    let capability = to_impose(input.r#type);
    let place = ctx.enter(&input.room_id, capability).await?;
    if hides {
        place.require(Capability::DeleteAny)?;
    }
    let user = &input.user_id;
    if *user == ctx.identity.sub {
        return Err(Error::bad_input("userId", "nobody sanctions himself"));
    }

    // Functions.
    let feed = &place.feed;
    let is_hidden = !hides || is_hidden(ctx, feed, user, None).await?;
    change(ctx, feed, user, |before| {
        may_judge(&place, before, capability)?;
        let known = before.sanction(sanction.r#type, ctx.now);
        match known.filter(|known| is_hidden && is_repetition(known, &sanction)) {
            Some(known) => Ok(Change::None(known.clone())),
            None => {
                let append = put_sanction(ctx, feed, before, &sanction, hides);
                Ok(Change::Write(append, sanction.clone()))
            }
        }
    })
    .await
}

fn sanction(ctx: &Ctx, input: &SanctionUserInput) -> Result<Sanction> {
    if input.duration_seconds.is_some_and(|seconds| !DURATION.contains(&seconds)) {
        let limits = format!("must be {} to {}", DURATION.start(), DURATION.end());
        return Err(Error::bad_input("durationSeconds", limits));
    }
    let lasts = input.duration_seconds.map(|seconds| Duration::from_secs(u64::from(seconds)));
    Ok(Sanction {
        room_id: input.room_id.clone(),
        r#type: input.r#type,
        user_id: input.user_id.clone(),
        reason: reason::perhaps(input.reason.as_deref())?,
        created_by: ctx.identity.sub.clone(),
        created_at: ctx.now,
        expires_at: lasts.map(|lasts| ctx.now.plus(lasts)),
    })
}

fn put_sanction(
    ctx: &Ctx,
    feed: &Feed,
    before: &Member,
    sanction: &Sanction,
    hides: bool,
) -> Append {
    let mut after = before.clone();
    match sanction.r#type {
        SanctionType::Mute => after.mute = Some(sanction.clone()),
        SanctionType::Ban => after.ban = Some(sanction.clone()),
    }
    let until = sanction.expires_at.map(|at| at.to_string());
    let details = json!({ "type": sanction.r#type, "expiresAt": until, "hideMessages": hides });
    let act = act(ctx, "sanctionUser").to_user(&sanction.user_id).with(details);
    let act = act.because(sanction.reason.as_deref());
    let append = put_member(feed, before, after, ctx.now).with(put_act(feed.id(), &act));
    match hides {
        true => and_hide(append, feed, &sanction.user_id, ctx.now),
        false => append,
    }
}

/// Whether the second is what the first was, sent again.
fn is_repetition(known: &Sanction, again: &Sanction) -> bool {
    let lasts = |of: &Sanction| of.expires_at.map(|end| end.since(of.created_at));
    let recent = again.created_at.since(known.created_at) < REPEATED_WITHIN;
    let same = (&known.reason, &known.created_by, lasts(known))
        == (&again.reason, &again.created_by, lasts(again));
    same && (recent || known.expires_at.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use schema::DateTime;

    #[test]
    fn the_same_again_is_a_repetition_and_a_while_later_an_extension() {
        let of = |at: i64, seconds: Option<u64>, reason: Option<&str>| Sanction {
            room_id: "r".parse().unwrap(),
            r#type: SanctionType::Mute,
            user_id: "eve".parse().unwrap(),
            reason: reason.map(str::to_owned),
            created_by: "mo".parse().unwrap(),
            created_at: DateTime::from_millis(at),
            expires_at: seconds
                .map(|seconds| DateTime::from_millis(at).plus(Duration::from_secs(seconds))),
        };
        let known = of(0, Some(60), None);
        assert!(is_repetition(&known, &of(29_999, Some(60), None)));
        assert!(!is_repetition(&known, &of(30_000, Some(60), None)));
        assert!(!is_repetition(&known, &of(1, Some(61), None)));
        assert!(!is_repetition(&known, &of(1, Some(60), Some("spam"))));
        assert!(is_repetition(&of(0, None, None), &of(i64::MAX, None, None)));
    }
}
