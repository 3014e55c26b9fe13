//! AppSync's protocol at real nodes: beside the other one, and through another node.

use super::{client::Realtime, cluster::Cluster};
use serde_json::{Value, json};

const SENT: &str = "subscription { onSendMessage(roomId: \"hall\") { id content } }";
const EXECUTIONS: &str = "plenary_group_executions_total";

#[tokio::test(flavor = "multi_thread")]
async fn one_execution_serves_subscribers_of_both_protocols() {
    let cluster = Cluster::start(1).await;
    let (host, node) = (cluster.host(0).await, &cluster.nodes[0]);
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let mut realtime = Realtime::connect(&ada).await;
    realtime.start("a", SENT).await;
    let mut plain = ada.subscribe(SENT, Value::Null).await;
    let mut executions = 0.0;
    // Until both have joined the group, each hears for itself.
    for number in 0.. {
        assert!(number < 100, "they do not come together");
        let sent = host.send("hall", "hello").await;
        let expected =
            json!({ "data": { "onSendMessage": { "id": sent["id"], "content": "hello" } } });
        let heard = realtime.hear().await;
        assert_eq!(heard, json!({ "type": "data", "id": "a", "payload": expected }));
        assert_eq!(plain.message().await["payload"], expected);
        let (before, single) = (executions, node.metric("plenary_single_executions_total").await);
        executions = node.metric(EXECUTIONS).await;
        if executions > before && before > 0.0 {
            assert!(
                (executions - before - 1.0).abs() < f64::EPSILON,
                "{executions} after {before}"
            );
            assert!(single <= 4.0, "{single} executions for one alone");
            break;
        }
    }
    assert!((node.metric("plenary_groups").await - 1.0).abs() < f64::EPSILON);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_follows_a_room_and_sends_under_its_name() {
    let keys = "website read-only da2-0123456789abcdef; bot participant da2-fedcba9876543210";
    let cluster = Cluster::start_with(1, &["--api-keys", keys]).await;
    cluster.host(0).await.create_room("hall").await;
    let address = cluster.nodes[0].address;
    let ask = async |key: &str, query: &str| -> Value {
        let request = reqwest::Client::new().post(format!("http://{address}/graphql"));
        let request = request.header("x-api-key", key).json(&json!({ "query": query }));
        request.send().await.unwrap().json().await.unwrap()
    };
    let mut website = Realtime::connect(&cluster.client(0, "ada", &[]).await).await;
    website.header = json!({ "x-api-key": "da2-0123456789abcdef", "host": "h" });
    website
        .start(
            "a",
            "subscription { onSendMessage(roomId: \"hall\") { author { displayName userId } } }",
        )
        .await;
    let viewer =
        ask("da2-0123456789abcdef", "{ room(id: \"hall\") { viewer { capabilities } } }").await;
    assert_eq!(viewer["data"]["room"]["viewer"]["capabilities"], json!(["READ"]));
    let send = "mutation { sendMessage(input: { roomId: \"hall\", content: \"hello\" }) { id } }";
    let refused = ask("da2-0123456789abcdef", send).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert!(ask("da2-fedcba9876543210", send).await["errors"].is_null());
    let author = json!({ "displayName": "bot", "userId": "api-key:bot" });
    assert_eq!(website.hear().await["payload"]["data"]["onSendMessage"]["author"], author);
}
