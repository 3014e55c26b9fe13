//! `Mutation.editMessage`, a pipeline resolver: read the message, then change its row and record the edit in one
//! transaction.

use super::{MAX_CONFLICTS, gate};
use crate::{
    Ctx,
    access::Place,
    function::message::put_edit,
    log::{Appended, history::ReadMessage},
    row::message_from,
};
use schema::{Capability, Content, EditMessageInput, Error, Message, MessageStatus, Result};
use std::time::Duration;

/// The message as it is now. Editing to what it says already changes nothing, so a retry is safe.
pub(super) async fn edit_message(ctx: &Ctx, input: EditMessageInput) -> Result<Message> {
    let content = Content::parse(&input.content)?;

    let place = ctx.enter(input.message_id.room(), Capability::EditOwn).await?;
    let feed = &place.feed;
    // Not from memory: an edit that another node has just made must neither be refused nor taken for this one.
    let mut before =
        ctx.run(ReadMessage { feed: feed.clone(), seq: input.message_id.seq() }).await?;
    let mut passed = false;
    for _ in 0..MAX_CONFLICTS {
        editable(ctx, &place, &before)?;
        content.within(feed.room().settings.max_message_length)?;
        let edited = edited(&before, content.clone(), ctx);
        if before.content == edited.content {
            return Ok(before);
        }
        if input.expected_version.is_some_and(|expected| expected != before.version) {
            return Err(Error::VersionConflict { current: before.version });
        }

        // Counted and asked once, however often the row changes meanwhile.
        if !passed {
            gate::pass_edit(ctx, &place, &feed.room(), &edited).await?;
            passed = true;
        }
        match ctx.run(put_edit(feed, &before, &edited, ctx.now)).await? {
            Appended::Done(_) => return Ok(edited),
            Appended::Refused(row) => before = message_from(row)?,
            Appended::Duplicate(_) => return Err(Error::internal("an edit has no marker")),
        }
    }
    Err(Error::VersionConflict { current: before.version })
}

fn edited(before: &Message, content: Content, ctx: &Ctx) -> Message {
    Message {
        content: Some(content.into_string()),
        edited_at: Some(ctx.now),
        version: before.version + 1,
        ..before.clone()
    }
}

/// Refuses others than the author, what is gone, and participants whose time is over.
fn editable(ctx: &Ctx, place: &Place, message: &Message) -> Result<()> {
    if message.status != MessageStatus::Published {
        return Err(Error::NotFound("message"));
    }
    if !message.is_by(&ctx.identity.sub) {
        return Err(Error::Forbidden(Capability::EditOwn));
    }
    let room = place.open_for(Capability::EditOwn)?;
    let until =
        message.created_at.plus(Duration::from_secs(u64::from(room.settings.edit_window_seconds)));
    match ctx.now <= until || place.role.is_staff() {
        true => Ok(()),
        false => Err(Error::EditWindowExpired { until }),
    }
}
