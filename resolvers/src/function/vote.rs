//! Requests about votes and the counts of messages.

use crate::{
    log::Counts,
    row::{Mark, entry_key, score, vote_item, vote_key, votes_range},
    source::{
        definition::GSI2SK,
        table::{Condition, Delete, Put, Query, Update, Write},
    },
};
use aws_sdk_dynamodb::types::AttributeValue;
use schema::{DateTime, End, RoomId, Seq, UserId};

/// How many votes are looked at by one query: a page's worth of what one user says, 1 read unit.
const VOTES: usize = 40;

/// One user's vote on a message, given or taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// Who.
    pub user: UserId,
    /// What.
    pub mark: Mark,
    /// Whether it shall be there.
    pub wanted: bool,
}

/// Puts or deletes a vote's row, unless that is so already.
pub fn put_vote(room: &RoomId, seq: Seq, vote: &Vote, expires_at: DateTime) -> Write {
    let key = vote_key(room, &vote.user, seq, &vote.mark);
    match vote.wanted {
        true => Put::new(vote_item(key, expires_at)).when(Condition::Absent).into(),
        false => Delete::new(key).when(Condition::Present).into(),
    }
}

/// Sets the counts of a published message, if they still are what was read. A question's place among those of its status goes
/// with them: its sort key is set here alone, its partition by its status alone.
pub fn set_counts(room: &RoomId, before: &Counts, after: &Counts, is_question: bool) -> Update {
    let reactions = serde_dynamo::to_attribute_value(&after.reactions);
    let row = Update::new(entry_key(room, after.seq))
        .set("upvoteCount", number(after.upvote_count))
        .set("reactions", reactions.expect("names and numbers are attributes"))
        .set("countVersion", number(after.count_version))
        .when(Condition::Equals("status", AttributeValue::S("PUBLISHED".to_owned())))
        .when(Condition::Equals("countVersion", number(before.count_version)));
    match is_question {
        true => row.set(GSI2SK, AttributeValue::S(score(after.upvote_count, after.seq))),
        false => row,
    }
}

/// Lists what a user has said to the messages from `low` on.
pub fn list_votes(room: &RoomId, user: &UserId, low: Seq, high: Seq) -> Query {
    Query::new(votes_range(room, user, low, high), End::First, VOTES)
}

fn number(number: u32) -> AttributeValue {
    AttributeValue::N(number.to_string())
}
