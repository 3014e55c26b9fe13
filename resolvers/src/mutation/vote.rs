//! What `setUpvote`, `setReaction` and `sendReaction` have in common.

use crate::{
    Ctx,
    access::Place,
    function::vote::Vote,
    log::{Cast, history::FindMessage},
    row::Mark,
    source::limiter::{Action, Admit, Rules},
};
use schema::{Error, Message, MessageStatus, Result, Seq};

/// Casts the caller's vote on a message that everybody can read; answers the message with its counts since then.
pub(super) async fn vote(
    ctx: &Ctx,
    place: &Place,
    seq: Seq,
    mark: Mark,
    wanted: bool,
) -> Result<Message> {
    let feed = &place.feed;
    let user = ctx.identity.sub.clone();

    ctx.run(admit(ctx, place)).await?;
    let mut message = ctx.run(FindMessage { feed: feed.clone(), seq }).await?;
    if message.status != MessageStatus::Published {
        return Err(Error::NotFound("message"));
    }
    let cast = Cast { feed: feed.clone(), seq, vote: Vote { user, mark, wanted } };
    let counts = ctx.run(cast).await?;

    counts.apply(&mut message);
    Ok(message)
}

/// Asks the limits for one vote or one burst. Staff is exempt.
pub(super) fn admit(ctx: &Ctx, place: &Place) -> Admit {
    let user = ctx.guards().rates.of(Action::React).filter(|_| !place.role.is_staff());
    Admit {
        room: Some(place.feed.id().clone()),
        user: ctx.identity.sub.clone(),
        action: Action::React,
        rules: Rules { user, ..Rules::default() },
        text: None,
    }
}
