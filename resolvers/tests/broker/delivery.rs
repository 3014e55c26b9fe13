//! What is published arrives: once confirmed, in order, without a round trip each.

use crate::{
    connect, eventually, is_up, next, payload,
    server::{Server, long_way_to},
    subscribed,
};
use resolvers::source::broker::BrokerEvent;
use schema::RoomId;
use std::{collections::BTreeSet, time::Duration};
use tokio::time::Instant;

#[tokio::test]
async fn two_nodes_hear_each_other_and_themselves() {
    let server = Server::start().await;
    let (ours, theirs, room) = (connect(&server.url()), connect(&server.url()), RoomId::generate());
    let (mut here, mut there) = (ours.subscribe(&room), theirs.subscribe(&room));
    subscribed(&mut here).await;
    subscribed(&mut there).await;
    for broker in [&ours, &theirs] {
        broker.publish(&room, payload("hello"));
        assert_eq!(next(&mut here).await, BrokerEvent::Payload(payload("hello")));
        assert_eq!(next(&mut there).await, BrokerEvent::Payload(payload("hello")));
    }
}

#[tokio::test]
async fn what_is_published_right_after_the_confirmation_arrives() {
    let server = Server::start().await;
    let (ours, theirs, same) = (connect(&server.url()), connect(&server.url()), RoomId::generate());
    is_up(&ours).await;
    is_up(&theirs).await;
    for round in 0..200 {
        // Every other round returns to a room that was left a moment ago.
        let room = if round % 2 == 0 { RoomId::generate() } else { same.clone() };
        let mut subscription = ours.subscribe(&room);
        assert_eq!(next(&mut subscription).await, BrokerEvent::Subscribed);
        theirs.publish(&room, payload(round));
        assert_eq!(next(&mut subscription).await, BrokerEvent::Payload(payload(round)));
    }
}

#[tokio::test]
async fn many_publications_share_a_round_trip_and_keep_their_order() {
    let server = Server::start().await;
    let far = long_way_to(&server, Duration::from_millis(10)).await;
    let (ours, theirs, room) =
        (connect(&format!("redis://127.0.0.1:{far}")), connect(&server.url()), RoomId::generate());
    let mut subscription = theirs.subscribe(&room);
    subscribed(&mut subscription).await;
    is_up(&ours).await;
    let start = Instant::now();
    for number in 0..4000 {
        ours.publish(&room, payload(number));
    }
    for number in 0..4000 {
        assert_eq!(next(&mut subscription).await, BrokerEvent::Payload(payload(number)));
    }
    assert!(
        start.elapsed() < Duration::from_secs(8),
        "4000 round trips of 20 ms would be 80 s: {:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_room_whose_reader_sleeps_loses_its_own_payloads_only() {
    let server = Server::start().await;
    let (broker, quiet, busy) = (connect(&server.url()), RoomId::generate(), RoomId::generate());
    let (mut sleeper, mut reader) = (broker.subscribe(&quiet), broker.subscribe(&busy));
    subscribed(&mut sleeper).await;
    subscribed(&mut reader).await;
    for number in 0..1500 {
        broker.publish(&quiet, payload(number));
        broker.publish(&busy, payload(number));
        assert_eq!(next(&mut reader).await, BrokerEvent::Payload(payload(number)));
    }
    let mut heard = 0;
    while let BrokerEvent::Payload(bytes) = next(&mut sleeper).await {
        assert_eq!(bytes, payload(heard));
        heard += 1;
    }
    assert!((1000..1500).contains(&heard), "{heard}");
    broker.publish(&quiet, payload("awake"));
    assert_eq!(next(&mut sleeper).await, BrokerEvent::Payload(payload("awake")));
}

#[tokio::test]
async fn the_last_subscription_of_a_room_unsubscribes_when_it_is_dropped() {
    let server = Server::start().await;
    let (broker, room) = (connect(&server.url()), RoomId::generate());
    let channel = format!("plenary:{{{room}}}");
    let listeners = async || server.ask::<(String, i64)>(&["PUBSUB", "NUMSUB", &channel]).await.1;
    let (mut first, mut second) = (broker.subscribe(&room), broker.subscribe(&room));
    subscribed(&mut first).await;
    subscribed(&mut second).await;
    assert_eq!(listeners().await, 1);
    drop(first);
    broker.publish(&room, payload("still here"));
    assert_eq!(next(&mut second).await, BrokerEvent::Payload(payload("still here")));
    assert_eq!(listeners().await, 1);
    drop(second);
    eventually("nobody listens", async || listeners().await == 0).await;
}

#[tokio::test]
async fn one_connection_carries_everything_and_ends_with_the_broker() {
    let server = Server::start().await;
    let addresses = async || -> BTreeSet<String> {
        let clients: String = server.ask(&["CLIENT", "LIST"]).await;
        clients
            .lines()
            .filter(|line| line.contains("cmd=publish") || line.contains("sub=1"))
            .map(str::to_owned)
            .collect()
    };
    let (broker, room) = (connect(&server.url()), RoomId::generate());
    let mut subscription = broker.subscribe(&room);
    subscribed(&mut subscription).await;
    broker.publish(&room, payload("hello"));
    assert_eq!(next(&mut subscription).await, BrokerEvent::Payload(payload("hello")));
    assert_eq!(addresses().await.len(), 1);
    drop(broker);
    assert_eq!(addresses().await.len(), 1, "a subscription keeps its broker");
    drop(subscription);
    eventually("the connection is closed", async || addresses().await.is_empty()).await;
}
