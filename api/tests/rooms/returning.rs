//! Promise 2 for a client that ends a subscription and begins it anew, again and again, with the same id.

use super::{
    client::{Client, FOLLOW, Subscription},
    fan_out::node,
};
use serde_json::{Value, json};

/// What has come, and where that ends.
struct Seen {
    seqs: Vec<u64>,
    cursor: Value,
}

impl Seen {
    fn take(&mut self, message: &Value) {
        assert_eq!(message["type"], "next", "{message}");
        let batch = &message["payload"]["data"]["roomEvents"];
        let events = batch["events"].as_array().unwrap_or_else(|| panic!("{message}"));
        self.seqs.extend(events.iter().map(|event| event["seq"].as_u64().unwrap()));
        self.cursor = batch["cursor"].clone();
    }

    /// Ends the subscription, takes what came before its end, and begins it anew behind that.
    async fn return_with(&mut self, reader: &mut Subscription) {
        reader.say(json!({ "type": "complete", "id": "1" })).await;
        reader.barrier().await.iter().for_each(|message| self.take(message));
        let variables = json!({ "r": "hall", "a": self.cursor });
        let payload = json!({ "query": FOLLOW, "variables": variables });
        reader.say(json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_used_again_and_again_misses_nothing_and_hears_nothing_twice() {
    const MESSAGES: usize = 300;
    let (data, node) = node(&[]).await;
    let host = Client::new(node.address, data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    let ada = Client::new(node.address, data.token("ada", &[]).await);
    // Somebody with whom there is a group to be joined and left.
    let _stays = ada.follow("hall", Value::Null).await;
    let mut reader = ada.follow("hall", json!("0")).await;
    let sending = async {
        for number in 0..MESSAGES {
            host.send("hall", &number.to_string()).await;
        }
    };
    let returning = async {
        let mut seen = Seen { seqs: Vec::new(), cursor: json!("0") };
        while seen.seqs.len() < MESSAGES {
            seen.return_with(&mut reader).await;
            let stays_until = MESSAGES.min(seen.seqs.len() + 3);
            while seen.seqs.len() < stays_until {
                seen.take(&reader.message().await);
            }
        }
        seen.seqs
    };
    let ((), seqs) = tokio::join!(sending, returning);
    assert_eq!(seqs, (1..=MESSAGES as u64).collect::<Vec<_>>());
    assert!(node.metric("plenary_group_executions_total").await > 0.0, "nobody was in a group");
}
