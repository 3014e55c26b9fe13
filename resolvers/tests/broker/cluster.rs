//! Three primaries: sharded publish and subscribe, moving slots, a primary that goes.

use crate::{connect, eventually, is_down, is_up, next, payload, server::Server, subscribed};
use resolvers::source::broker::{Broker, BrokerEvent, RedisConfig, Subscription};
use schema::RoomId;
use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
};

pub(crate) struct Cluster {
    pub(crate) servers: Vec<Server>,
}

impl Cluster {
    pub(crate) async fn start() -> Self {
        let options = [
            "--cluster-enabled",
            "yes",
            "--cluster-require-full-coverage",
            "no",
            "--cluster-node-timeout",
            "2000",
        ];
        let mut servers = Vec::new();
        for _ in 0..3 {
            servers.push(Server::with_options(&options).await);
        }
        let addresses = servers.iter().map(|server| format!("127.0.0.1:{}", server.port));
        let mut create = Command::new("redis-cli");
        create
            .args(["--cluster", "create"])
            .args(addresses)
            .arg("--cluster-yes")
            .stdout(Stdio::null());
        let created = tokio::process::Command::from(create).status().await.unwrap();
        assert!(created.success());
        let cluster = Self { servers };
        for server in &cluster.servers {
            let knows = async || {
                let info: String = server.ask(&["CLUSTER", "INFO"]).await;
                info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:16384")
            };
            eventually("the cluster is joined", knows).await;
        }
        cluster
    }

    /// One room for each primary, by the primary's place.
    pub(crate) async fn rooms(&self) -> BTreeMap<usize, RoomId> {
        let mut rooms = BTreeMap::new();
        while rooms.len() < self.servers.len() {
            let room = RoomId::generate();
            rooms.insert(self.holder(slot(&self.servers[0], &room).await).await, room);
        }
        rooms
    }

    async fn holder(&self, slot: u16) -> usize {
        let rows: Vec<(u16, u16, (String, u16))> = self.slots().await;
        let (.., (_, port)) =
            rows.iter().find(|(first, last, _)| (*first..=*last).contains(&slot)).unwrap();
        self.servers.iter().position(|server| server.port == *port).unwrap()
    }

    async fn slots(&self) -> Vec<(u16, u16, (String, u16))> {
        let rows: Vec<Vec<redis::Value>> = self.servers[0].ask(&["CLUSTER", "SLOTS"]).await;
        rows.into_iter()
            .map(|row| {
                let number =
                    |value: &redis::Value| redis::from_redis_value_ref::<u16>(value).unwrap();
                let primary: Vec<redis::Value> = redis::from_redis_value_ref(&row[2]).unwrap();
                let host = redis::from_redis_value_ref(&primary[0]).unwrap();
                (number(&row[0]), number(&row[1]), (host, number(&primary[1])))
            })
            .collect()
    }

    async fn move_slot(&self, slot: u16, to: usize) {
        let target: String = self.servers[to].ask(&["CLUSTER", "MYID"]).await;
        // The new holder first, so that it claims the slot with a newer epoch.
        let others = (0..self.servers.len()).filter(|place| *place != to);
        for place in std::iter::once(to).chain(others) {
            let _: String = self.servers[place]
                .ask(&["CLUSTER", "SETSLOT", &slot.to_string(), "NODE", &target])
                .await;
        }
    }
}

async fn slot(server: &Server, room: &RoomId) -> u16 {
    server.ask(&["CLUSTER", "KEYSLOT", &format!("plenary:{{{room}}}")]).await
}

#[tokio::test]
async fn rooms_are_spread_over_the_shards_and_follow_their_slots() {
    let mut cluster = Cluster::start().await;
    let rooms = cluster.rooms().await;
    let ours = connect(&cluster.servers[0].url());
    let theirs =
        Broker::redis(RedisConfig::parse(cluster.servers.iter().map(Server::url)).unwrap());
    let mut subscriptions: Vec<_> = rooms.values().map(|room| ours.subscribe(room)).collect();
    for subscription in &mut subscriptions {
        subscribed(subscription).await;
    }
    is_up(&theirs).await;

    for ((place, room), subscription) in rooms.iter().zip(&mut subscriptions) {
        let channels: Vec<String> = cluster.servers[*place].ask(&["PUBSUB", "SHARDCHANNELS"]).await;
        assert_eq!(channels, [format!("plenary:{{{room}}}")], "each shard has its own room");
        for number in 0..500 {
            theirs.publish(room, payload(number));
        }
        for number in 0..500 {
            assert_eq!(next(subscription).await, BrokerEvent::Payload(payload(number)));
        }
    }

    let (moved, stayed) = (0, 1);
    let moving = slot(&cluster.servers[0], &rooms[&moved]).await;
    cluster.move_slot(moving, 2).await;
    assert_eq!(next(&mut subscriptions[moved]).await, BrokerEvent::Disconnected);
    subscribed(&mut subscriptions[moved]).await;
    let channels: Vec<String> = cluster.servers[2].ask(&["PUBSUB", "SHARDCHANNELS"]).await;
    assert!(channels.contains(&format!("plenary:{{{}}}", rooms[&moved])), "{channels:?}");
    // The other node learns of the move by being refused, and what it said until then is lost.
    let mut heard = false;
    eventually("the other node has found the room", async || {
        theirs.publish(&rooms[&moved], payload("found"));
        heard |=
            tokio::time::timeout(std::time::Duration::from_millis(50), subscriptions[moved].next())
                .await
                .is_ok();
        heard
    })
    .await;

    cluster.servers[2].stop();
    disconnected(&mut subscriptions[2]).await;
    is_down(&ours, "").await;
    theirs.publish(&rooms[&stayed], payload("still here"));
    assert_eq!(next(&mut subscriptions[stayed]).await, BrokerEvent::Payload(payload("still here")));
    cluster.servers[2].run().await;
    subscribed(&mut subscriptions[2]).await;
    is_up(&ours).await;
}

/// Skips payloads, and holes between them.
async fn disconnected(subscription: &mut Subscription) {
    loop {
        match next(subscription).await {
            BrokerEvent::Disconnected => return,
            BrokerEvent::Payload(_) | BrokerEvent::Lagged => {}
            event @ BrokerEvent::Subscribed => panic!("{event:?} instead of the end"),
        }
    }
}
