//! When a task is to be protected, as a function of time and of how many sockets are open.

use std::time::Duration;
use tokio::time::Instant;

/// How long ECS is asked to protect the task: as long as a node that hangs is kept at most.
pub(super) const VALIDITY: Duration = Duration::from_hours(1);

/// After so long a protection is renewed; until it ends there is time for many attempts.
const RENEWAL: Duration = Duration::from_mins(20);

/// How long there must be fewer sockets before the protection is given back: whoever reloads a page comes back within seconds.
const HOLD: Duration = Duration::from_mins(5);

/// What is wanted of ECS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Protect,
    Release,
}

/// What has been granted, and since when there are too few sockets for it.
pub(super) struct Policy {
    threshold: usize,
    granted_at: Option<Instant>,
    few_since: Option<Instant>,
}

impl Policy {
    pub(super) fn new(threshold: usize) -> Self {
        Self { threshold, granted_at: None, few_since: None }
    }

    /// What to ask for now. The same again until it is granted.
    pub(super) fn wants(&mut self, sockets: usize, draining: bool, now: Instant) -> Option<Wish> {
        let protected = self.left(now).is_some();
        self.few_since = match sockets < self.threshold {
            true => self.few_since.or(Some(now)),
            false => None,
        };
        let held_long = self.few_since.is_some_and(|since| now - since >= HOLD);
        let is_old = self.granted_at.is_some_and(|granted| now - granted >= RENEWAL);
        match (protected, self.few_since) {
            (true, _) if draining || held_long => Some(Wish::Release),
            (true, _) => is_old.then_some(Wish::Protect),
            (false, None) if !draining => Some(Wish::Protect),
            (false, _) => None,
        }
    }

    pub(super) fn granted(&mut self, wish: Wish, now: Instant) {
        self.granted_at = match wish {
            Wish::Protect => Some(now),
            Wish::Release => None,
        };
    }

    /// How long the protection still lasts, if there is one.
    pub(super) fn left(&self, now: Instant) -> Option<Duration> {
        let end = self.granted_at? + VALIDITY;
        end.checked_duration_since(now).filter(|left| !left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Wish::{Protect, Release};

    const MINUTE: Duration = Duration::from_mins(1);

    /// A policy for ten sockets that is told how many there are, minute by minute, and gets what it wants at once.
    fn wishes(sockets: &[usize]) -> Vec<(u32, Wish)> {
        let (mut policy, start) = (Policy::new(10), Instant::now());
        let mut wishes = Vec::new();
        for (minute, open) in (0..).zip(sockets) {
            let now = start + MINUTE * minute;
            if let Some(wish) = policy.wants(*open, false, now) {
                policy.granted(wish, now);
                wishes.push((minute, wish));
            }
        }
        wishes
    }

    #[test]
    fn enough_sockets_protect_the_task_and_it_stays_so_until_there_were_few_for_a_while() {
        assert_eq!(wishes(&[0, 9, 9]), []);
        assert_eq!(wishes(&[9, 10, 11, 10]), [(1, Protect)]);
        assert_eq!(wishes(&[10, 9, 9, 10, 9, 9, 9, 9, 10]), [(0, Protect)], "a flutter");
        assert_eq!(wishes(&[10, 0, 0, 0, 0, 0, 0, 0]), [(0, Protect), (6, Release)]);
        let back = wishes(&[10, 0, 0, 0, 0, 0, 0, 10, 10]);
        assert_eq!(back, [(0, Protect), (6, Release), (7, Protect)]);
    }

    #[test]
    fn a_protection_is_renewed_long_before_it_ends() {
        assert_eq!(wishes(&[10; 50]), [(0, Protect), (20, Protect), (40, Protect)]);
    }

    #[test]
    fn what_is_not_granted_is_wanted_again_and_what_has_ended_is_gone() {
        let (mut policy, start) = (Policy::new(1), Instant::now());
        assert_eq!(policy.wants(1, false, start), Some(Protect));
        assert_eq!(policy.wants(1, false, start), Some(Protect));
        policy.granted(Protect, start);
        assert_eq!(policy.left(start), Some(VALIDITY));
        // Nobody answered until it was over, and then nobody was left.
        assert_eq!(policy.left(start + VALIDITY), None);
        assert_eq!(policy.wants(0, false, start + VALIDITY), None);
    }

    #[test]
    fn a_node_that_drains_wants_no_protection() {
        let (mut policy, now) = (Policy::new(1), Instant::now());
        assert_eq!(policy.wants(0, true, now), None);
        assert_eq!(policy.wants(5, true, now), None);
        policy.granted(Protect, now);
        assert_eq!(policy.wants(5, true, now), Some(Release));
    }
}
