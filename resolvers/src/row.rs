//! What stands where in the one table. ARCHITECTURE.md lists every access pattern with its cost.
//!
//! | row | PK | SK |
//! |---|---|---|
//! | room | `ROOM#rid` | `META` |
//! | sequencer | `ROOM#rid` | `SEQ` |
//! | log entry | `LOG#rid#bucket` | position |
//! | idempotency marker | `PART#rid#uid` | `SENT#clientMessageId` |
//! | profile | `USER#uid` | `PROFILE` |
//!
//! | what somebody is in a room, what of theirs is hidden | `PART#rid#uid` | `STATE`, `HIDE#position` |
//! | an upvote, a reaction | `VOTE#rid#uid` | `position#UP`, `position#RE#name` |
//! | a report of a message | `PART#rid#uid` | `REPORT#position` |
//! | an act of those who keep order | `AUDIT#rid#yyyymm` | ULID |
//!
//! `GSI1` holds the replies of each root message, the questions of each room, everything else by its author, and the people
//! of each room; `GSI2` the rooms of each status, questions by score, what is held, and replies by their author.

mod audit;
mod index;
mod people;
mod reports;
mod vote;

pub use audit::{Act, audit_item, audit_of, audit_range, month};
pub use index::{
    author_partition, held_partition, held_range, message_indexes, questions_partition, score,
    score_partition,
};
pub use people::{
    PeopleRow, hide_item, hide_key, hides_range, member_item, member_key, people_of, people_range,
};
pub use reports::{REPORT_COUNT, report_item, report_key, reports_of};
pub use vote::{Mark, vote_item, vote_key, vote_of, votes_range};

use crate::{
    log::Entry,
    source::definition::{EXPIRES_AT, GSI2PK, GSI2SK, SK},
    source::table::{Item, Key, Range, from_item, is_expired, to_item},
};
use aws_sdk_dynamodb::types::AttributeValue;
use schema::{
    ClientMessageId, DateTime, End, Error, Message, Result, Room, RoomId, RoomStatus, Seq, UserId,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The attribute that tells a log entry's type.
pub const ENTITY: &str = "entity";
/// The attribute by which the node that wrote an entry knows it again.
pub const WRITER: &str = "writer";
/// The sequencer's attribute: the highest position that was ever handed out.
pub const HEAD: &str = "head";

/// The types of log entries.
const ENTITIES: [&str; 9] =
    ["MESSAGE", "THREAD", "CHANGED", "DELETED", "MEMBER", "HIDDEN", "CUSTOM", "ROOM", "VOID"];

/// How many positions share one partition of the log.
const BUCKET: Seq = 4096;
/// How long a retry with the same `clientMessageId` is recognized.
const MARKER_LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// The key of a room.
pub fn room_key(room: &RoomId) -> Key {
    Key::new(format!("ROOM#{room}"), "META")
}

/// The key of a room's sequencer.
pub fn sequencer_key(room: &RoomId) -> Key {
    Key::new(format!("ROOM#{room}"), "SEQ")
}

/// The key of a log entry.
pub fn entry_key(room: &RoomId, seq: Seq) -> Key {
    Key::new(format!("LOG#{room}#{}", seq / BUCKET), position(seq))
}

/// The key of an idempotency marker.
pub fn marker_key(room: &RoomId, user: &UserId, key: &ClientMessageId) -> Key {
    Key::new(format!("PART#{room}#{user}"), format!("SENT#{key}"))
}

/// The key of a profile.
pub fn profile_key(user: &UserId) -> Key {
    Key::new(format!("USER#{user}"), "PROFILE")
}

/// The ranges of the table that hold the positions from `low` to `high`, lowest first.
pub fn log_ranges(room: &RoomId, low: Seq, high: Seq) -> impl DoubleEndedIterator<Item = Range> {
    let buckets = if low > high { 1..1 } else { low / BUCKET..high / BUCKET + 1 };
    buckets.map(move |bucket| Range {
        pk: format!("LOG#{room}#{bucket}"),
        low: position(low.max(bucket * BUCKET)),
        high: position(high.min(bucket * BUCKET + BUCKET - 1)),
    })
}

/// The range of `GSI1` that holds the replies of a root message, between two positions.
pub fn replies_range(room: &RoomId, root: Seq, low: Seq, high: Seq) -> Range {
    Range { pk: format!("THREAD#{room}#{root}"), low: position(low), high: position(high) }
}

/// What is left of a range of positions beyond the last row that was read; `None` when that was the last.
pub fn rest_of(range: Range, end: End, last: &str) -> Result<Option<Range>> {
    let last: Seq = last.parse().map_err(Error::internal)?;
    let rest = match end {
        End::First => Range { low: position(last + 1), ..range },
        End::Last => Range { high: position(last.saturating_sub(1)), ..range },
    };
    Ok((rest.low <= rest.high).then_some(rest))
}

/// The range of `GSI2` that holds the rooms of a status, after one of them.
pub fn rooms_range(status: RoomStatus, low: String) -> Range {
    Range { pk: format!("ROOMS#{}", status_name(status)), low, high: "~".to_owned() }
}

/// Where a room stands among the rooms of its status: by the time it begins.
pub fn room_order(room: &Room) -> String {
    format!("{:015}#{}", room.starts_at.unwrap_or(room.created_at).as_millis().max(0), room.id)
}

/// A room as an item.
pub fn room_item(room: &Room) -> Item {
    let mut item = to_item(room_key(&room.id), room);
    item.insert(
        GSI2PK.to_owned(),
        AttributeValue::S(format!("ROOMS#{}", status_name(room.status))),
    );
    item.insert(GSI2SK.to_owned(), AttributeValue::S(room_order(room)));
    item
}

/// A new room's sequencer as an item: nothing has been handed out.
pub fn sequencer_item(room: &RoomId) -> Item {
    let mut item = sequencer_key(room).into_item();
    item.insert(HEAD.to_owned(), AttributeValue::N("0".to_owned()));
    item
}

/// The head of a sequencer row.
pub fn head_of(item: &Item) -> Seq {
    item.get(HEAD).and_then(|head| head.as_n().ok()?.parse().ok()).unwrap_or(0)
}

/// A log entry as an item, with the mark of its writer.
pub fn entry_item(room: &RoomId, entry: &Entry, writer: &str, retention: Duration) -> Item {
    let mut item = to_item(entry_key(room, entry.seq()), &entry.stored());
    item.insert(WRITER.to_owned(), AttributeValue::S(writer.to_owned()));
    if let Entry::Message(message) | Entry::Thread(message) = entry {
        item.extend(message_indexes(message));
    }
    expire(&mut item, entry.at().plus(retention));
    item
}

/// Reads a log entry; one past its time, or of a type that only a newer version knows, reads as void.
pub fn entry_of(item: Item, now: DateTime) -> Result<Entry> {
    let known = item
        .get(ENTITY)
        .and_then(|entity| entity.as_s().ok())
        .is_some_and(|entity| ENTITIES.contains(&entity.as_str()));
    if !known {
        let seq = item.get(SK).and_then(|seq| seq.as_s().ok()?.parse().ok());
        let seq = seq.ok_or_else(|| Error::internal("a log entry without a position"))?;
        return Ok(Entry::Void { seq, at: now });
    }
    let expired = is_expired(&item, now);
    let entry: Entry = from_item(item)?;
    Ok(if expired { Entry::Void { seq: entry.seq(), at: entry.at() } } else { entry })
}

/// Reads the room that a refused write found; `None` when it found something else, or nothing.
pub fn room_from(row: Option<Item>) -> Option<Room> {
    row.filter(|row| !row.contains_key(ENTITY)).and_then(|row| from_item(row).ok())
}

/// Reads the message that a refused write found in its place.
pub fn message_from(row: Option<Item>) -> Result<Message> {
    match row.map(|row| entry_of(row, DateTime::now())).transpose()? {
        Some(Entry::Message(message) | Entry::Thread(message)) => Ok(message),
        _ => Err(Error::NotFound("message")),
    }
}

/// What is remembered of a message that was sent with a `clientMessageId`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Marker {
    /// The position of the message.
    pub seq: Seq,
    /// A digest of what was sent.
    pub digest: String,
}

