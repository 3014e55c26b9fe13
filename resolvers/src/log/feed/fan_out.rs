//! The part of a trace in which an entry goes out to this node's subscribers: one span on each node that has some,
//! however many they are.
//!
//! It begins when the node learns of the entry, and ends when the last of those who followed the room then has given it
//! away. Nothing of this happens for entries without a trace.

use super::Feed;
use crate::trace::{TARGET, TraceParent};
use schema::Seq;
use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;
use tracing::{Span, debug_span};

/// Traced entries of one room that are told apart; so many are not under way at once where one in a hundred is traced.
const MAX_TRACED: usize = 64;

/// Whoever has not given an entry away by now is not waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Traced entries that go out, and some that did.
#[derive(Default)]
pub(super) struct FanOuts {
    traced: Mutex<VecDeque<Traced>>,
    /// How many are under way: none, nearly always.
    under_way: AtomicUsize,
}

struct Traced {
    seq: Seq,
    /// Nothing once it has gone out.
    under_way: Option<UnderWay>,
}

struct UnderWay {
    _span: Span,
    since: Instant,
    /// How many followers have yet to give it away.
    followers: usize,
}

impl Feed {
    /// An entry with a trace is about to be known here. What comes twice, or is known, begins nothing.
    pub(super) fn trace(&self, seq: Seq, parent: TraceParent) {
        let followers = self.shared.followers.load(Ordering::Acquire);
        if followers == 0 || seq <= self.position() {
            return;
        }
        let mut traced = self.shared.fan_outs.lock();
        if traced.iter().any(|it| it.seq == seq) {
            return;
        }
        let span = debug_span!(target: TARGET, parent: None, "fan-out", otel.kind = "consumer", room.id = %self.id(), seq);
        parent.adopt(&span);
        if traced.len() == MAX_TRACED {
            traced.pop_front();
        }
        let under_way = UnderWay { _span: span, since: Instant::now(), followers };
        traced.push_back(Traced { seq, under_way: Some(under_way) });
        self.shared.fan_outs.count(&traced);
    }

    /// A follower begins; tells where.
    pub(in crate::log) fn follows(&self) -> Seq {
        self.shared.followers.fetch_add(1, Ordering::AcqRel);
        self.position()
    }

    /// A follower that began somewhere has given away what lies between two positions.
    pub(in crate::log) fn gave_away(&self, began: Seq, after: Seq, up_to: Seq) {
        if after == up_to || self.shared.fan_outs.under_way.load(Ordering::Acquire) == 0 {
            return;
        }
        let mut traced = self.shared.fan_outs.lock();
        let of_its = |seq| seq > began && seq > after && seq <= up_to;
        for traced in traced.iter_mut().filter(|traced| of_its(traced.seq)) {
            let left = traced.under_way.as_mut().map_or(0, |under_way| {
                under_way.followers = under_way.followers.saturating_sub(1);
                under_way.followers
            });
            if left == 0 {
                traced.under_way = None;
            }
        }
        self.shared.fan_outs.count(&traced);
    }

    /// A follower is gone, whatever it has not given away.
    pub(in crate::log) fn unfollows(&self, began: Seq, position: Seq) {
        self.shared.followers.fetch_sub(1, Ordering::AcqRel);
        self.gave_away(began, position, Seq::MAX);
    }

    /// Ends the spans of what some follower does not give away.
    pub(super) fn end_late_fan_outs(&self) {
        if self.shared.fan_outs.under_way.load(Ordering::Acquire) == 0 {
            return;
        }
        let mut traced = self.shared.fan_outs.lock();
        for traced in traced.iter_mut() {
            traced.under_way.take_if(|under_way| under_way.since.elapsed() > PATIENCE);
        }
        self.shared.fan_outs.count(&traced);
    }
}

impl FanOuts {
    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Traced>> {
        self.traced.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, traced: &VecDeque<Traced>) {
        let count = traced.iter().filter(|traced| traced.under_way.is_some()).count();
        self.under_way.store(count, Ordering::Release);
    }
}
