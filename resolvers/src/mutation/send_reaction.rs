//! `Mutation.sendReaction`, a pipeline resolver: ask the limits, add the burst to those of others.

use super::vote::admit;
use crate::{Ctx, log::React};
use schema::{Capability, Error, Result, SendReactionInput};
use std::ops::RangeInclusive;

/// How many reactions one burst has: what somebody taps within a second.
const COUNT: RangeInclusive<u32> = 1..=10;

/// Always true. Everybody in the room hears of it within a second, summed; it is kept nowhere.
pub(super) async fn send_reaction(ctx: &Ctx, input: SendReactionInput) -> Result<bool> {
    let count = input.count.unwrap_or(1);
    if !COUNT.contains(&count) {
        let reason = format!("must be {} to {}", COUNT.start(), COUNT.end());
        return Err(Error::bad_input("count", reason));
    }
    let place = ctx.enter(&input.room_id, Capability::React).await?;
    place.open_for(Capability::React)?.settings.reaction(&input.name)?;

    ctx.run(admit(ctx, &place)).await?;
    ctx.run(React { feed: place.feed, name: input.name, count }).await?;

    Ok(true)
}
