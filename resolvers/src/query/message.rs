//! `Query.message`, a pipeline resolver: open the room, then find the message.

use crate::{Ctx, log::history::FindMessage};
use schema::{Capability, Error, Message, MessageId, Result};

/// One message, as it is now. What waits for a review, or was refused by one, is there for its author and for those who judge.
pub(super) async fn message(ctx: &Ctx, id: MessageId) -> Result<Option<Message>> {
    super::or_null(find(ctx, &id).await)
}

async fn find(ctx: &Ctx, id: &MessageId) -> Result<Message> {
    let place = ctx.enter(id.room(), Capability::Read).await?;
    let message = ctx.run(FindMessage { feed: place.feed.clone(), seq: id.seq() }).await?;
    let sees = message.is_public()
        || message.is_by(&ctx.identity.sub)
        || place.role.allows(Capability::Review);
    if sees { Ok(message) } else { Err(Error::NotFound("message")) }
}
