//! `Mutation.setUpvote`, a pipeline resolver: ask the limits, find the message, cast the vote with those of others.

use super::vote::vote;
use crate::{Ctx, row::Mark};
use schema::{Capability, Message, Result, SetUpvoteInput};

/// The message with its counts. An upvote that is there already, or already is not, changes nothing, so a retry is safe.
pub(super) async fn set_upvote(ctx: &Ctx, input: SetUpvoteInput) -> Result<Message> {
    let place = ctx.enter(input.message_id.room(), Capability::Upvote).await?;
    place.open_for(Capability::Upvote)?;

    vote(ctx, &place, input.message_id.seq(), Mark::Upvote, input.upvoted).await
}
