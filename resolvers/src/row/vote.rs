//! Rows of votes: one partition a user and room, ordered by message, so that one query finds what somebody has said to the
//! messages of a page.

use super::{expire, position};
use crate::source::table::{Item, Key, Range};
use schema::{DateTime, Error, Result, RoomId, Seq, UserId};
use std::fmt;

/// What somebody says to a message without words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// An upvote.
    Upvote,
    /// A reaction of this name.
    Reaction(String),
}

/// The key of a vote.
pub fn vote_key(room: &RoomId, user: &UserId, seq: Seq, mark: &Mark) -> Key {
    Key::new(format!("VOTE#{room}#{user}"), format!("{}#{mark}", position(seq)))
}

/// A vote as an item, which says all by its key.
pub fn vote_item(key: Key, expires_at: DateTime) -> Item {
    let mut item = key.into_item();
    expire(&mut item, expires_at);
    item
}

/// The range of the table that holds what a user has said to the messages from `low` to `high`.
pub fn votes_range(room: &RoomId, user: &UserId, low: Seq, high: Seq) -> Range {
    let high = format!("{}#~", position(high));
    Range { pk: format!("VOTE#{room}#{user}"), low: position(low), high }
}

/// Reads the sort key of a vote: to which message, and what.
pub fn vote_of(sk: &str) -> Result<(Seq, Mark)> {
    let parsed = sk.split_once('#').and_then(|(seq, mark)| {
        let mark = match (mark, mark.strip_prefix("RE#")) {
            ("UP", _) => Mark::Upvote,
            (_, Some(name)) => Mark::Reaction(name.to_owned()),
            _ => return None,
        };
        Some((seq.parse().ok()?, mark))
    });
    parsed.ok_or_else(|| Error::internal("a vote with another key than votes have"))
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Upvote => f.write_str("UP"),
            Self::Reaction(name) => write!(f, "RE#{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vote_is_read_from_its_key_and_lies_in_the_range_of_its_message() {
        let (room, user) = ("r".parse().unwrap(), "ada".parse().unwrap());
        for mark in [Mark::Upvote, Mark::Reaction("a #b~".into()), Mark::Reaction("🎉".into())] {
            let key = vote_key(&room, &user, 7, &mark);
            assert_eq!(vote_of(&key.sk).unwrap(), (7, mark));
            let range = votes_range(&room, &user, 7, 7);
            assert_eq!(range.pk, key.pk);
            assert!(range.low <= key.sk && key.sk <= range.high);
            assert!(votes_range(&room, &user, 8, 9).low > key.sk);
        }
        assert!(vote_of("0000000007").is_err());
    }
}
