//! Requests about people: what they are in a room, and what of theirs is hidden.

use crate::{
    log::{Append, Entry, Feed},
    people::{Hide, Member},
    row::{hide_item, hide_key, hides_range, member_item, member_key},
    source::{
        definition::{GSI1PK, GSI1SK},
        table::{Condition, Get, Item, Put, Query, Update, from_item},
    },
};
use aws_sdk_dynamodb::types::AttributeValue;
use schema::{DateTime, End, Result, RoomId, UserId};

/// When a sweep of what is hidden last went on: whoever finds that long ago goes on with it.
const SWEPT_AT: &str = "sweptAt";

/// How many hides of one author are looked at: a repetition is among the last.
const HIDES: usize = 20;

/// Reads what somebody is in a room.
pub fn get_member(room: &RoomId, user: &UserId) -> Get {
    Get(member_key(room, user))
}

/// What a row says that somebody is; without one there is nothing to say.
pub fn member_of(row: Option<Item>, user: &UserId) -> Result<Member> {
    row.map_or_else(|| Ok(Member::new(user.clone())), from_item)
}

/// Records what somebody is now: the entry that says so, and the person's row, if it still has the version that was read.
pub fn put_member(feed: &Feed, before: &Member, after: Member, at: DateTime) -> Append {
    let unchanged = match before.version {
        0 => Condition::Absent,
        version => Condition::Equals("version", AttributeValue::N(version.to_string())),
    };
    let after = Member { version: before.version + 1, ..after };
    let row = Put::new(member_item(feed.id(), &after)).when(unchanged);
    Append::new(feed, at, Entry::Member { seq: 0, at, member: after }).with(row)
}

/// Records that what somebody sent until now is hidden: the entry that says so, and a row that is listed until it is done.
pub fn put_hide(feed: &Feed, user: &UserId, since: Option<DateTime>, at: DateTime) -> Append {
    listed(Append::new(feed, at, hidden(user, since, at)), feed, (user, since, at), 0)
}

/// The same behind another entry.
pub fn and_hide(append: Append, feed: &Feed, user: &UserId, at: DateTime) -> Append {
    listed(append.and(hidden(user, None, at)), feed, (user, None, at), 1)
}

/// Lists what of one author was hidden last.
pub fn list_hides(room: &RoomId, user: &UserId) -> Query {
    Query::new(hides_range(room, user), End::Last, HIDES)
}

/// The hide that an entry tells of.
pub fn hide_of(entry: &Entry) -> Option<Hide> {
    let Entry::Hidden { seq, at, user_id, since } = entry else { return None };
    Some(Hide { user_id: user_id.clone(), since: *since, until: *seq, at: *at })
}

/// Reads whether what is hidden still has to be swept.
pub fn get_hide(room: &RoomId, hide: &Hide) -> Get {
    Get(hide_key(room, &hide.user_id, hide.until))
}

/// Whether a hide has still to be swept, and when somebody last went on with that.
pub fn sweep_of(row: &Item) -> Option<Option<DateTime>> {
    let swept = row.get(SWEPT_AT).and_then(|at| at.as_n().ok()?.parse().ok());
    row.contains_key(GSI1PK).then(|| swept.map(DateTime::from_millis))
}

/// Takes a sweep over from whoever last went on with it, unless somebody else does.
pub fn take_sweep(room: &RoomId, hide: &Hide, from: Option<DateTime>, now: DateTime) -> Update {
    let unchanged = match from {
        Some(from) => Condition::Equals(SWEPT_AT, millis(from)),
        None => Condition::Without(SWEPT_AT),
    };
    let row = Update::new(hide_key(room, &hide.user_id, hide.until)).set(SWEPT_AT, millis(now));
    row.when(Condition::Present).when(unchanged)
}

/// Takes what is hidden off the list: every row it covers is a tombstone.
pub fn end_sweep(room: &RoomId, hide: &Hide) -> Update {
    let row = Update::new(hide_key(room, &hide.user_id, hide.until));
    row.remove(GSI1PK).remove(GSI1SK).remove(SWEPT_AT).when(Condition::Present)
}

fn hidden(user: &UserId, since: Option<DateTime>, at: DateTime) -> Entry {
    Entry::Hidden { seq: 0, at, user_id: user.clone(), since }
}

/// With the row of a hide whose entry stands so far behind the first one.
fn listed(
    append: Append,
    feed: &Feed,
    (user, since, at): (&UserId, Option<DateTime>, DateTime),
    behind: u64,
) -> Append {
    let (room, user_id) = (feed.id().clone(), user.clone());
    append.with_placed(move |first| {
        let hide = Hide { user_id: user_id.clone(), since, until: first + behind, at };
        Put::new(hide_item(&room, &hide)).into()
    })
}

fn millis(at: DateTime) -> AttributeValue {
    AttributeValue::N(at.as_millis().to_string())
}
