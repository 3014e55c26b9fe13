//! Questions: their way to an answer, and the orders in which they are listed.

use crate::MessageId;
use async_graphql::{Enum, InputObject};
use serde::{Deserialize, Serialize};

/// Where a question is on its way to an answer.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum QuestionStatus {
    /// It was asked.
    Open,
    /// It is being answered now.
    Live,
    /// It was answered.
    Answered,
    /// It will not be answered.
    Dismissed,
}

/// In which order questions are listed.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuestionOrder {
    /// Most upvotes first, among equals the oldest.
    Top,
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
}

/// The input of `setQuestionStatus`.
#[derive(InputObject, Clone, Debug)]
pub struct SetQuestionStatusInput {
    /// The question.
    pub message_id: MessageId,
    /// Where it shall be.
    pub status: QuestionStatus,
}

/// The input of `setUpvote`.
#[derive(InputObject, Clone, Debug)]
pub struct SetUpvoteInput {
    /// The message.
    pub message_id: MessageId,
    /// Whether the caller's upvote shall be there.
    pub upvoted: bool,
}
