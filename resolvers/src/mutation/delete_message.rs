//! `Mutation.deleteMessage`, a pipeline resolver: find the message, then put a tombstone in its place and record the
//! deletion in one transaction; with a record of what was deleted, if it is not the author who deletes it.

use super::reason;
use crate::{
    Ctx,
    access::Place,
    function::{
        audit::{act, put_act},
        message::{as_read, put_tombstone},
    },
    log::{Append, Appended, Entry, history::FindMessage},
    row::message_from,
};
use schema::{Capability, DeleteMessageInput, Error, Message, MessageStatus, Result};
use serde_json::json;

/// How often it is tried while the author edits the message: more often than the author can, who is limited.
const MAX_EDITS: usize = 32;

/// What is left. Deleting what is deleted changes nothing, so a retry is safe.
pub(super) async fn delete_message(ctx: &Ctx, input: DeleteMessageInput) -> Result<Message> {
    let reason = reason::perhaps(input.reason.as_deref())?;
    let place = ctx.enter(input.message_id.room(), Capability::DeleteOwn).await?;
    let feed = &place.feed;
    let found = FindMessage { feed: feed.clone(), seq: input.message_id.seq() };
    let mut before = ctx.run(found).await?;
    for _ in 0..MAX_EDITS {
        may_delete(ctx, &place, &before)?;
        if is_gone(&before) {
            return Ok(before);
        }

        match ctx.run(deletion(ctx, &place, &before, reason.clone())).await? {
            Appended::Done(entries) => {
                let left = entries.first().and_then(Entry::message).cloned();
                return Ok(left.unwrap_or_else(|| before.tombstone(ctx.now)));
            }
            // Somebody else deleted or judged it first, or its author wrote it anew.
            Appended::Refused(row) => before = message_from(row)?,
            Appended::Duplicate(_) => return Err(Error::internal("a deletion has no marker")),
        }
    }
    Err(Error::unavailable("the message kept changing"))
}

/// Refuses others than the author and those who keep order. Of what was never public others do not even learn that it is there.
fn may_delete(ctx: &Ctx, place: &Place, message: &Message) -> Result<()> {
    if message.is_by(&ctx.identity.sub) {
        return Ok(());
    }
    match message.is_public() || place.role.allows(Capability::Review) {
        true => place.require(Capability::DeleteAny),
        false => Err(Error::NotFound("message")),
    }
}

/// Whether there is nothing left to delete.
fn is_gone(message: &Message) -> bool {
    match message.status {
        MessageStatus::Deleted => true,
        MessageStatus::Rejected => message.content.is_none(),
        MessageStatus::Held | MessageStatus::Published => false,
    }
}

fn deletion(ctx: &Ctx, place: &Place, before: &Message, reason: Option<String>) -> Append {
    let feed = &place.feed;
    let act = act(ctx, "deleteMessage").to_message(&before.id()).because(reason.as_deref());
    let (append, row) = put_tombstone(feed, before, ctx.now, reason);
    if before.is_by(&ctx.identity.sub) {
        return append.with(row);
    }
    let act = act.with(json!({ "content": before.content, "metadata": before.metadata }));
    let author = before.author.as_ref().map(|author| &author.user_id);
    let act = match author.or(before.sender.as_ref()) {
        Some(author) => act.to_user(author),
        None => act,
    };
    append.with(as_read(row, before)).with(put_act(feed.id(), &act))
}
