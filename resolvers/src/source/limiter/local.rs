//! Buckets in this node's memory: of a node that is alone, and of one that misses its Redis.

use super::{
    bucket::{Instant, Intent, TokenBucket, Wait},
    rules::Check,
};
use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    mem,
    sync::{Mutex, PoisonError},
};

/// Buckets of one generation: 8 MiB of them. Two generations hold those of 250,000 people who were there last, in
/// slow mode too; beyond that who has been silent for longest has full buckets again.
const GENERATION: usize = 400_000;

pub(super) struct Local {
    begun: tokio::time::Instant,
    hasher: RandomState,
    buckets: Mutex<Buckets>,
}

/// What is spent of each bucket. Those that were used last are in one generation, those used before in the other, which
/// is forgotten when the first is full: bounded, without looking for what has expired.
#[derive(Default)]
struct Buckets {
    recent: HashMap<Name, Instant>,
    before: HashMap<Name, Instant>,
}

/// A key's hash under a secret of this process. Two people in a million who share one share a bucket for a while, once
/// in many millions of nodes.
type Name = u64;

impl Default for Local {
    fn default() -> Self {
        Self {
            begun: tokio::time::Instant::now(),
            hasher: RandomState::new(),
            buckets: Mutex::default(),
        }
    }
}

impl Local {
    pub(super) fn decide(&self, checks: &[Check], intent: Intent) -> Vec<Wait> {
        let named = |check: &Check| (self.hasher.hash_one(&check.key), check.bucket);
        let checks: Vec<(Name, TokenBucket)> = checks.iter().map(named).collect();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        // Within the lock, so that the time never runs backward.
        let now = i64::try_from(self.begun.elapsed().as_micros()).unwrap_or(i64::MAX);
        buckets.decide(now, &checks, intent)
    }
}

impl Buckets {
    fn decide(
        &mut self,
        now: Instant,
        checks: &[(Name, TokenBucket)],
        intent: Intent,
    ) -> Vec<Wait> {
        if intent == Intent::GiveBack {
            checks.iter().for_each(|check| self.give_back(*check));
            return vec![0; checks.len()];
        }
        let spend =
            |(name, bucket): &(Name, TokenBucket)| (*name, bucket.spend(self.spent(*name), now));
        let spent: Vec<(Name, Instant)> = checks.iter().map(spend).collect();
        let waits: Vec<Wait> =
            spent.iter().map(|(_, spent)| spent.saturating_sub(now).max(0)).collect();
        if intent == Intent::Take && waits.iter().all(|wait| *wait == 0) {
            spent.into_iter().for_each(|(name, spent)| self.keep(name, spent));
        }
        waits
    }

    fn give_back(&mut self, (name, bucket): (Name, TokenBucket)) {
        if let Some(spent) = self.spent(name) {
            self.keep(name, spent.saturating_sub(bucket.interval()));
        }
    }

    fn spent(&self, name: Name) -> Option<Instant> {
        self.recent.get(&name).or_else(|| self.before.get(&name)).copied()
    }

    fn keep(&mut self, name: Name, spent: Instant) {
        if self.recent.len() >= GENERATION {
            self.before = mem::take(&mut self.recent);
        }
        self.recent.insert(name, spent);
    }
}

#[cfg(test)]
mod tests;
