//! Upvotes and reactions on messages: counted exactly, answered once they are kept, told to everybody.

use super::{
    client::{Client, Subscription},
    cluster::{Cluster, Node},
    proxy::{Fault, Proxy},
};
use futures_util::{StreamExt, future::join_all, stream};
use serde_json::{Value, json};

pub(crate) const UPVOTE: &str = "mutation($m: ID!, $on: Boolean!) { setUpvote(input: { messageId: $m, upvoted: $on }) { id upvoteCount version } }";
pub(crate) const REACT: &str = "mutation($m: ID!, $n: String!, $on: Boolean!) { setReaction(input: { messageId: $m, name: $n, on: $on }) { upvoteCount reactions { name count } } }";
const COUNTS: &str = "subscription { roomEvents(roomId: \"hall\") { counts { messageId upvoteCount reactions { name count } } } }";
pub(crate) const READ: &str =
    "query($m: ID!) { message(id: $m) { upvoteCount version reactions { name count } } }";
const STATES: &str = "query($m: [ID!]!) { room(id: \"hall\") { viewer { messageStates(messageIds: $m) { messageId upvoted reactions } } } }";

pub(crate) async fn upvote(client: &Client, message: &Value, on: bool) -> u64 {
    let variables = json!({ "m": message["id"], "on": on });
    client.data(UPVOTE, variables).await["upvoteCount"].as_u64().unwrap()
}

async fn states(client: &Client, messages: &[&Value]) -> Value {
    let ids: Vec<_> = messages.iter().map(|message| &message["id"]).collect();
    client.data(STATES, json!({ "m": ids })).await["viewer"]["messageStates"].clone()
}

