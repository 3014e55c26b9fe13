//! The votes that wait for one message. Pure, but for the voters who wait.

use crate::{function::vote::Vote, log::Counts, row::Mark};
use schema::{Result, UserId};
use std::collections::HashMap;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// Who waits for an answer, with his place in the queue.
pub(super) type Voter = (oneshot::Sender<Result<Counts>>, OwnedSemaphorePermit);

/// Votes on one message, of each user at most one of a kind.
#[derive(Default)]
pub(super) struct Waiting {
    votes: HashMap<(UserId, Mark), (bool, Vec<Voter>)>,
}

impl Waiting {
    /// Adds a vote. Of several of one user the last counts, and all are answered.
    pub(super) fn add(&mut self, vote: Vote, voter: Voter) {
        let (wanted, voters) = self.votes.entry((vote.user, vote.mark)).or_default();
        *wanted = vote.wanted;
        voters.push(voter);
    }

    /// Whether nobody waits.
    pub(super) fn is_empty(&self) -> bool {
        self.votes.is_empty()
    }

    /// The votes in groups of so many, each with those who wait for it.
    pub(super) fn split(self, most: usize) -> Vec<(Vec<Vote>, Vec<Voter>)> {
        let mut groups = Vec::with_capacity(self.votes.len().div_ceil(most));
        for ((user, mark), (wanted, voters)) in self.votes {
            let full = groups.last().is_none_or(|(votes, _): &(Vec<Vote>, _)| votes.len() == most);
            if full {
                groups.push((Vec::new(), Vec::new()));
            }
            if let Some((votes, waiting)) = groups.last_mut() {
                votes.push(Vote { user, mark, wanted });
                waiting.extend(voters);
            }
        }
        groups
    }
}

/// Gives all of them the same answer.
pub(super) fn answer(voters: Vec<Voter>, counts: &Result<Counts>) {
    for (voter, _place) in voters {
        // Whoever went away has voted all the same.
        let _ = voter.send(counts.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::sync::Semaphore;

    #[test]
    fn of_one_users_votes_the_last_counts_and_all_are_answered() {
        let places = Arc::new(Semaphore::new(9));
        let mut waiting = Waiting::default();
        let mut answers = Vec::new();
        for (user, wanted) in [("ada", true), ("bob", true), ("ada", false), ("eve", true)] {
            let (answer, counted) = oneshot::channel();
            let vote = Vote { user: user.parse().unwrap(), mark: Mark::Upvote, wanted };
            waiting.add(vote, (answer, places.clone().try_acquire_owned().unwrap()));
            answers.push(counted);
        }
        assert_eq!(places.available_permits(), 5);

        let groups = waiting.split(2);
        assert_eq!(groups.iter().map(|(votes, _)| votes.len()).collect::<Vec<_>>(), [2, 1]);
        let mut votes: Vec<Vote> = groups.iter().flat_map(|(votes, _)| votes.clone()).collect();
        votes.sort_by_key(|vote| vote.user.clone());
        assert_eq!(votes.iter().map(|vote| vote.wanted).collect::<Vec<_>>(), [false, true, true]);
        let counts = Counts { seq: 1, count_version: 1, upvote_count: 2, reactions: Vec::new() };
        for (_, voters) in groups {
            answer(voters, &Ok(counts.clone()));
        }
        assert!(answers.iter_mut().all(|answer| answer.try_recv().unwrap().unwrap() == counts));
        assert_eq!(places.available_permits(), 9);
    }
}
