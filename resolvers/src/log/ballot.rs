//! Votes: many on one message share a transaction (group commit), and each is answered once it and the count are durable.
//!
//! The row of a voter is the truth of what he voted; a count changes only together with such rows. So a call that is repeated
//! because its answer was lost finds the rows as they shall be, and counts nothing twice.

mod tally;
mod waiting;

use super::{Counts, Feed};
use crate::{Sources, function::vote::Vote, source::Request};
use metrics::histogram;
use schema::{Error, Result, RoomId, Seq};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tally::{PER_TRANSACTION, Tally};
use tokio::{
    sync::{Semaphore, oneshot},
    time::{Instant, sleep_until},
};
use tracing::Instrument;
use waiting::{Waiting, answer};

/// How many votes wait on one node, of some 200 bytes each. What a crowd gives a message within some seconds; a longer queue
/// would only answer later.
const PLACES: usize = 20_000;
/// The least time between the beginnings of two counts of one message: everybody who votes within it shares the transactions,
/// and the room is told once.
const EVERY: Duration = Duration::from_secs(1);

/// The votes that wait on this node. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Ballot {
    shared: Arc<Shared>,
}

struct Shared {
    places: Arc<Semaphore>,
    /// By message; one that is here is served by a task.
    messages: Mutex<HashMap<(RoomId, Seq), Waiting>>,
}

/// Casts a vote on a message; answers the counts since then. A vote that was cast already changes nothing.
#[derive(Clone)]
pub struct Cast {
    /// The room.
    pub feed: Feed,
    /// The message's position.
    pub seq: Seq,
    /// The vote.
    pub vote: Vote,
}

impl Default for Ballot {
    fn default() -> Self {
        let (places, messages) = (Arc::new(Semaphore::new(PLACES)), Mutex::default());
        Self { shared: Arc::new(Shared { places, messages }) }
    }
}

impl Request for Cast {
    const NAME: &'static str = "cast";
    type Output = Counts;

    async fn send(self, sources: &Sources) -> Result<Counts> {
        let Self { feed, seq, vote } = self;
        let counted = {
            let busy = |_| Error::RoomBusy { retry_after: EVERY };
            // Kept until the vote is answered, whether or not somebody still waits for it.
            let place = sources.ballot.shared.places.clone().try_acquire_owned().map_err(busy)?;
            let (answer, counted) = oneshot::channel();
            if sources.ballot.enqueue((feed.id().clone(), seq), vote, (answer, place)) {
                // Its own task, so that those behind the first voter do not depend on his patience.
                tokio::spawn(serve(sources.clone(), feed, seq).in_current_span());
            }
            counted
        };
        counted.await.map_err(Error::internal)?
    }
}

impl Ballot {
    /// Queues a vote; tells whether nobody serves this message yet.
    fn enqueue(&self, message: (RoomId, Seq), vote: Vote, voter: waiting::Voter) -> bool {
        let mut messages = self.messages();
        let served = messages.contains_key(&message);
        messages.entry(message).or_default().add(vote, voter);
        !served
    }

    /// Takes all votes that wait for a message; with none waiting, the message is no longer served.
    fn next(&self, message: &(RoomId, Seq)) -> Option<Waiting> {
        let mut messages = self.messages();
        let waiting = std::mem::take(messages.get_mut(message)?);
        if waiting.is_empty() {
            messages.remove(message);
            return None;
        }
        Some(waiting)
    }

    fn messages(&self) -> MutexGuard<'_, HashMap<(RoomId, Seq), Waiting>> {
        self.shared.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A message that is being served. Should its task panic, those who wait are told, and who comes next has it served anew.
struct Served {
    ballot: Ballot,
    message: (RoomId, Seq),
}

impl Drop for Served {
    fn drop(&mut self) {
        // Else it is no longer served, or by somebody else already.
        if std::thread::panicking() {
            self.ballot.messages().remove(&self.message);
        }
    }
}

/// Serves a message until nobody waits: the first is counted at once, those behind him together.
async fn serve(sources: Sources, feed: Feed, seq: Seq) {
    let served = Served { ballot: sources.ballot.clone(), message: (feed.id().clone(), seq) };
    let mut tally = None;
    while let Some(waiting) = served.ballot.next(&served.message) {
        let next = Instant::now() + EVERY;
        tally = count(&sources, &feed, seq, tally, waiting).await;
        sleep_until(next).await;
    }
}

/// Counts some votes, transaction by transaction, and tells the room. Answers what the counts are, unless that is not known.
async fn count(
    sources: &Sources,
    feed: &Feed,
    seq: Seq,
    tally: Option<Tally>,
    waiting: Waiting,
) -> Option<Tally> {
    let mut known = match tally {
        Some(tally) => Ok(tally),
        None => Tally::begin(feed, seq).await,
    };
    for (votes, voters) in waiting.split(PER_TRANSACTION) {
        histogram!("plenary_votes_counted_together").record(votes.len() as f64);
        // One that fails would have the next ones wait for nothing: the table is away, or the message gone.
        known = match known {
            Ok(mut tally) => tally.take(sources, feed, votes).await.map(|()| tally),
            Err(error) => Err(error),
        };
        let counts = known.as_ref().map(|tally| tally.counts().clone());
        answer(voters, &counts.map_err(Clone::clone));
    }
    match known {
        Ok(tally) => {
            tally.tell(sources, feed);
            Some(tally)
        }
        Err(_) => {
            // Some may be counted all the same: what was told is not left behind what is true.
            if let Ok(tally) = Tally::read(feed, seq).await {
                tally.tell(sources, feed);
            }
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Mark;

    #[tokio::test]
    async fn a_task_that_panics_leaves_nobody_waiting_and_no_message_unserved() {
        let (ballot, message): (Ballot, (RoomId, Seq)) =
            (Ballot::default(), ("r".parse().unwrap(), 7));
        let vote = Vote { user: "ada".parse().unwrap(), mark: Mark::Upvote, wanted: true };
        let enqueue = || {
            let place = ballot.shared.places.clone().try_acquire_owned().unwrap();
            let (answer, counted) = oneshot::channel();
            (ballot.enqueue(message.clone(), vote.clone(), (answer, place)), counted)
        };
        let (begins, counted) = enqueue();
        assert!(begins);
        let served = Served { ballot: ballot.clone(), message: message.clone() };
        let task = tokio::spawn(async move {
            let _served = served;
            panic!("on purpose");
        });
        assert!(task.await.unwrap_err().is_panic());
        assert!(counted.await.is_err());
        assert!(enqueue().0);
        assert_eq!(ballot.shared.places.available_permits(), PLACES - 1);
    }
}