/// Waits until a subscriber is told these counts.
async fn told(batches: &mut Subscription, counts: Value) {
    while !batches.next().await["counts"].as_array().unwrap().contains(&counts) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upvote_counts_once_per_person_and_is_told_on_every_node() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let (ada, bob) = (cluster.client(0, "ada", &[]).await, cluster.client(1, "bob", &[]).await);
    let message = ada.send("hall", "why?").await;
    let reply = host.reply(&message, "because").await;
    let mut batches = bob.subscribe(COUNTS, Value::Null).await;

    // One's own, too; again, and through the other node, it changes nothing.
    assert_eq!(upvote(&ada, &message, true).await, 1);
    assert_eq!(upvote(&ada, &message, true).await, 1);
    assert_eq!(upvote(&ada.at(cluster.nodes[1].address), &message, true).await, 1);
    assert_eq!(upvote(&bob, &message, true).await, 2);
    told(&mut batches, json!({ "messageId": message["id"], "upvoteCount": 2, "reactions": [] }))
        .await;
    for node in &cluster.nodes {
        let read = host.at(node.address).data(READ, json!({ "m": message["id"] })).await;
        // The reply is a change of the message, its votes are none.
        assert_eq!(read, json!({ "upvoteCount": 2, "version": 2, "reactions": [] }));
    }
    assert_eq!(upvote(&bob, &reply, true).await, 1);

    assert_eq!(upvote(&bob, &message, false).await, 1);
    assert_eq!(upvote(&bob, &message, false).await, 1);
    let mut late = ada.subscribe(COUNTS, Value::Null).await;
    told(&mut late, json!({ "messageId": message["id"], "upvoteCount": 1, "reactions": [] })).await;

    let (first, second) = (message["id"].clone(), reply["id"].clone());
    let state =
        |id: &Value, upvoted: bool| json!({ "messageId": id, "upvoted": upvoted, "reactions": [] });
    assert_eq!(
        states(&bob, &[&reply, &message, &reply]).await,
        json!([state(&second, true), state(&first, false), state(&second, true)])
    );
    assert_eq!(states(&ada, &[&message]).await, json!([state(&first, true)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn reactions_are_counted_by_name() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let message = host.send("hall", "news").await;
    let (ada, bob) = (cluster.client(0, "ada", &[]).await, cluster.client(1, "bob", &[]).await);
    let react = async |client: &Client, name: &str, on: bool| {
        let variables = json!({ "m": message["id"], "n": name, "on": on });
        client.data(REACT, variables).await["reactions"].clone()
    };
    react(&ada, "wow", true).await;
    react(&ada, "like", true).await;
    react(&bob, "like", true).await;
    upvote(&bob, &message, true).await;
    let all = json!([{ "name": "like", "count": 2 }, { "name": "wow", "count": 1 }]);
    assert_eq!(react(&ada, "like", true).await, all);
    let said =
        json!([{ "messageId": message["id"], "upvoted": false, "reactions": ["like", "wow"] }]);
    assert_eq!(states(&ada, &[&message]).await, said);

    assert_eq!(react(&ada, "wow", false).await, json!([{ "name": "like", "count": 2 }]));
    // A node with nothing in memory has the same.
    let fresh = cluster.node(&cluster.table.endpoint).await;
    let read = host.at(fresh.address).data(READ, json!({ "m": message["id"] })).await;
    assert_eq!(read["reactions"], json!([{ "name": "like", "count": 2 }]));
    assert_eq!(read["upvoteCount"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn states_are_of_one_room_and_of_a_hundred_messages_however_much_somebody_votes() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let messages = join_all((0..100).map(|_| host.send("hall", "why?"))).await;
    join_all(messages.iter().map(|message| upvote(&ada, message, true))).await;
    let reacting = messages
        .iter()
        .map(|message| ada.data(REACT, json!({ "m": message["id"], "n": "like", "on": true })));
    join_all(reacting).await;

    let all: Vec<_> = messages.iter().collect();
    let found = states(&ada, &all).await;
    for (message, state) in messages.iter().zip(found.as_array().unwrap()) {
        assert_eq!(
            *state,
            json!({ "messageId": message["id"], "upvoted": true, "reactions": ["like"] })
        );
    }
    assert_eq!(states(&host, &[&messages[7]]).await[0]["upvoted"], false);
    assert_eq!(states(&ada, &[]).await, json!([]));
    let id = |n: usize| json!(format!("hall.{n}"));
    for wrong in [json!(["elsewhere.1"]), (1..=101).map(id).collect(), json!(["nonsense"])] {
        assert_eq!(ada.refusal(STATES, json!({ "m": wrong })).await, "BAD_USER_INPUT");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_that_come_together_share_a_transaction() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let message = host.send("hall", "why?").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let voters = voters(&cluster, 40).await;
    host.at(node.address).data(READ, json!({ "m": message["id"] })).await;

    proxy.begin("TransactWriteItems", Fault::Hold);
    let voting = voters.iter().map(|voter| voter.at(node.address));
    let voting = voting.map(|voter| {
        let message = message.clone();
        tokio::spawn(async move { upvote(&voter, &message, true).await })
    });
    let voting: Vec<_> = voting.collect();
    // The first is on the way alone; a vote behind it is answered with all that came meanwhile.
    proxy.met(1).await;
    proxy.calls();
    proxy.end();
    let counts = join_all(voting).await;
    assert_eq!(counts.into_iter().map(Result::unwrap).max(), Some(40));
    let calls = proxy.calls().into_iter().filter(|call| call == "TransactWriteItems").count();
    assert!(calls <= 3, "{calls} transactions");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_without_redis_counts_and_tells_too() {
    let cluster = Cluster::start(0).await;
    let node = Node::start(&cluster.data, &["--memory"]).await;
    let client = async |user: &str, groups: &[&str]| {
        Client::new(node.address, cluster.data.token(user, groups).await)
    };
    let (host, ada) = (client("hedy", &["plenary-hosts"]).await, client("ada", &[]).await);
    host.create_room("hall").await;
    let message = host.send("hall", "why?").await;
    let mut batches = ada.subscribe(COUNTS, Value::Null).await;
    assert_eq!(upvote(&ada, &message, true).await, 1);
    assert_eq!(upvote(&host, &message, true).await, 2);
    told(&mut batches, json!({ "messageId": message["id"], "upvoteCount": 2, "reactions": [] }))
        .await;
}

/// So many participants, each at one of the nodes.
pub(crate) async fn voters(cluster: &Cluster, count: usize) -> Vec<Client> {
    let voter =
        async |n: usize| cluster.client(n % cluster.nodes.len(), &format!("voter-{n}"), &[]).await;
    // Each token is a process of its own.
    stream::iter(0..count).map(voter).buffered(16).collect().await
}
