//! Servers that go, hang, refuse and come back. The broker never claims to be subscribed when it is not.

use crate::{connect, is_down, is_up, next, payload, server::Server, subscribed};
use resolvers::source::broker::{Broker, BrokerEvent, Status};
use schema::RoomId;
use std::time::Duration;
use tokio::time::Instant;

#[tokio::test]
async fn a_restarted_server_is_found_again_and_its_rooms_are_told() {
    let mut server = Server::start().await;
    let (ours, theirs, room) = (connect(&server.url()), connect(&server.url()), RoomId::generate());
    let mut subscription = ours.subscribe(&room);
    subscribed(&mut subscription).await;
    for outage in 1..=2 {
        server.stop();
        assert_eq!(next(&mut subscription).await, BrokerEvent::Disconnected);
        assert!(matches!(ours.status(), Status::Down { .. }));
        ours.publish(&room, payload("into the void"));
        server.run().await;
        assert_eq!(next(&mut subscription).await, BrokerEvent::Subscribed);
        assert!(
            matches!(is_up(&ours).await, Status::Up { reconnects, .. } if reconnects == outage)
        );
        is_up(&theirs).await;
        theirs.publish(&room, payload(outage));
        assert_eq!(next(&mut subscription).await, BrokerEvent::Payload(payload(outage)));
    }
}

#[tokio::test]
async fn a_node_starts_without_its_server() {
    let mut server = Server::absent();
    let (broker, room) = (connect(&server.url()), RoomId::generate());
    assert!(matches!(broker.status(), Status::Down { .. }));
    let mut early = broker.subscribe(&room);
    assert_eq!(next(&mut early).await, BrokerEvent::Disconnected);
    is_down(&broker, "refused").await;
    let mut late = broker.subscribe(&room);
    assert_eq!(next(&mut late).await, BrokerEvent::Disconnected);
    server.run().await;
    assert_eq!(next(&mut early).await, BrokerEvent::Subscribed);
    assert_eq!(next(&mut late).await, BrokerEvent::Subscribed);
    broker.publish(&room, payload("hello"));
    assert_eq!(next(&mut early).await, BrokerEvent::Payload(payload("hello")));
    assert!(matches!(is_up(&broker).await, Status::Up { reconnects: 0, .. }));
}

#[tokio::test]
async fn a_server_that_hangs_is_noticed() {
    let server = Server::start().await;
    let (broker, room) = (connect(&server.url()), RoomId::generate());
    let mut subscription = broker.subscribe(&room);
    subscribed(&mut subscription).await;
    server.signal("STOP");
    let start = Instant::now();
    assert_eq!(next(&mut subscription).await, BrokerEvent::Disconnected);
    assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
    is_down(&broker, "").await;
    server.signal("CONT");
    assert_eq!(next(&mut subscription).await, BrokerEvent::Subscribed);
    broker.publish(&room, payload("hello"));
    assert_eq!(next(&mut subscription).await, BrokerEvent::Payload(payload("hello")));
}

#[tokio::test]
async fn two_thousand_rooms_come_back_together() {
    let server = Server::start().await;
    let broker = connect(&server.url());
    let rooms: Vec<RoomId> = (0..2000).map(|_| RoomId::generate()).collect();
    let mut subscriptions: Vec<_> = rooms.iter().map(|room| broker.subscribe(room)).collect();
    for subscription in &mut subscriptions {
        subscribed(subscription).await;
    }
    let _: i64 = server.ask(&["CLIENT", "KILL", "TYPE", "pubsub"]).await;
    for subscription in &mut subscriptions {
        assert_eq!(next(subscription).await, BrokerEvent::Disconnected);
        assert_eq!(next(subscription).await, BrokerEvent::Subscribed);
    }
    for (room, subscription) in rooms.iter().zip(&mut subscriptions) {
        broker.publish(room, payload(room));
        assert_eq!(next(subscription).await, BrokerEvent::Payload(payload(room)));
    }
}

#[tokio::test]
async fn a_refused_subscription_is_not_claimed_and_holds_once_it_is_allowed() {
    let server = Server::start().await;
    let _: String =
        server.ask(&["ACL", "SETUSER", "node", "on", ">secret", "+@all", "resetchannels"]).await;
    let broker = connect(&format!("redis://node:secret@127.0.0.1:{}", server.port));
    let room = RoomId::generate();
    is_up(&broker).await;
    let mut subscription = broker.subscribe(&room);
    assert_eq!(next(&mut subscription).await, BrokerEvent::Disconnected);
    let _: String = server.ask(&["ACL", "SETUSER", "node", "allchannels"]).await;
    subscribed(&mut subscription).await;
    broker.publish(&room, payload("hello"));
    assert_eq!(next(&mut subscription).await, BrokerEvent::Payload(payload("hello")));
}

#[tokio::test]
async fn a_replica_is_left_for_what_is_published_there_stays_there() {
    let (primary, other) = (Server::start().await, Server::start().await);
    let port = other.port.to_string();
    let (broker, room) = (connect(&primary.url()), RoomId::generate());
    let mut subscription = broker.subscribe(&room);
    subscribed(&mut subscription).await;
    let _: String = primary.ask(&["REPLICAOF", "127.0.0.1", &port]).await;
    assert_eq!(next(&mut subscription).await, BrokerEvent::Disconnected);
    is_down(&broker, "replica").await;
    let _: String = primary.ask(&["REPLICAOF", "NO", "ONE"]).await;
    assert_eq!(next(&mut subscription).await, BrokerEvent::Subscribed);
}

#[tokio::test]
async fn publishing_without_a_server_neither_waits_nor_fails() {
    let server = Server::absent();
    let (broker, room): (Broker, RoomId) = (connect(&server.url()), RoomId::generate());
    let start = Instant::now();
    (0..10_000).for_each(|number| broker.publish(&room, payload(number)));
    assert!(start.elapsed() < Duration::from_secs(2));
    is_down(&broker, "refused").await;
}
