//! `Mutation.reviewMessage`, a pipeline resolver: read the message, then change its row, stamp the root message of a reply
//! that is approved, and record the review in one transaction.

use super::{MAX_CONFLICTS, reason};
use crate::{
    Ctx,
    function::{audit::act, review::put_review},
    log::{Appended, Entry, history::ReadMessage},
    row::{Act, message_from},
};
use schema::{Capability, Error, Message, MessageStatus, Result, ReviewMessageInput};

/// The message as it is now. Judging again what was judged alike changes nothing, so a retry is safe.
///
/// What was refused keeps its text: its author sees what it was, and so do those who judge.
pub(super) async fn review_message(ctx: &Ctx, input: ReviewMessageInput) -> Result<Message> {
    let reason = reason::perhaps(input.reason.as_deref())?;
    let seq = input.message_id.seq();
    let status = match input.approve {
        true => MessageStatus::Published,
        false => MessageStatus::Rejected,
    };

    let feed = ctx.enter(input.message_id.room(), Capability::Review).await?.feed;
    // Not from memory: another node may just have judged it.
    let mut before = ctx.run(ReadMessage { feed: feed.clone(), seq }).await?;
    for _ in 0..MAX_CONFLICTS {
        match before.status {
            MessageStatus::Held => {}
            same if same == status => return Ok(before),
            MessageStatus::Deleted => return Err(Error::NotFound("message")),
            MessageStatus::Published | MessageStatus::Rejected => {
                return Err(Error::bad_input(
                    "messageId",
                    "the message does not wait for a review",
                ));
            }
        }
        let reviewed = Message { status, version: before.version + 1, ..before.clone() };
        let act = record(ctx, &reviewed, reason.as_deref());

        match ctx.run(put_review(&feed, &before, &reviewed, &act)).await? {
            Appended::Done(entries) => {
                let reviewed = entries.first().and_then(Entry::message).cloned();
                return reviewed.ok_or_else(|| Error::internal("a review without its message"));
            }
            Appended::Refused(row) => match message_from(row) {
                Ok(found) if found.seq == seq => before = found,
                _ if before.is_reply() => return Err(root_is_gone()),
                found => return found,
            },
            Appended::Duplicate(_) => return Err(Error::internal("a review has no marker")),
        }
    }
    Err(Error::VersionConflict { current: before.version })
}

/// What the audit log keeps: of what was refused also its text, which nobody else will see.
fn record(ctx: &Ctx, reviewed: &Message, reason: Option<&str>) -> Act {
    let details = match reviewed.status {
        MessageStatus::Published => serde_json::json!({ "approved": true }),
        _ => serde_json::json!({ "approved": false, "content": reviewed.content }),
    };
    let act = act(ctx, "reviewMessage").to_message(&reviewed.id()).because(reason).with(details);
    match &reviewed.author {
        Some(author) => act.to_user(&author.user_id),
        None => act,
    }
}

fn root_is_gone() -> Error {
    Error::bad_input("messageId", "the message that it replies to is gone: it can only be rejected")
}
