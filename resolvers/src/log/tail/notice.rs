//! What an entry says to some people alone.

use crate::people::{Hide, Member};
use schema::Message;
use std::sync::Arc;

/// Something that not everybody in the room is told.
#[derive(Clone, Debug)]
pub(crate) enum Notice {
    /// A person's role or sanctions changed.
    Member {
        /// What was known of the person.
        before: Option<Arc<Member>>,
        /// What the person is since then.
        after: Member,
    },
    /// A message was reviewed.
    Reviewed {
        /// The message since then.
        message: Message,
        /// Why.
        reason: Option<String>,
    },
    /// A message waits for a review.
    Held(Message),
    /// What one author sent was hidden.
    Hidden(Hide),
}
