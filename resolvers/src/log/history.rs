//! What was sent: from memory where it reaches, else from the table.

mod held;
mod message;
mod messages;
mod questions;
mod replies;

pub use held::HeldMessages;
pub use message::{FindMessage, ReadMessage};
pub use messages::Messages;
pub(super) use messages::{Found, PageKey};
pub(super) use questions::QuestionPages;
pub use questions::Questions;
pub use replies::Replies;

use schema::{Cursor, Message, MessageConnection, Page, Seq};

/// The positions that a page may hold, both included: what its cursors leave of what this node has delivered. A page
/// beyond that would have holes that fill later.
fn bounds(page: &Page<Cursor>, delivered: Seq) -> (Seq, Seq) {
    let low = page.after.map_or(0, |Cursor(after)| after).saturating_add(1);
    let before = page.before.map_or(delivered + 1, |Cursor(before)| before.min(delivered + 1));
    (low, before.saturating_sub(1))
}

fn connection(messages: Vec<Message>, page: &Page<Cursor>, more: bool) -> MessageConnection {
    let items =
        messages.into_iter().map(|message| (Cursor(message.seq).to_string(), message)).collect();
    MessageConnection::of(items, page, more)
}
