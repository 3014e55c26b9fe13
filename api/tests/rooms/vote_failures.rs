//! Votes that are refused, and votes that fail on the way.

use super::{
    client::Client,
    cluster::Cluster,
    proxy::{Fault, Proxy},
    rows::Rows,
    votes::{REACT, READ, UPVOTE, upvote},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_vote_that_cannot_be_is_refused_with_its_code() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(1, "ada", &[]).await;
    let (message, gone) = (host.send("hall", "one").await, host.send("hall", "two").await);
    host.data(
        "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { id } }",
        json!({ "m": gone["id"] }),
    )
    .await;
    let refused = async |query: &str, variables: Value| ada.refusal(query, variables).await;
    let up = |id: &Value| json!({ "m": id, "on": true });
    let like = |id: &Value, name: &str| json!({ "m": id, "n": name, "on": true });

    for id in [&gone["id"], &json!("hall.3"), &json!("hall.99"), &json!("nowhere.1")] {
        assert_eq!(refused(UPVOTE, up(id)).await, "NOT_FOUND", "{id}");
        assert_eq!(refused(REACT, like(id, "like")).await, "NOT_FOUND", "{id}");
    }
    assert_eq!(refused(REACT, like(&message["id"], "angry")).await, "BAD_USER_INPUT");
    let set = async |change: &str| {
        let query = format!(
            "mutation {{ updateRoom(input: {{ roomId: \"hall\", {change} }}) {{ cursor }} }}"
        );
        let cursor = host.data(&query, Value::Null).await["cursor"].clone();
        while ada.data("{ room(id: \"hall\") { cursor } }", Value::Null).await["cursor"]
            .as_str()
            .unwrap()
            .parse::<u64>()
            .unwrap()
            < cursor.as_str().unwrap().parse().unwrap()
        {}
    };
    set("status: PAUSED").await;
    assert_eq!(upvote(&ada, &message, true).await, 1);
    set("settings: { reactionsEnabled: false }").await;
    assert_eq!(refused(REACT, like(&message["id"], "like")).await, "FORBIDDEN");
    host.data(REACT, like(&message["id"], "like")).await;
    set("status: CLOSED").await;
    assert_eq!(refused(UPVOTE, up(&message["id"])).await, "ROOM_NOT_OPEN");
    assert_eq!(host.refusal(UPVOTE, up(&message["id"])).await, "ROOM_NOT_OPEN");
}

#[tokio::test(flavor = "multi_thread")]
async fn participants_vote_within_their_rate_on_all_nodes_together() {
    let cluster = Cluster::start_with(2, &["--max-reaction-rate", "1"]).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let messages = join_all((0..20).map(|_| host.send("hall", "why?"))).await;
    let ada = cluster.client(0, "ada", &[]).await;
    let voting = async |voter: &Client| {
        let votes = messages.iter().enumerate().map(|(n, message)| {
            let client = voter.at(cluster.nodes[n % 2].address);
            async move { client.ask(UPVOTE, json!({ "m": message["id"], "on": true })).await }
        });
        let answers = join_all(votes).await.into_iter();
        let refused = answers.filter(|answer| answer["errors"].is_array());
        refused.map(|answer| answer["errors"][0]["extensions"].clone()).collect::<Vec<_>>()
    };

    let refused = voting(&ada).await;
    assert!(!refused.is_empty());
    for extensions in refused {
        assert_eq!(extensions["code"], "RATE_LIMITED");
        assert!((1..=1_000).contains(&extensions["retryAfterMs"].as_u64().unwrap()));
    }
    assert!(voting(&host).await.is_empty());
}

/// Every call of the pipeline fails in turn, and the answer of each is lost in turn; the retry makes it whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_vote_counts_once_whichever_call_fails() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let message = host.send("hall", "why?").await;
    let rows = Rows::of(&cluster);
    // So long ago that it is in no memory.
    rows.put_all(voids(2..=1_100)).await;
    rows.set("ROOM#hall", "SEQ", "head", json!({ "N": "1100" })).await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let client = host.at(node.address);
    client.data("{ room(id: \"hall\") { cursor } }", Value::Null).await;

    let mut count = 0;
    for fault in [Fault::Fail, Fault::LoseAnswer] {
        for operation in ["GetItem", "TransactWriteItems"] {
            for on in [true, false] {
                proxy.calls();
                proxy.begin(operation, fault);
                let answer = client.ask(UPVOTE, json!({ "m": message["id"], "on": on })).await;
                proxy.end();
                assert!(proxy.calls().iter().any(|call| call == operation), "{operation}");
                let code = &answer["errors"][0]["extensions"]["code"];
                assert_eq!(code, "UNAVAILABLE", "{operation} {fault:?}: {answer}");
                count = u64::from(on);
                assert_eq!(upvote(&client, &message, on).await, count, "{operation} {fault:?}");
                assert_eq!(upvote(&client, &message, on).await, count);
                let fresh = cluster.node(&cluster.table.endpoint).await;
                let read = host.at(fresh.address).data(READ, json!({ "m": message["id"] })).await;
                assert_eq!(read["upvoteCount"], count, "{operation} {fault:?}");
            }
        }
    }
    assert_eq!(count, 0);
}

/// Entries that say nothing.
fn voids(seqs: std::ops::RangeInclusive<u64>) -> Vec<(String, String, Value)> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let void = |seq: u64| {
        let attributes = json!({
            "entity": { "S": "VOID" }, "seq": { "N": seq.to_string() }, "at": { "N": now.as_millis().to_string() },
        });
        (format!("LOG#hall#{}", seq / 4096), format!("{seq:010}"), attributes)
    };
    seqs.map(void).collect()
}
