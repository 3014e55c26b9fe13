//! Whichever call of the table fails, keeping order converges on retry, and is recorded once.

use super::{
    cluster::Cluster,
    hiding::HIDE,
    proxy::{Fault, Proxy},
    roles::ROLE,
    sanctions::{LIFT, SANCTION},
};
use serde_json::{Value, json};

const DELETE: &str = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { status } }";
const SANCTIONS: &str = "{ room(id: \"hall\") { sanctions { nodes { userId type } } } }";

/// Every call fails in turn, and the answer of each is lost in turn.
#[tokio::test(flavor = "multi_thread")]
async fn keeping_order_converges_whichever_call_fails() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let client = host.at(node.address);
    let eve = cluster.client(0, "eve", &[]).await;

    let mut acts = 0;
    for fault in [Fault::Fail, Fault::LoseAnswer] {
        for operation in ["GetItem", "UpdateItem", "TransactWriteItems"] {
            let user = format!("{operation}-{fault:?}");
            let message = eve.send("hall", &user).await;
            // The node has heard of it.
            let read = "query($m: ID!) { message(id: $m) { id } }";
            client.accepted(read, json!({ "m": message["id"] })).await;
            for (mutation, variables, again) in [
                (SANCTION, json!({ "u": user, "t": "BAN", "d": 60, "h": true }), true),
                (ROLE, json!({ "u": user, "r": "SPEAKER" }), true),
                (HIDE, json!({ "u": format!("{user}-hidden") }), true),
                (LIFT, json!({ "u": user, "t": "BAN" }), false),
                (DELETE, json!({ "m": message["id"] }), true),
            ] {
                proxy.begin(operation, fault);
                let answer = client.ask(mutation, variables.clone()).await;
                proxy.end();
                let code = answer["errors"][0]["extensions"]["code"].as_str();
                // A message in memory is not read, nor is who has sent nothing; everything is written.
                let is_met = operation != "GetItem" || [SANCTION, ROLE, LIFT].contains(&mutation);
                if is_met || code.is_some() {
                    let met = format!("{mutation} {operation} {fault:?}: {answer}");
                    assert_eq!(code, Some("UNAVAILABLE"), "{met}");
                }
                let first = client.data(mutation, variables.clone()).await;
                let second = client.data(mutation, variables).await;
                assert!(!again || first == second, "{mutation}: {first} {second}");
                acts += 1;
                let recorded = client.acts("").await;
                assert_eq!(recorded.len(), acts, "{mutation} {operation} {fault:?}: {recorded:?}");
            }
            let now = client.data(SANCTIONS, Value::Null).await;
            assert_eq!(now["sanctions"]["nodes"], json!([]));
        }
    }
    // On a node with nothing in memory.
    let fresh = cluster.node(&cluster.table.endpoint).await;
    let history = host.at(fresh.address).history("hall").await;
    assert_eq!(history.len(), 6);
    assert!(history.iter().all(|message| message["status"] == "DELETED"), "{history:?}");
}
