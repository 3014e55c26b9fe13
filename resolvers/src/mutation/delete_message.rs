//! `Mutation.deleteMessage`, a pipeline resolver: find the message, then put a tombstone in its place and record the
//! deletion in one transaction.

use crate::{
    Ctx,
    function::message::put_tombstone,
    log::{Appended, Entry, history::FindMessage},
    row::message_from,
};
use schema::{Capability, DeleteMessageInput, Error, Message, MessageStatus, Result};

/// The longest reason, in Unicode code points.
const MAX_REASON: usize = 500;

/// The tombstone. Deleting what is deleted changes nothing, so a retry is safe.
pub(super) async fn delete_message(ctx: &Ctx, input: DeleteMessageInput) -> Result<Message> {
    if input.reason.as_ref().is_some_and(|reason| reason.chars().count() > MAX_REASON) {
        return Err(Error::bad_input(
            "reason",
            format!("a reason has at most {MAX_REASON} characters"),
        ));
    }

    let place = ctx.enter(input.message_id.room(), Capability::DeleteOwn).await?;
    let feed = &place.feed;
    let before = ctx.run(FindMessage { feed: feed.clone(), seq: input.message_id.seq() }).await?;
    if !before.is_by(&ctx.identity.sub) {
        place.require(Capability::DeleteAny)?;
    }
    if before.status == MessageStatus::Deleted {
        return Ok(before);
    }

    match ctx.run(put_tombstone(feed, &before, ctx.now, input.reason)).await? {
        Appended::Done(entries) => {
            let left = entries.first().and_then(Entry::message).cloned();
            Ok(left.unwrap_or_else(|| before.tombstone(ctx.now)))
        }
        // Somebody else deleted it first.
        Appended::Refused(row) => message_from(row),
        Appended::Duplicate(_) => Err(Error::internal("a deletion has no marker")),
    }
}
