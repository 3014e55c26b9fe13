//! Requests about what is pinned.

use super::{
    audit::put_act,
    message::{millis, number, text},
};
use crate::{
    log::{Append, Change, Entry, Feed, Pins},
    row::{Act, entry_key, room_key},
    source::table::{Condition, Update},
};
use aws_sdk_dynamodb::types::AttributeValue;
use schema::{Room, Seq};

/// Records that a message is pinned, or is no longer: the entry that says so, the message's row, if everybody sees it, and
/// the room's row, if it still has the version that was read.
///
/// `pinned` is what is pinned then. The room itself is not changed by it as people understand that: `updatedAt` stays.
pub fn put_pin(feed: &Feed, room: &Room, seq: Seq, pinned: Vec<Seq>, act: &Act) -> Append {
    let version = room.version + 1;
    let list = pinned.iter().map(|seq| AttributeValue::N(seq.to_string())).collect();
    let message = Update::new(entry_key(feed.id(), seq))
        .add("version", 1)
        .when(Condition::Equals("status", text("PUBLISHED")));
    let message = match pinned.contains(&seq) {
        true => message.set("pinnedAt", millis(act.at)),
        false => message.remove("pinnedAt"),
    };
    let room = Update::new(room_key(feed.id()))
        .set("pinned", AttributeValue::L(list))
        .set("version", number(version))
        .when(Condition::Equals("version", number(room.version)));
    let changed = Entry::Changed {
        seq: 0,
        at: act.at,
        target: seq,
        change: Change::Pinned,
        reason: None,
        pins: Some(Pins { version, pinned }),
        message: None,
    };
    Append::new(feed, act.at, changed).with(message).with(room).with(put_act(feed.id(), act))
}
