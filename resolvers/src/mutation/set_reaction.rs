//! `Mutation.setReaction`, a pipeline resolver: ask the limits, find the message, cast the vote with those of others.

use super::vote::vote;
use crate::{Ctx, row::Mark};
use schema::{Capability, Message, Result, SetReactionInput};

/// The message with its counts. A reaction that is there already, or already is not, changes nothing, so a retry is safe.
pub(super) async fn set_reaction(ctx: &Ctx, input: SetReactionInput) -> Result<Message> {
    let place = ctx.enter(input.message_id.room(), Capability::React).await?;
    place.open_for(Capability::React)?.settings.reaction(&input.name)?;

    vote(ctx, &place, input.message_id.seq(), Mark::Reaction(input.name), input.on).await
}
