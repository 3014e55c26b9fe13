//! Takes what the broker carries into the feed.

use super::Feed;
use crate::{
    log::payload::Payload,
    source::broker::{BrokerEvent, Subscription},
};
use metrics::histogram;
use std::sync::atomic::Ordering;
use tracing::warn;

/// Runs until it is aborted, with its feed.
pub(super) async fn run(feed: Feed, node: String, mut subscription: Subscription) {
    loop {
        match subscription.next().await {
            BrokerEvent::Payload(payload) => match Payload::decode(feed.id(), &payload) {
                // What this node has told is known here.
                Some(
                    Payload::Headcount { node: from, .. }
                    | Payload::Reactions { node: from, .. }
                    | Payload::Reported { node: from, .. },
                ) if from == node => {}
                Some(payload) => {
                    observe_lag(&payload);
                    feed.hear(payload);
                }
                None => {
                    warn!(room.id = %feed.id(), bytes = payload.len(), "the broker carried something unreadable");
                    feed.check_head();
                }
            },
            BrokerEvent::Subscribed => {
                feed.shared.connected.store(true, Ordering::Release);
                feed.check_head();
            }
            BrokerEvent::Disconnected => {
                feed.shared.connected.store(false, Ordering::Release);
                feed.check_head();
            }
            BrokerEvent::Lagged => feed.check_head(),
        }
    }
}

fn observe_lag(payload: &Payload) {
    if let Payload::Entries { origin: Some(origin), .. } = payload
        && let Some(lag) = origin.age()
    {
        histogram!("plenary_broker_lag_seconds").record(lag.as_secs_f64());
    }
}
