//! `Message.replies`, a pipeline resolver: open the room, then read the page.

use crate::{
    Ctx,
    log::{OpenRoom, history::Replies},
};
use schema::{Capability, End, Message, MessageConnection, PageArgs, Result};

/// A page of the replies to a root message, oldest first. A reply has none.
pub(super) async fn message_replies(
    ctx: &Ctx,
    message: &Message,
    page: PageArgs,
) -> Result<MessageConnection> {
    ctx.require(Capability::Read)?;
    let page = page.check(End::First)?;
    if message.is_reply() {
        return Ok(MessageConnection::of(Vec::new(), &page, false));
    }

    let feed = ctx.run(OpenRoom(message.room_id.clone())).await?;
    ctx.run(Replies { feed, root: message.seq, page }).await
}
