//! `Room.questions`, a pipeline resolver: open the room, then read the page.

use crate::{Ctx, log::history::Questions};
use schema::{
    Capability, End, Error, MessageConnection, PageArgs, QuestionOrder, QuestionStatus, Result,
    RoomId,
};

/// A page of a room's questions.
pub(super) async fn room_questions(
    ctx: &Ctx,
    room: &RoomId,
    page: PageArgs,
    statuses: Option<Vec<QuestionStatus>>,
    order: QuestionOrder,
) -> Result<MessageConnection> {
    let page = page.check(End::First)?;
    if statuses.as_ref().is_some_and(Vec::is_empty) {
        return Err(Error::bad_input("status", "name a status, or leave `status` out"));
    }

    let feed = ctx.enter(room, Capability::Read).await?.feed;
    ctx.run(Questions { feed, page, order, statuses }).await
}
