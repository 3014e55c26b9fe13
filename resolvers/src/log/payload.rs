//! What the broker carries between the nodes of a room.

use super::{Entry, entry::MAX_POSITION};
use crate::trace::TraceParent;
use schema::{DateTime, Message, MessageCounts, MessageId, ReactionCount, RoomId, Seq};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One payload. Entries are in the table too; everything else is only told, and the next telling heals a lost one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "carries", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub(crate) enum Payload {
    /// Entries of one append, in order.
    Entries {
        /// The entries.
        entries: Vec<Entry>,
        /// Where they come from. Earlier nodes say nothing of it, and read over it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Origin>,
    },
    /// How many participants a node has.
    Headcount {
        /// The node.
        node: String,
        /// How many.
        count: u32,
    },
    /// Reactions on the room that a node has summed since it told the last ones.
    Reactions {
        /// The node.
        node: String,
        /// The sums.
        reactions: Vec<ReactionCount>,
    },
    /// The counts of messages as they are in the table now.
    Counts {
        /// Of each message.
        counts: Vec<Counts>,
    },
    /// Somebody has reported a message.
    Reported {
        /// The node that took the report.
        node: String,
        /// The message's position.
        target: Seq,
        /// How many have reported it.
        count: u32,
        /// Why it was reported now.
        reason: String,
    },
}

/// Where entries come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Origin {
    /// When their node published them, in milliseconds of Unix time.
    sent_at: i64,
    /// The span in which it did, if its trace is collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) traceparent: Option<TraceParent>,
}

impl Origin {
    /// This node, now.
    pub(crate) fn here() -> Self {
        Self { sent_at: DateTime::now().as_millis(), traceparent: TraceParent::current() }
    }

    /// How long ago that was, by the clocks of both nodes; nothing if they disagree about it.
    pub(crate) fn age(&self) -> Option<Duration> {
        let millis = DateTime::now().as_millis() - self.sent_at;
        u64::try_from(millis).ok().map(Duration::from_millis)
    }
}

/// The counts of one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// The message's position.
    pub(crate) seq: Seq,
    /// Of two the higher is the newer.
    pub(crate) count_version: u32,
    /// How many have upvoted it.
    pub(crate) upvote_count: u32,
    /// How often each reaction was given.
    pub(crate) reactions: Vec<ReactionCount>,
}

impl From<&Message> for Counts {
    fn from(message: &Message) -> Self {
        Self {
            seq: message.seq,
            count_version: message.count_version,
            upvote_count: message.upvote_count,
            reactions: message.reactions.clone(),
        }
    }
}

impl Counts {
    /// Writes the counts into a copy of the message, unless it has newer ones.
    pub(crate) fn apply(&self, message: &mut Message) {
        message.renew_counts(self.count_version, self.upvote_count, &self.reactions);
    }

    /// The counts as clients get them.
    pub(crate) fn of(&self, room: &RoomId) -> MessageCounts {
        MessageCounts {
            message_id: MessageId::new(room.clone(), self.seq),
            upvote_count: self.upvote_count,
            reactions: self.reactions.clone(),
        }
    }
}

impl Payload {
    /// The payload as bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("payloads have only named fields")
    }

    /// Reads what another node published; `None` when it is not of this room or not readable, in which case the table has it.
    pub(crate) fn decode(room: &RoomId, payload: &[u8]) -> Option<Self> {
        let payload: Self = serde_json::from_slice(payload).ok()?;
        let Self::Entries { entries, .. } = &payload else { return Some(payload) };
        let own = |entry: &Entry| match entry {
            Entry::Room { room: changed, .. } => changed.id == *room,
            entry => entry.message().is_none_or(|message| message.room_id == *room),
        };
        let placed = |entry: &Entry| (1..=MAX_POSITION).contains(&entry.seq());
        let fits = entries.iter().all(|entry| own(entry) && placed(entry));
        fits.then_some(payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Payload {
        Payload::Entries {
            entries: vec![Entry::Void { seq: 7, at: DateTime::from_millis(0) }],
            origin: None,
        }
    }

    #[test]
    fn nodes_that_know_nothing_of_an_origin_are_understood_and_understand() {
        let room = RoomId::generate();
        let earlier = entries().encode();
        assert!(!String::from_utf8(earlier.clone()).unwrap().contains("origin"));
        assert_eq!(Payload::decode(&room, &earlier), Some(entries()));

        let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let origin = Origin { sent_at: 12, traceparent: traceparent.parse().ok() };
        let Payload::Entries { entries, .. } = entries() else { unreachable!("they are entries") };
        let sent = Payload::Entries { entries, origin: Some(origin) };
        assert_eq!(Payload::decode(&room, &sent.encode()), Some(sent.clone()));
        // What an earlier node makes of it: what it does not know it reads over.
        let text = String::from_utf8(sent.encode()).unwrap();
        assert!(text.contains(r#""origin":{"sentAt":12,"#) && text.contains(traceparent), "{text}");
        let later = text.replace(r#""origin""#, r#""unheardOf""#);
        assert_eq!(Payload::decode(&room, later.as_bytes()), Some(super::tests::entries()));
    }
}
