//! `Message.replies`, a pipeline resolver: open the room, then read the page.

use crate::{Ctx, log::history::Replies};
use schema::{Capability, End, Message, MessageConnection, PageArgs, Result};

/// A page of the replies to a root message, oldest first. A reply has none.
pub(super) async fn message_replies(
    ctx: &Ctx,
    message: &Message,
    page: PageArgs,
) -> Result<MessageConnection> {
    let page = page.check(End::First)?;
    if message.is_reply() {
        return Ok(MessageConnection::of(Vec::new(), &page, false));
    }

    let feed = ctx.enter(&message.room_id, Capability::Read).await?.feed;
    ctx.run(Replies { feed, root: message.seq, page }).await
}
