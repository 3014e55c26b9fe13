//! `Mutation.setQuestionStatus`, a pipeline resolver: read the question, then change its row and record the change in one
//! transaction.

use super::MAX_CONFLICTS;
use crate::{
    Ctx,
    function::{audit::act, message::put_question_status},
    log::{Appended, Entry, history::ReadMessage},
    row::message_from,
};
use schema::{
    Capability, Error, Message, MessageStatus, QuestionStatus, Result, SetQuestionStatusInput,
};

/// The question as it is now. One that is there already stays as it is, so a retry is safe. It can be done after the event, too.
pub(super) async fn set_question_status(
    ctx: &Ctx,
    input: SetQuestionStatusInput,
) -> Result<Message> {
    let act = act(ctx, "setQuestionStatus")
        .to_message(&input.message_id)
        .with(serde_json::json!({ "status": input.status }));
    let feed = ctx.enter(input.message_id.room(), Capability::Answer).await?.feed;
    // Not from memory: a change that another node has just made must not be taken for this one.
    let read = ReadMessage { feed: feed.clone(), seq: input.message_id.seq() };
    let mut before = ctx.run(read).await?;
    for _ in 0..MAX_CONFLICTS {
        if status_of(&before)? == input.status {
            return Ok(before);
        }

        match ctx.run(put_question_status(&feed, &before, input.status, &act)).await? {
            Appended::Done(entries) => {
                let question = entries.into_iter().next();
                let question = question.as_ref().and_then(Entry::message).cloned();
                return question.ok_or_else(|| Error::internal("an answer without its question"));
            }
            Appended::Refused(row) => before = message_from(row)?,
            Appended::Duplicate(_) => return Err(Error::internal("an answer has no marker")),
        }
    }
    Err(Error::VersionConflict { current: before.version })
}

fn status_of(message: &Message) -> Result<QuestionStatus> {
    if message.status != MessageStatus::Published {
        return Err(Error::NotFound("message"));
    }
    message
        .question_status
        .ok_or_else(|| Error::bad_input("messageId", "this message is not a question"))
}
