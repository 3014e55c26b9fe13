//! Requests about rooms.

use crate::{
    log::{Append, Entry, Feed},
    row::{room_item, rooms_range, sequencer_item},
    source::definition::GSI2,
    source::table::{Condition, Put, Query, Transact},
};
use aws_sdk_dynamodb::types::AttributeValue;
use schema::{End, Room, RoomStatus};

/// Puts a new room and its sequencer. The id must be free.
pub fn put_room(room: &Room) -> Transact {
    Transact(vec![
        Put::new(room_item(room)).when(Condition::Absent).into(),
        Put::new(sequencer_item(&room.id)).when(Condition::Absent).into(),
    ])
}

/// Records a change of a room: the entry that says so, and the room's row, if it still has the version that was read.
pub fn put_change(feed: &Feed, before: &Room, changed: &Room) -> Append {
    let version = AttributeValue::N(before.version.to_string());
    let row = Put::new(room_item(changed)).when(Condition::Equals("version", version));
    let entry = Entry::Room { seq: 0, at: changed.updated_at, room: changed.clone() };
    Append::new(feed, changed.updated_at, entry).with(row)
}

/// Lists rooms of a status from a place on, earliest first.
pub fn list_rooms(status: RoomStatus, after: Option<&str>, limit: usize) -> Query {
    // `!` sorts before every character of an id: the first key after the one given.
    let low = after.map_or_else(|| "0".to_owned(), |after| format!("{after}!"));
    Query::index(GSI2, rooms_range(status, low), End::First, limit)
}
