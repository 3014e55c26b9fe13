use super::*;
use crate::log::{Entry, Payload, feed::tests::feed};
use schema::ReactionCount;
use std::{pin::pin, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};

fn follower(feed: &Feed, reading: Reading, interest: Interest) -> Follower {
    Follower {
        listener: feed.listen(),
        replays: Replays::default(),
        audience: Audience::Participants,
        reading,
        began: feed.follows(),
        given: 0,
        position: 0,
        interest,
        heard: (interest != Interest::default()).then(|| feed.begin_to_hear()),
        skipped: 0,
        display_cap: None,
        first: None,
    }
}

#[tokio::test]
async fn whoever_was_ahead_and_is_gone_holds_no_reader_up() {
    let (feed, reading) = (feed(), Reading::of_subscriber());
    let (ahead, high_watermark) = watch::channel(Some(0));
    reading.bound(high_watermark);
    let mut follower = follower(&feed, reading.clone(), Interest::default());
    let reads = tokio::spawn(async move { while follower.next().await.is_ok() {} });
    let mut settled = reading.settled();
    settled.wait_for(|settled| *settled == Some(0)).await.unwrap();
    drop(ahead);
    feed.offer([Entry::Void { seq: 1, at: DateTime::from_millis(0) }]);
    let goes_on = settled.wait_for(|settled| *settled == Some(1));
    let reached = timeout(Duration::from_secs(10), goes_on).await.expect("it goes on");
    assert_eq!(*reached.unwrap(), Some(1));
    reads.abort();
}

#[tokio::test]
async fn nobody_is_told_of_what_he_did_not_ask_for() {
    let feed = feed();
    let interest = Interest { reactions: true, ..Interest::default() };
    let mut follower = follower(&feed, Reading::of_subscriber(), interest);
    let mut next = pin!(follower.next());
    for count in 1..=3 {
        feed.hear(Payload::Headcount { node: "a".into(), count });
        feed.beat(Instant::now());
        assert!(futures_util::poll!(&mut next).is_pending(), "somebody came");
    }
    let reactions = vec![ReactionCount { name: "wow".into(), count: 1 }];
    feed.hear(Payload::Reactions { node: "a".into(), reactions: reactions.clone() });
    feed.beat(Instant::now());
    let told = timeout(Duration::from_secs(10), next).await.expect("it is told").unwrap();
    assert_eq!((told.news.participant_count, told.news.reactions), (None, reactions));
}
