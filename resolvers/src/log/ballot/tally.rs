//! The counts of one message, and how votes change them.

use crate::{
    Sources,
    function::vote::{Vote, put_vote, set_counts},
    log::{Counts, Feed, Payload},
    row::{Mark, message_from},
    source::table::{Item, Refusal, Write, jitter},
};
use schema::{DateTime, Error, Message, MessageStatus, ReactionCount, Result, Seq};

/// The votes of one transaction: it has at most 100 writes, and one of them is the count.
pub(super) const PER_TRANSACTION: usize = 99;
/// How often the count is tried again because another node counted first.
const MAX_CONFLICTS: u32 = 12;
/// Which write of the transaction is the count.
const COUNT: usize = 0;

/// The counts of one message as this node knows them. Being behind costs a refused transaction, which tells what they are.
pub(super) struct Tally {
    counts: Counts,
    is_question: bool,
    /// When the message is deleted for its age, and with it what is said to it.
    expires_at: DateTime,
}

impl Tally {
    /// From memory, else from the table.
    pub(super) async fn begin(feed: &Feed, seq: Seq) -> Result<Self> {
        Self::of(feed, &feed.message(seq).await?)
    }

    /// From the table.
    pub(super) async fn read(feed: &Feed, seq: Seq) -> Result<Self> {
        let message = feed.loader().message(seq).await?;
        Self::of(feed, &message.ok_or(Error::NotFound("message"))?)
    }

    fn of(feed: &Feed, message: &Message) -> Result<Self> {
        if message.status != MessageStatus::Published {
            return Err(Error::NotFound("message"));
        }
        let expires_at = message.created_at.plus(feed.retention());
        let is_question = message.question_status.is_some();
        Ok(Self { counts: Counts::from(message), is_question, expires_at })
    }

    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Tells this node and the others.
    pub(super) fn tell(&self, sources: &Sources, feed: &Feed) {
        sources.feeds.tell(feed, Payload::Counts { counts: vec![self.counts.clone()] });
    }

    /// Writes votes and the count that they make, all or none. Those that are so already are left out.
    pub(super) async fn take(
        &mut self,
        sources: &Sources,
        feed: &Feed,
        mut votes: Vec<Vote>,
    ) -> Result<()> {
        let mut conflicts = 0;
        while !votes.is_empty() {
            let after = with(&self.counts, &votes);
            let mut refusals = self.write(sources, feed, &votes, &after).await?;
            if refusals.is_empty() {
                self.counts = after;
                // Whoever is answered now and reads on this node finds the count.
                feed.hear(Payload::Counts { counts: vec![self.counts.clone()] });
                break;
            }
            let conflict = refusals.iter().position(|refusal| refusal.write == COUNT);
            if let Some(conflict) = conflict {
                self.adopt(refusals.swap_remove(conflict).row)?;
            }
            let mut i = COUNT;
            votes.retain(|_| {
                i += 1;
                refusals.iter().all(|refusal| refusal.write != i)
            });
            if refusals.is_empty() {
                conflicts += 1;
                if conflicts == MAX_CONFLICTS {
                    return Err(Error::unavailable("other nodes kept counting first"));
                }
                tokio::time::sleep(jitter(conflicts)).await;
            }
        }
        Ok(())
    }

    async fn write(
        &self,
        sources: &Sources,
        feed: &Feed,
        votes: &[Vote],
        after: &Counts,
    ) -> Result<Vec<Refusal>> {
        let (room, seq) = (feed.id(), after.seq);
        let count = Write::from(set_counts(room, &self.counts, after, self.is_question));
        let votes = votes.iter().map(|vote| put_vote(room, seq, vote, self.expires_at));
        let writes = std::iter::once(count).chain(votes).collect();
        // Replies to the message and its changes wait for the same turn, so that on one node none of them collide.
        let _turn = sources.admission.turn(Some((room.clone(), seq))).await?;
        sources.table.transact_all(writes).await
    }

    /// Takes over the counts of a row that has others, or is no longer there to be voted on.
    fn adopt(&mut self, row: Option<Item>) -> Result<()> {
        let message = message_from(row)?;
        if message.status != MessageStatus::Published {
            return Err(Error::NotFound("message"));
        }
        self.counts = Counts::from(&message);
        Ok(())
    }
}

/// The counts after these votes.
fn with(counts: &Counts, votes: &[Vote]) -> Counts {
    let mut after = Counts { count_version: counts.count_version + 1, ..counts.clone() };
    for vote in votes {
        match &vote.mark {
            Mark::Upvote => after.upvote_count = moved(after.upvote_count, vote.wanted),
            Mark::Reaction(name) => {
                let reactions = &mut after.reactions;
                let i = reactions.iter().position(|reaction| reaction.name == *name);
                let i = i.unwrap_or_else(|| {
                    reactions.push(ReactionCount { name: name.clone(), count: 0 });
                    reactions.len() - 1
                });
                reactions[i].count = moved(reactions[i].count, vote.wanted);
            }
        }
    }
    after.reactions.retain(|reaction| reaction.count > 0);
    after.reactions.sort_by(|a, b| a.name.cmp(&b.name));
    after
}

fn moved(count: u32, up: bool) -> u32 {
    if up { count.saturating_add(1) } else { count.saturating_sub(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn votes_add_up_and_what_nobody_gives_is_not_listed() {
        let vote =
            |user: &str, mark: Mark, wanted| Vote { user: user.parse().unwrap(), mark, wanted };
        let like = || Mark::Reaction("like".into());
        let counts = Counts {
            seq: 7,
            count_version: 3,
            upvote_count: 2,
            reactions: vec![ReactionCount { name: "like".into(), count: 1 }],
        };
        let votes = [
            vote("ada", Mark::Upvote, true),
            vote("bob", Mark::Upvote, false),
            vote("bob", like(), false),
            vote("eve", like(), true),
            vote("eve", Mark::Reaction("applause".into()), true),
            vote("mo", like(), false),
        ];
        let reactions = vec![ReactionCount { name: "applause".into(), count: 1 }];
        let after = Counts { count_version: 4, reactions, ..counts.clone() };
        assert_eq!(with(&counts, &votes), after);
    }
}
