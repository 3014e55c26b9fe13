//! Changes that race with others, and with what this node has not heard yet.

use super::{
    cluster::Cluster,
    proxy::{Fault, Proxy},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

const EDIT: &str = "mutation($m: ID!, $c: String!, $v: Int) { editMessage(input: { messageId: $m, content: $c, expectedVersion: $v }) { content version } }";
const DELETE: &str =
    "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { status version } }";
const READ: &str = "query($m: ID!) { message(id: $m) { content status version replyCount } }";

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_judged_by_the_message_as_it_is_not_as_this_node_remembers_it() {
    let mut cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let behind = host.at(node.address);
    let message = host.send("hall", "one").await;
    behind.follow("hall", json!("0")).await.events(1).await;

    // It hears nothing, and may not read what it has missed.
    proxy.begin("Query", Fault::Hold);
    cluster.redis.kill().await;
    let edited = host.data(EDIT, json!({ "m": message["id"], "c": "two" })).await;
    assert_eq!(edited["version"], 2);
    let remembered = behind.data(READ, json!({ "m": message["id"] })).await;
    assert_eq!(remembered["version"], 1);

    let expecting = json!({ "m": message["id"], "c": "three", "v": 2 });
    let third = behind.data(EDIT, expecting).await;
    assert_eq!(third, json!({ "content": "three", "version": 3 }), "{remembered}");
    let back = behind.data(EDIT, json!({ "m": message["id"], "c": "one" })).await;
    assert_eq!(back, json!({ "content": "one", "version": 4 }), "{remembered}");
    proxy.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_can_be_deleted_while_many_reply_to_it() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    for _ in 0..3 {
        let message = host.send("hall", "something bad").await;
        let replying = (0..60).map(|n| {
            let (client, id) = (host.at(cluster.nodes[n % 2].address), message["id"].clone());
            async move {
                let query = "mutation($m: ID!) { sendReply(input: { messageId: $m, content: \"no!\" }) { id } }";
                while client.ask(query, json!({ "m": id })).await["errors"].is_null() {}
            }
        });
        let deleting = async {
            while host.data(READ, json!({ "m": message["id"] })).await["replyCount"].as_u64()
                < Some(50)
            {}
            host.ask(DELETE, json!({ "m": message["id"] })).await
        };
        let replying = tokio::spawn(join_all(replying));
        let answer = deleting.await;
        assert_eq!(answer["data"]["deleteMessage"]["status"], "DELETED", "{answer}");
        replying.await.unwrap();
        let left = host.data(READ, json!({ "m": message["id"] })).await;
        assert_eq!((&left["content"], &left["status"]), (&Value::Null, &json!("DELETED")));
    }
}
