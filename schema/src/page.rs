//! Pages of lists: Relay's cursor connections
//! (<https://relay.dev/graphql/connections.htm>).

use crate::{AuditEntry, Error, Message, Result, Room, Sanction, Seq};
use async_graphql::SimpleObject;
use std::str::FromStr;

/// How many items a page has when the client does not say.
pub const DEFAULT_PAGE: usize = 50;
/// The most items of one page.
pub const MAX_PAGE: usize = 100;

/// What a connection field costs: a read, and each of its items as often as there may be.
#[must_use]
pub fn page_cost(first: Option<i32>, last: Option<i32>, item: usize) -> usize {
    /// A read of the table next to fields that are there already.
    const READ: usize = 10;
    let items = first.or(last).map_or(DEFAULT_PAGE, |items| usize::try_from(items).unwrap_or(0));
    READ.saturating_add(items.saturating_mul(item))
}

/// Where a page lies in its list.
#[derive(SimpleObject, Clone, Debug, Default, PartialEq, Eq)]
pub struct PageInfo {
    /// Whether something follows the page.
    pub has_next_page: bool,
    /// Whether something precedes the page.
    pub has_previous_page: bool,
    /// The first item's cursor.
    pub start_cursor: Option<String>,
    /// The last item's cursor.
    pub end_cursor: Option<String>,
}

/// The end of the list (or of the range given by cursors) that a page is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// `first`: from the beginning.
    First,
    /// `last`: from the end.
    Last,
}

/// The arguments of a connection field, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<C> {
    /// Only what comes after this cursor.
    pub after: Option<C>,
    /// Only what comes before this cursor.
    pub before: Option<C>,
    /// Which end of that range.
    pub end: End,
    /// How many items, 1 to [`MAX_PAGE`].
    pub limit: usize,
}

/// The arguments of a connection field as they came.
#[derive(Clone, Debug, Default)]
pub struct PageArgs {
    /// How many from the beginning.
    pub first: Option<i32>,
    /// Cursor to begin after.
    pub after: Option<String>,
    /// How many from the end.
    pub last: Option<i32>,
    /// Cursor to end before.
    pub before: Option<String>,
}

impl PageArgs {
    /// Checks the arguments; `unsaid` is the end that is meant when neither `first` nor `last` is given.
    pub fn check<C: FromStr>(self, unsaid: End) -> Result<Page<C>> {
        let (end, field, limit) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(Error::bad_input("first", "give `first` or `last`, not both"));
            }
            (Some(first), None) => (End::First, "first", first),
            (None, Some(last)) => (End::Last, "last", last),
            (None, None) => (unsaid, "first", DEFAULT_PAGE as i32),
        };
        let limit = usize::try_from(limit).ok().filter(|limit| (1..=MAX_PAGE).contains(limit));
        let limit = limit
            .ok_or_else(|| Error::bad_input(field, format!("a page has 1 to {MAX_PAGE} items")))?;
        Ok(Page {
            after: cursor("after", self.after)?,
            before: cursor("before", self.before)?,
            end,
            limit,
        })
    }
}

fn cursor<C: FromStr>(field: &'static str, text: Option<String>) -> Result<Option<C>> {
    text.map(|text| text.parse().map_err(|_| Error::bad_input(field, "this is not a cursor")))
        .transpose()
}

/// A position in a room's log, as clients hold it: opaque to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor(pub Seq);

impl FromStr for Cursor {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A connection type and its edge type.
macro_rules! connection {
    ($(#[$doc:meta])* $connection:ident, $edge:ident, $node:ty) => {
        $(#[$doc])*
        #[derive(SimpleObject, Clone, Debug)]
        pub struct $connection {
            /// The items with their cursors.
            pub edges: Vec<$edge>,
            /// The items alone.
            pub nodes: Vec<$node>,
            /// Where the page lies in its list.
            pub page_info: PageInfo,
        }

        /// An item with its cursor.
        #[derive(SimpleObject, Clone, Debug)]
        pub struct $edge {
            /// Names this place in the list, for `after` and `before`.
            pub cursor: String,
            /// The item.
            pub node: $node,
        }

        impl $connection {
            /// Makes a page of items and their cursors; `more` tells whether the list goes on where the page ends.
            #[must_use]
            pub fn of<C>(items: Vec<(String, $node)>, page: &Page<C>, more: bool) -> Self {
                let page_info = PageInfo {
                    has_next_page: if page.end == End::First { more } else { page.before.is_some() },
                    has_previous_page: if page.end == End::Last { more } else { page.after.is_some() },
                    start_cursor: items.first().map(|(cursor, _)| cursor.clone()),
                    end_cursor: items.last().map(|(cursor, _)| cursor.clone()),
                };
                let nodes = items.iter().map(|(_, node)| node.clone()).collect();
                let edges = items.into_iter().map(|(cursor, node)| $edge { cursor, node }).collect();
                Self { edges, nodes, page_info }
            }
        }
    };
}

connection!(
    /// Messages: in their own order, oldest first; questions in the order that was asked for.
    MessageConnection, MessageEdge, Message
);
connection!(
    /// Rooms.
    RoomConnection, RoomEdge, Room
);
connection!(
    /// Sanctions, oldest first.
    SanctionConnection, SanctionEdge, Sanction
);
connection!(
    /// What was done in a room, newest first.
    AuditEntryConnection, AuditEntryEdge, AuditEntry
);

#[cfg(test)]
mod tests {
    use super::*;

    fn check(first: Option<i32>, last: Option<i32>, after: Option<&str>) -> Result<Page<Cursor>> {
        PageArgs { first, last, after: after.map(str::to_owned), before: None }.check(End::Last)
    }

    #[test]
    fn a_page_is_bounded_and_has_one_direction() {
        assert_eq!(check(None, None, None).unwrap().limit, DEFAULT_PAGE);
        assert_eq!(check(Some(3), None, Some("7")).unwrap().after, Some(Cursor(7)));
        for refused in [
            check(Some(1), Some(1), None),
            check(Some(0), None, None),
            check(None, Some(-1), None),
            check(Some(101), None, None),
            check(None, None, Some("x")),
        ] {
            assert_eq!(refused.unwrap_err().code(), crate::ErrorCode::BadUserInput);
        }
    }
}
