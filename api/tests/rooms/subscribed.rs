//! Promise 4: subscribed means delivered.
//!
//! A room that nobody follows on a node is opened there by its first subscription, and left open for those behind it; both
//! ways to begin are tried often.

use super::{
    client::{Client, Realtime},
    cluster::Cluster,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

const ROUNDS: usize = 10_000;
/// Each node compares the rooms that were followed in the last minute with the table, so they are not more.
const ROUNDS_PER_ROOM: usize = 100;
/// Rooms at a time: half of them are followed in AppSync's protocol.
const AT_ONCE: usize = 10;

const SENT: &str = "subscription($r: ID!) { onSendMessage(roomId: $r) { id } }";

/// Whoever sends through the second node, and whoever follows at the first.
struct Pair {
    host: Client,
    ada: Client,
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_sent_through_another_node_after_the_acknowledgement_arrives() {
    let cluster = Cluster::start(2).await;
    let pair = Pair { host: cluster.host(1).await, ada: cluster.client(0, "ada", &[]).await };
    let rooms: Vec<_> = (0..ROUNDS / ROUNDS_PER_ROOM).map(|room| format!("room-{room}")).collect();
    for rooms in rooms.chunks(AT_ONCE) {
        let (appsync, transport) = rooms.split_at(rooms.len() / 2);
        tokio::join!(
            join_all(appsync.iter().map(|room| pair.after_start_ack(room))),
            join_all(transport.iter().map(|room| pair.after_ping(room))),
        );
    }
}

impl Pair {
    async fn after_start_ack(&self, room: &str) {
        self.host.create_room(room).await;
        let mut realtime = Realtime::connect(&self.ada).await;
        for round in 0..ROUNDS_PER_ROOM {
            let id = round.to_string();
            realtime.start_with(&id, SENT, json!({ "r": room })).await;
            let sent = self.host.send(room, "hello").await;
            let expected = json!({ "data": { "onSendMessage": { "id": sent["id"] } } });
            let heard = realtime.hear().await;
            assert_eq!(heard, json!({ "type": "data", "id": id, "payload": expected }), "{room}");
            realtime.stop(&id).await;
        }
    }

    async fn after_ping(&self, room: &str) {
        self.host.create_room(room).await;
        let payload = json!({ "query": SENT, "variables": { "r": room } });
        let mut subscription = self.ada.subscribe(SENT, json!({ "r": room })).await;
        for round in 0..ROUNDS_PER_ROOM {
            if round > 0 {
                let subscribe = json!({ "type": "subscribe", "id": "1", "payload": payload });
                subscription.say(subscribe).await;
                assert_eq!(subscription.barrier().await, [] as [Value; 0], "{room}");
            }
            let sent = self.host.send(room, "hello").await;
            assert_eq!(subscription.next().await["id"], sent["id"], "{room}, round {round}");
            subscription.say(json!({ "type": "complete", "id": "1" })).await;
            assert_eq!(subscription.barrier().await, [] as [Value; 0], "{room}");
        }
    }
}
