//! Tells the other nodes what is true here now, and this node's readers what is true on all.

use super::Feed;
use crate::{
    Sources,
    log::{Feeds, payload::Payload},
    source::Request,
};
use schema::{ReactionCount, Result};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How often readers are told, and reactions are passed on. 250,000 people in one room get as many frames a beat.
const BEAT: Duration = Duration::from_secs(1);
/// Every how many beats the node says how many participants it has.
const HEADCOUNT_EVERY: u64 = 2;

/// Runs until it is aborted, with its feed.
pub(super) async fn run(feed: Feed, feeds: Feeds) {
    let mut beats = interval(BEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut told, mut tick) = (0, 0_u64);
    loop {
        beats.tick().await;
        let reactions = feed.take_reactions();
        if !reactions.is_empty() {
            let node = feeds.node().to_owned();
            feeds.tell(&feed, Payload::Reactions { node, reactions });
        }
        // The first two beats too: whoever comes wants to know soon.
        if tick < HEADCOUNT_EVERY || tick.is_multiple_of(HEADCOUNT_EVERY) {
            let count = feed.present();
            if count > 0 || told > 0 {
                let node = feeds.node().to_owned();
                feeds.tell(&feed, Payload::Headcount { node, count });
            }
            told = count;
        }
        tick += 1;
        feed.end_late_fan_outs();
        feed.beat(Instant::now());
    }
}

/// Adds reactions on the room, to be told with others at the next beat.
#[derive(Clone)]
pub struct React {
    /// The room.
    pub feed: Feed,
    /// The reaction.
    pub name: String,
    /// How often.
    pub count: u32,
}

impl Request for React {
    const NAME: &'static str = "react";
    type Output = ();

    async fn send(self, _: &Sources) -> Result<()> {
        self.feed.react(&self.name, self.count);
        Ok(())
    }
}

impl Feed {
    fn react(&self, name: &str, count: u32) {
        let mut reactions = self.reactions();
        let sum = reactions.entry(name.to_owned()).or_default();
        *sum = sum.saturating_add(count);
    }

    fn take_reactions(&self) -> Vec<ReactionCount> {
        let reactions = std::mem::take(&mut *self.reactions());
        reactions.into_iter().map(|(name, count)| ReactionCount { name, count }).collect()
    }
}
