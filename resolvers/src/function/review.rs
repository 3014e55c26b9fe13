//! Requests about what waits for a review.

use super::{
    audit::put_act,
    message::{number, stamp_replied_at, text},
};
use crate::{
    log::{Append, Change, Entry, Feed},
    row::{Act, entry_key, message_indexes},
    source::{
        definition::{GSI2PK, GSI2SK},
        table::{Condition, Update},
    },
};
use schema::{Message, MessageStatus};

/// Records a review: the entry that says so, and the message's row, if it still waits as it was read.
///
/// A reply that is approved also stamps its root message, as one that is sent does, for it did not when it was held.
pub fn put_review(feed: &Feed, before: &Message, reviewed: &Message, act: &Act) -> Append {
    let (at, seq) = (act.at, reviewed.seq);
    let (change, status) = match reviewed.status {
        MessageStatus::Published => (Change::Approved, "PUBLISHED"),
        _ => (Change::Rejected, "REJECTED"),
    };
    let reason = act.reason.clone();
    let entry =
        Entry::Changed { seq: 0, at, target: seq, change, reason, pins: None, message: None };
    let row = Update::new(entry_key(feed.id(), seq))
        .set("status", text(status))
        .set("version", number(reviewed.version))
        .when(Condition::Equals("status", text("HELD")))
        .when(Condition::Equals("version", number(before.version)));
    let append = Append::new(feed, at, entry).with(listed(row, reviewed));
    let append = match (&reviewed.parent_id, change) {
        (Some(root), Change::Approved) => append
            .and(Entry::changed(at, root.seq(), Change::Replied))
            .with(stamp_replied_at(feed.id(), root.seq(), at)),
        _ => append,
    };
    append.with(put_act(feed.id(), act))
}

/// Lists the row where its message belongs now, instead of among what is held.
fn listed(row: Update, message: &Message) -> Update {
    let mut indexes = message_indexes(message);
    match (indexes.remove(GSI2PK), indexes.remove(GSI2SK)) {
        (Some(partition), Some(order)) => row.set(GSI2PK, partition).set(GSI2SK, order),
        _ => row.remove(GSI2PK).remove(GSI2SK),
    }
}
