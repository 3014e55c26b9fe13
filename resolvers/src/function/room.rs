//! Requests about rooms.

use super::audit::put_act;
use crate::{
    log::{Append, Entry, Feed},
    row::{Act, room_item, rooms_range, sequencer_item},
    source::definition::GSI2,
    source::table::{Condition, Put, Query, Transact},
};
use aws_sdk_dynamodb::types::AttributeValue;
use schema::{End, Error, Json, Result, Room, RoomStatus};
use serde_json::{Map, Value, json};

/// Puts a new room, its sequencer, and the record of who made it. The id must be free.
pub fn put_room(room: &Room, act: &Act) -> Transact {
    Transact(vec![
        Put::new(room_item(room)).when(Condition::Absent).into(),
        Put::new(sequencer_item(&room.id)).when(Condition::Absent).into(),
        put_act(&room.id, act),
    ])
}

/// Records a change of a room: the entry that says so, the room's row, if it still has the version that was read, and who did it.
pub fn put_change(feed: &Feed, before: &Room, changed: &Room, act: &Act) -> Append {
    let version = AttributeValue::N(before.version.to_string());
    let row = Put::new(room_item(changed)).when(Condition::Equals("version", version));
    let entry = Entry::Room { seq: 0, at: changed.updated_at, room: changed.clone() };
    Append::new(feed, changed.updated_at, entry).with(row).with(put_act(feed.id(), act))
}

/// What a change makes of a room, for the audit log: the new values, but of lists how long they are.
pub fn changes(before: &Room, changed: &Room) -> Result<Value> {
    let fields = |room: &Room| {
        let Room { name, status, starts_at, metadata, settings, .. } = room;
        let (starts_at, metadata) =
            (starts_at.map(|at| at.to_string()), metadata.as_ref().map(Json::value));
        let own =
            json!({ "name": name, "status": status, "startsAt": starts_at, "metadata": metadata });
        Ok((object(own), object(serde_json::to_value(settings).map_err(Error::internal)?)))
    };
    let ((own_before, settings_before), (own, settings)) = (fields(before)?, fields(changed)?);
    let mut changes = differing(&own_before, own);
    let settings = differing(&settings_before, settings);
    if !settings.is_empty() {
        changes.insert("settings".to_owned(), settings.into());
    }
    Ok(changes.into())
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn differing(before: &Map<String, Value>, after: Map<String, Value>) -> Map<String, Value> {
    let differs = |(name, value): &(String, Value)| before.get(name) != Some(value);
    let brief = |(name, value)| match value {
        Value::Array(items) => (name, items.len().into()),
        value => (name, value),
    };
    after.into_iter().filter(differs).map(brief).collect()
}

/// Lists rooms of a status from a place on, earliest first.
pub fn list_rooms(status: RoomStatus, after: Option<&str>, limit: usize) -> Query {
    // `!` sorts before every character of an id: the first key after the one given.
    let low = after.map_or_else(|| "0".to_owned(), |after| format!("{after}!"));
    Query::index(GSI2, rooms_range(status, low), End::First, limit)
}
