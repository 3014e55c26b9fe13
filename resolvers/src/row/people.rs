//! Rows of people: what somebody is in a room, and what of theirs is hidden.

use super::position;
use crate::{
    people::{Hide, Member},
    source::{
        definition::{GSI1PK, GSI1SK, SK},
        table::{Item, Key, Range, from_item, to_item},
    },
};
use aws_sdk_dynamodb::types::AttributeValue;
use schema::{Result, RoomId, Seq, UserId};

/// What a row of `MEMBERS#rid` says.
pub enum PeopleRow {
    /// What somebody is.
    Member(Box<Member>),
    /// What is hidden.
    Hide(Hide),
}

/// The key of what somebody is in a room.
pub fn member_key(room: &RoomId, user: &UserId) -> Key {
    Key::new(format!("PART#{room}#{user}"), "STATE")
}

/// What somebody is in a room, as an item.
pub fn member_item(room: &RoomId, member: &Member) -> Item {
    let item = to_item(member_key(room, &member.user_id), member);
    listed(item, room, format!("STATE#{}", member.user_id))
}

/// The key of what was hidden at a position.
pub fn hide_key(room: &RoomId, user: &UserId, seq: Seq) -> Key {
    Key::new(format!("PART#{room}#{user}"), format!("HIDE#{}", position(seq)))
}

/// The range of the table that holds what of one author is hidden.
pub fn hides_range(room: &RoomId, user: &UserId) -> Range {
    let pk = format!("PART#{room}#{user}");
    Range { pk, low: "HIDE#".to_owned(), high: "HIDE#~".to_owned() }
}

/// What is hidden, as an item. It is listed until every row it covers is a tombstone.
pub fn hide_item(room: &RoomId, hide: &Hide) -> Item {
    let item = to_item(hide_key(room, &hide.user_id, hide.until), hide);
    listed(item, room, format!("HIDE#{}", position(hide.until)))
}

/// The range of `GSI1` that holds all people of a room of whom there is something to say, from a row on.
pub fn people_range(room: &RoomId, low: String) -> Range {
    Range { pk: format!("MEMBERS#{room}"), low, high: "~".to_owned() }
}

/// Reads a row of that range.
pub fn people_of(item: Item) -> Result<PeopleRow> {
    let is_hide = item.get(SK).and_then(|sk| sk.as_s().ok()).is_some_and(|sk| sk != "STATE");
    match is_hide {
        true => from_item(item).map(PeopleRow::Hide),
        false => from_item(item).map(Box::new).map(PeopleRow::Member),
    }
}

fn listed(mut item: Item, room: &RoomId, order: String) -> Item {
    item.insert(GSI1PK.to_owned(), AttributeValue::S(format!("MEMBERS#{room}")));
    item.insert(GSI1SK.to_owned(), AttributeValue::S(order));
    item
}
