//! `Mutation.deleteMessage`, a pipeline resolver: find the message, then put a tombstone in its place and record the
//! deletion in one transaction.

use super::MAX_CONFLICTS;
use crate::{
    Ctx,
    function::message::put_tombstone,
    log::{Appended, OpenRoom, history::FindMessage},
    row::message_from,
};
use schema::{Capability, DeleteMessageInput, Error, Message, MessageStatus, Result};

/// The longest reason, in Unicode code points.
const MAX_REASON: usize = 500;

/// The tombstone. Deleting what is deleted changes nothing, so a retry is safe.
pub(super) async fn delete_message(ctx: &Ctx, input: DeleteMessageInput) -> Result<Message> {
    ctx.require(Capability::DeleteOwn)?;
    if input.reason.as_ref().is_some_and(|reason| reason.chars().count() > MAX_REASON) {
        return Err(Error::bad_input(
            "reason",
            format!("a reason has at most {MAX_REASON} characters"),
        ));
    }

    let feed = ctx.run(OpenRoom(input.message_id.room().clone())).await?;
    let mut before =
        ctx.run(FindMessage { feed: feed.clone(), seq: input.message_id.seq() }).await?;
    for _ in 0..MAX_CONFLICTS {
        if !before.is_by(&ctx.identity.sub) {
            ctx.require(Capability::DeleteAny)?;
        }
        if before.status == MessageStatus::Deleted {
            return Ok(before);
        }
        let tombstone = before.clone().tombstone(ctx.now);

        match ctx
            .run(put_tombstone(&feed, &before, &tombstone, ctx.now, input.reason.clone()))
            .await?
        {
            Appended::Done(_) => return Ok(tombstone),
            Appended::Refused(row) => before = message_from(row)?,
            Appended::Duplicate(_) => return Err(Error::internal("a deletion has no marker")),
        }
    }
    Err(Error::VersionConflict { current: before.version })
}
