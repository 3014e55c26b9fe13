//! What was sent: from memory where it reaches, else from the table.

mod message;
mod messages;
mod replies;

pub use message::{FindMessage, ReadMessage};
pub use messages::Messages;
pub(super) use messages::{Found, PageKey};
pub use replies::Replies;

use crate::{row::position, source::table::Range};
use schema::{Cursor, End, Error, Message, MessageConnection, Page, Result, Seq};

/// The positions that a page may hold, both included: what its cursors leave of what this node has delivered. A page
/// beyond that would have holes that fill later.
fn bounds(page: &Page<Cursor>, delivered: Seq) -> (Seq, Seq) {
    let low = page.after.map_or(0, |Cursor(after)| after).saturating_add(1);
    let before = page.before.map_or(delivered + 1, |Cursor(before)| before.min(delivered + 1));
    (low, before.saturating_sub(1))
}

/// Leaves of a range what lies beyond the last row read.
fn go_on(range: &mut Range, end: End, last: Seq) {
    match end {
        End::First => range.low = position(last + 1),
        End::Last => range.high = position(last.saturating_sub(1)),
    }
}

/// The position in a sort key of the log or of an index over it.
fn seq_of(key: &str) -> Result<Seq> {
    key.parse().map_err(Error::internal)
}

fn connection(messages: Vec<Message>, page: &Page<Cursor>, more: bool) -> MessageConnection {
    let items =
        messages.into_iter().map(|message| (Cursor(message.seq).to_string(), message)).collect();
    MessageConnection::of(items, page, more)
}
