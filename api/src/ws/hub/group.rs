//! Those who subscribe to the same.

use super::{Key, Member, driver, part::Part};
use crate::ws::endpoint::Shared;
use async_graphql::Response;
use futures_util::{StreamExt, stream::BoxStream};
use resolvers::{HighWatermark, Reading, Seat};
use schema::Seq;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{runtime::Handle, sync::watch};
use tokio_util::task::AbortOnDropHandle;

/// A group, which lives as long as somebody holds it.
pub(in crate::ws) struct Group {
    shared: Arc<Shared>,
    key: Key,
    ranks: Arc<Ranks>,
    high_watermark: HighWatermark,
    _driver: AbortOnDropHandle<()>,
}

/// The members, in parts that are written to at the same time.
pub(super) struct Ranks {
    pub(super) parts: Vec<Arc<Part>>,
    members: AtomicUsize,
}

/// The place of a member; dropping it leaves the group, and nothing more is written for it.
pub(in crate::ws) struct Membership {
    /// The participant's place in the room.
    _seat: Option<Seat>,
    group: Arc<Group>,
    part: usize,
    place: usize,
}

/// Up to so many members are one part: small rooms need no second core.
const UNDIVIDED: usize = 512;

impl Group {
    /// Begins to execute, from now on.
    pub(super) fn begin(
        shared: &Arc<Shared>,
        key: Key,
        execute: impl FnOnce(Reading) -> BoxStream<'static, Response>,
    ) -> Self {
        let reading = Reading::for_many();
        let responses = execute(reading.clone()).map(without_locations).boxed();
        let ranks = Arc::new(Ranks::new(Handle::current().metrics().num_workers()));
        let (reached, high_watermark) = watch::channel(None);
        let driver = driver::Driver::new(shared, reading, ranks.clone(), reached);
        let driver = AbortOnDropHandle::new(tokio::spawn(driver.run(responses)));
        shared.hub.metrics.groups.increment(1);
        Self { shared: shared.clone(), key, ranks, high_watermark, _driver: driver }
    }

    /// The position that has been delivered, or is being delivered now. It closes when the group has ended.
    pub(in crate::ws) fn high_watermark(&self) -> HighWatermark {
        self.high_watermark.clone()
    }

    /// Takes a member that has everything up to a position, if that is where the group is.
    pub(in crate::ws) fn join(
        self: &Arc<Self>,
        member: Member,
        position: Seq,
        reading: &Reading,
    ) -> Result<Membership, Member> {
        let part = self.ranks.choose();
        let place = self.ranks.parts[part].join(member, position)?;
        self.ranks.members.fetch_add(1, Ordering::Relaxed);
        Ok(Membership { _seat: reading.take_seat(), group: self.clone(), part, place })
    }
}

/// Takes out where in the document errors arose: each member has a text of its own.
fn without_locations(mut response: Response) -> Response {
    for error in &mut response.errors {
        error.locations.clear();
    }
    response
}

impl Drop for Group {
    fn drop(&mut self) {
        self.shared.hub.metrics.groups.decrement(1);
        let mut groups = self.shared.hub.lock();
        // Somebody may have begun it anew.
        if groups.get(&self.key).is_some_and(|group| group.strong_count() == 0) {
            groups.remove(&self.key);
        }
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        let ranks = &self.group.ranks;
        ranks.parts[self.part].leave(self.place);
        ranks.members.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Ranks {
    fn new(parts: usize) -> Self {
        let parts = (0..parts.max(1)).map(|_| Arc::default()).collect();
        Self { parts, members: AtomicUsize::new(0) }
    }

    /// How many members there are.
    pub(super) fn len(&self) -> usize {
        self.members.load(Ordering::Relaxed)
    }

    fn choose(&self) -> usize {
        match self.len() {
            few if few < UNDIVIDED => 0,
            many => many % self.parts.len(),
        }
    }
}
