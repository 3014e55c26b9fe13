//! `Query.message`, a pipeline resolver: open the room, then find the message.

use crate::{
    Ctx,
    log::{OpenRoom, history::FindMessage},
};
use schema::{Capability, Message, MessageId, Result};

/// One message, as it is now.
pub(super) async fn message(ctx: &Ctx, id: MessageId) -> Result<Option<Message>> {
    ctx.require(Capability::Read)?;

    super::or_null(find(ctx, &id).await)
}

async fn find(ctx: &Ctx, id: &MessageId) -> Result<Message> {
    let feed = ctx.run(OpenRoom(id.room().clone())).await?;
    ctx.run(FindMessage { feed, seq: id.seq() }).await
}