/// A marker as an item.
pub fn marker_item(key: Key, marker: &Marker, now: DateTime) -> Item {
    let mut item = to_item(key, marker);
    expire(&mut item, now.plus(MARKER_LIFETIME));
    item
}

/// Reads a marker, unless it is past its time.
pub fn marker_of(item: Item, now: DateTime) -> Result<Option<Marker>> {
    match is_expired(&item, now) {
        true => Ok(None),
        false => from_item(item).map(Some),
    }
}

/// A position as a sort key: all of one length, so that text order is number order.
pub fn position(seq: Seq) -> String {
    format!("{seq:010}")
}

fn expire(item: &mut Item, at: DateTime) {
    item.insert(EXPIRES_AT.to_owned(), AttributeValue::N(at.as_secs().to_string()));
}

fn status_name(status: RoomStatus) -> &'static str {
    match status {
        RoomStatus::Scheduled => "SCHEDULED",
        RoomStatus::Open => "OPEN",
        RoomStatus::Paused => "PAUSED",
        RoomStatus::Closed => "CLOSED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_positions_is_cut_at_bucket_borders() {
        let room: RoomId = "r".parse().unwrap();
        let ranges: Vec<_> = log_ranges(&room, 4000, 4100).map(|r| (r.pk, r.low, r.high)).collect();
        let of = |pk: &str, low: &str, high: &str| (pk.to_owned(), low.to_owned(), high.to_owned());
        assert_eq!(
            ranges,
            [of("LOG#r#0", "0000004000", "0000004095"), of("LOG#r#1", "0000004096", "0000004100")]
        );
        assert_eq!(log_ranges(&room, 7, 7).count(), 1);
        assert_eq!(log_ranges(&room, 8, 7).count(), 0);
    }

    #[test]
    fn what_is_left_of_a_range_lies_beyond_the_last_row() {
        let room: RoomId = "r".parse().unwrap();
        let range = || log_ranges(&room, 10, 20).next().unwrap();
        let left =
            |end, last| rest_of(range(), end, last).unwrap().map(|rest| (rest.low, rest.high));
        let of = |low: &str, high: &str| Some((low.to_owned(), high.to_owned()));
        assert_eq!(left(End::First, "0000000012"), of("0000000013", "0000000020"));
        assert_eq!(left(End::Last, "0000000012"), of("0000000010", "0000000011"));
        assert_eq!((left(End::First, "0000000020"), left(End::Last, "0000000010")), (None, None));
    }

    #[test]
    fn an_entry_of_a_type_that_is_not_known_yet_is_void() {
        let room: RoomId = "r".parse().unwrap();
        let mut item = entry_key(&room, 7).into_item();
        item.insert(ENTITY.to_owned(), AttributeValue::S("POLL".to_owned()));
        let now = DateTime::from_millis(1);
        assert_eq!(entry_of(item, now).unwrap(), Entry::Void { seq: 7, at: now });
    }
}
