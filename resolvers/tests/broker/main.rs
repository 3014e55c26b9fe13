//! The broker and the limiter against real Redis servers, started here on free ports of the loopback interface.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod cluster;
mod delivery;
mod iam;
mod limiter;
mod outage;
mod secrets;
mod server;

use bytes::Bytes;
use resolvers::source::broker::{Broker, BrokerEvent, RedisConfig, Status, Subscription};
use std::{fmt::Display, time::Duration};
use tokio::time::{sleep, timeout};

/// Far longer than anything here takes; what is not there by then does not come.
const PATIENCE: Duration = Duration::from_secs(20);

fn connect(url: &str) -> Broker {
    Broker::redis(RedisConfig::parse([url]).unwrap())
}

async fn next(subscription: &mut Subscription) -> BrokerEvent {
    timeout(PATIENCE, subscription.next()).await.expect("an event in time")
}

/// Skips an outage that the start may have fallen into.
async fn subscribed(subscription: &mut Subscription) {
    loop {
        match next(subscription).await {
            BrokerEvent::Subscribed => return,
            BrokerEvent::Disconnected => {}
            event => panic!("{event:?} instead of the confirmation"),
        }
    }
}

fn payload(text: impl Display) -> Bytes {
    Bytes::from(format!("{text}"))
}

async fn is_up(broker: &Broker) -> Status {
    eventually("the broker is up", async || matches!(broker.status(), Status::Up { .. })).await;
    broker.status()
}

async fn is_down(broker: &Broker, because: &str) {
    let down = async || matches!(broker.status(), Status::Down { last_error, .. } if last_error.contains(because));
    eventually(&format!("the broker is down because {because}"), down).await;
}

async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !holds().await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("{what}: not in time"));
}
