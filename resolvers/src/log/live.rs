//! What is true of a room only now: how many are here, which reactions rain down, which counts have changed. Pure.
//!
//! Nothing of it has a position in the log. It is told at most once in a beat, whoever changed it, and a reader takes what is new
//! to it since the last beat it heard. What one telling loses the next one heals.

use super::payload::Counts;
use schema::{MessageCounts, ReactionCount, RoomId, Seq};
use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};
use tokio::time::Instant;

/// After this a node that has said nothing has no participants here.
const SILENT_AFTER: Duration = Duration::from_secs(6);
/// How many messages' counts are remembered; of the others the table knows.
const MAX_COUNTS: usize = 1_000;
/// How many messages' counts are told at one beat; the others' turn comes at the next ones. Else a handful of people who vote on
/// as many messages as they can would have a megabyte sent to everybody each second.
const COUNTS_PER_BEAT: usize = 200;
/// How many beats back a new reader hears of changed counts: it has read its messages some time before it subscribed.
const FIRST_BEATS: u64 = 60;
/// How many names reactions may have between two openings of a room. A room allows 20, and may change them.
const MAX_NAMES: usize = 100;
/// How many nodes are counted; a payload with a false name must not take memory.
const MAX_NODES: usize = 10_000;

/// A room's present.
#[derive(Default)]
pub(super) struct Live {
    beat: u64,
    /// Something is to be told at the next beat.
    is_news: bool,
    nodes: HashMap<String, (u32, Instant)>,
    /// Every reaction since the room was opened, so that each reader can tell what is new to it.
    reactions: BTreeMap<String, u64>,
    /// The counts with the beat at which they are told.
    counts: HashMap<Seq, (u64, Counts)>,
    /// The last beat at which counts are told, and of how many messages.
    last_told: (u64, usize),
}

/// What a reader has heard.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    beat: u64,
    headcount: Option<u32>,
    reactions: BTreeMap<String, u64>,
}

/// What is new to a reader.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct News {
    pub(super) participant_count: Option<u32>,
    pub(super) reactions: Vec<ReactionCount>,
    pub(super) counts: Vec<MessageCounts>,
}

impl News {
    pub(super) fn is_empty(&self) -> bool {
        self.participant_count.is_none() && self.reactions.is_empty() && self.counts.is_empty()
    }
}

impl Live {
    /// How many are here on all nodes that have spoken lately.
    pub(super) fn headcount(&self) -> u32 {
        self.nodes.values().fold(0, |sum, (count, _)| sum.saturating_add(*count))
    }

    /// A node says how many it has.
    pub(super) fn hear_headcount(&mut self, node: String, count: u32, now: Instant) {
        let before = self.headcount();
        match count {
            0 => drop(self.nodes.remove(&node)),
            _ if self.nodes.len() < MAX_NODES || self.nodes.contains_key(&node) => {
                self.nodes.insert(node, (count, now));
            }
            _ => {}
        }
        self.is_news |= self.headcount() != before;
    }

    /// Reactions have come in.
    pub(super) fn hear_reactions(&mut self, reactions: &[ReactionCount]) {
        for ReactionCount { name, count } in reactions {
            if self.reactions.len() < MAX_NAMES || self.reactions.contains_key(name) {
                *self.reactions.entry(name.clone()).or_default() += u64::from(*count);
                self.is_news = true;
            }
        }
    }

    /// A message's counts have changed; tells whether they are newer than what was known.
    pub(super) fn hear_counts(&mut self, counts: &Counts) -> bool {
        let known = self.counts.get(&counts.seq);
        if known.is_some_and(|(_, known)| known.count_version >= counts.count_version) {
            return false;
        }
        // What waits for its turn has it already.
        let turn = known.map(|(turn, _)| *turn).filter(|turn| *turn > self.beat);
        let turn = turn.unwrap_or_else(|| self.next_turn());
        self.counts.insert(counts.seq, (turn, counts.clone()));
        self.is_news = true;
        if self.counts.len() > MAX_COUNTS {
            let oldest = self.counts.iter().min_by_key(|(_, (beat, _))| *beat).map(|(seq, _)| *seq);
            oldest.and_then(|oldest| self.counts.remove(&oldest));
        }
        true
    }

    /// The next beat at which there is room for the counts of one more message.
    fn next_turn(&mut self) -> u64 {
        let (beat, told) = self.last_told;
        self.last_told = match () {
            () if beat <= self.beat => (self.beat + 1, 1),
            () if told < COUNTS_PER_BEAT => (beat, told + 1),
            () => (beat + 1, 1),
        };
        self.last_told.0
    }

    /// The counts of a message, if they have changed lately.
    pub(super) fn counts(&self, seq: Seq) -> Option<&Counts> {
        self.counts.get(&seq).map(|(_, counts)| counts)
    }

    /// The next beat: forgets silent nodes, and tells its number if there is something to tell.
    pub(super) fn beat(&mut self, now: Instant) -> Option<u64> {
        let before = self.headcount();
        self.nodes.retain(|_, (_, heard)| now.duration_since(*heard) < SILENT_AFTER);
        self.is_news |= self.headcount() != before;
        // Counts are told twice: who joins others between two beats has missed the first.
        let goes_on = self.counts.values().any(|(beat, _)| *beat >= self.beat);
        if !std::mem::take(&mut self.is_news) && !goes_on {
            return None;
        }
        self.beat += 1;
        Some(self.beat)
    }

    /// Where somebody begins who reads from now on.
    pub(super) fn begin(&self) -> Heard {
        Heard {
            beat: self.beat.saturating_sub(FIRST_BEATS),
            headcount: None,
            reactions: self.reactions.clone(),
        }
    }

    /// What a reader has not heard, if there was a beat since.
    pub(super) fn news(&self, heard: &mut Heard, room: &RoomId) -> News {
        if heard.beat == self.beat && heard.headcount.is_some() {
            return News::default();
        }
        let headcount = self.headcount();
        let is_new = |(beat, _): &&(u64, Counts)| *beat >= heard.beat && *beat <= self.beat;
        let mut counts: Vec<_> = self.counts.values().filter(is_new).collect();
        counts.sort_unstable_by_key(|(_, counts)| counts.seq);
        let news = News {
            participant_count: (heard.headcount != Some(headcount)).then_some(headcount),
            reactions: self.reactions.iter().filter_map(|sum| since(heard, sum)).collect(),
            counts: counts.into_iter().map(|(_, counts)| counts.of(room)).collect(),
        };
        heard.beat = self.beat;
        heard.headcount = Some(headcount);
        heard.reactions.clone_from(&self.reactions);
        news
    }
}

fn since(heard: &Heard, (name, sum): (&String, &u64)) -> Option<ReactionCount> {
    let count = sum - heard.reactions.get(name).copied().unwrap_or(0).min(*sum);
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    (count > 0).then(|| ReactionCount { name: name.clone(), count })
}

#[cfg(test)]
mod tests;
