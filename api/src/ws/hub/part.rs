//! A part of a group's members, written to by one task.

use super::Round;
use crate::ws::{metrics::Metrics, outlet::Outlet, protocol::OperationId};
use schema::Seq;
use slab::Slab;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::yield_now;

/// How many members are written to before others get their turn: about a quarter of a millisecond.
const CHUNK: usize = 32;

/// One subscription of one connection.
pub(in crate::ws) struct Member {
    pub(in crate::ws) outlet: Arc<Outlet>,
    pub(in crate::ws) id: OperationId,
    /// A message of the operation up to the response, as a stored block if the outlet inflates.
    pub(in crate::ws) head: Box<[u8]>,
}

/// Members that have all been given the same.
#[derive(Default)]
pub(super) struct Part(Mutex<Members>);

#[derive(Default)]
struct Members {
    entries: Slab<Entry>,
    /// What all members have been given, or are being given now; `None` before the beginning and after the end.
    position: Option<Seq>,
}

struct Entry {
    member: Member,
    /// What it had when it came.
    since: Seq,
}

impl Part {
    /// Takes a member that has everything up to a position, if that is where the others are; tells its place.
    pub(super) fn join(&self, member: Member, position: Seq) -> Result<usize, Member> {
        let mut members = self.lock();
        match members.position == Some(position) {
            true => Ok(members.entries.insert(Entry { member, since: position })),
            false => Err(member),
        }
    }

    /// Lets a member go. Nothing is written to it after this.
    pub(super) fn leave(&self, place: usize) {
        self.lock().entries.try_remove(place);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().entries.is_empty()
    }

    /// Says how far the members are now, or will be when the round that follows has been written.
    pub(super) fn advance(&self, position: Seq) {
        self.lock().position = Some(position);
    }

    /// Writes a round to all members that have come before a position.
    pub(super) async fn deliver(&self, round: &Round, before: Seq, metrics: &Metrics) {
        let mut scratch = Vec::new();
        let mut next = 0;
        loop {
            let written = self.deliver_chunk(round, before, next, &mut scratch);
            metrics.sent(written.members * round.len(), written.bytes);
            next += CHUNK;
            if next >= written.places {
                return;
            }
            yield_now().await;
        }
    }

    /// Lets everybody go, and tells them that there will be no more.
    pub(super) fn end(&self) {
        let mut members = self.lock();
        members.position = None;
        for Entry { member, .. } in members.entries.drain() {
            member.outlet.group_ended(member.id);
        }
    }

    fn deliver_chunk(
        &self,
        round: &Round,
        before: Seq,
        first: usize,
        scratch: &mut Vec<u8>,
    ) -> Written {
        let members = self.lock();
        let places = members.entries.capacity();
        let mut written = Written { places, members: 0, bytes: 0 };
        let chunk =
            (first..places.min(first + CHUNK)).filter_map(|place| members.entries.get(place));
        for Entry { member, .. } in chunk.filter(|entry| entry.since < before) {
            written.members += 1;
            written.bytes += member.outlet.deliver(&member.head, round, scratch);
        }
        written
    }

    /// Nothing panics while it holds the lock, and members would be whole even then.
    fn lock(&self) -> MutexGuard<'_, Members> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What came of a chunk.
struct Written {
    /// How many places there are in all.
    places: usize,
    members: usize,
    bytes: usize,
}
