use super::*;
use crate::log::{Entry, feed::tests::feed};
use std::time::Duration;
use tokio::{sync::watch, time::timeout};

#[tokio::test]
async fn whoever_was_ahead_and_is_gone_holds_no_reader_up() {
    let (feed, reading) = (feed(), Reading::of_subscriber());
    let (ahead, high_watermark) = watch::channel(Some(0));
    reading.bound(high_watermark);
    let (listener, replays) = (feed.listen(), Replays::default());
    let follower = Follower {
        listener,
        replays,
        audience: Audience::Participants,
        reading: reading.clone(),
        position: 0,
        heard: None,
        skipped: 0,
        first: None,
    };
    let reads = tokio::spawn(async move {
        let mut follower = follower;
        while follower.next().await.is_ok() {}
    });
    let mut settled = reading.settled();
    settled.wait_for(|settled| *settled == Some(0)).await.unwrap();
    drop(ahead);
    feed.offer([Entry::Void { seq: 1, at: DateTime::from_millis(0) }]);
    let goes_on = settled.wait_for(|settled| *settled == Some(1));
    let reached = timeout(Duration::from_secs(10), goes_on).await.expect("it goes on");
    assert_eq!(*reached.unwrap(), Some(1));
    reads.abort();
}
