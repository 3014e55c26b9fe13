//! AppSync's protocol at real nodes: beside the other one, and through another node.

use super::{PATIENCE, client::Client, cluster::Cluster};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

const SENT: &str = "subscription { onSendMessage(roomId: \"hall\") { id content } }";
const EXECUTIONS: &str = "plenary_group_executions_total";

/// A connection as Amplify has it.
pub(crate) struct Realtime {
    socket: WebSocketStream<TcpStream>,
    header: Value,
}

impl Realtime {
    pub(crate) async fn connect(client: &Client) -> Self {
        let header = json!({ "Authorization": client.token, "host": client.address.to_string() });
        let url = format!("ws://{}/graphql/realtime", client.address);
        let mut request = url.into_client_request().unwrap();
        let offer = format!("graphql-ws,header-{}", URL_SAFE_NO_PAD.encode(header.to_string()));
        request.headers_mut().insert("sec-websocket-protocol", offer.parse().unwrap());
        let stream = TcpStream::connect(client.address).await.unwrap();
        let (socket, _) = timeout(PATIENCE, client_async(request, stream)).await.unwrap().unwrap();
        let mut realtime = Self { socket, header };
        realtime.say(json!({ "type": "connection_init" })).await;
        assert_eq!(realtime.hear().await["type"], "connection_ack");
        realtime
    }

    /// Starts a subscription, and returns when it is acknowledged.
    pub(crate) async fn start(&mut self, id: &str, query: &str) {
        let answer = self.ask_to_start(id, query).await;
        assert_eq!(answer, json!({ "type": "start_ack", "id": id }));
    }

    /// What is answered to a `start`.
    pub(crate) async fn ask_to_start(&mut self, id: &str, query: &str) -> Value {
        let data = json!({ "query": query }).to_string();
        let extensions = json!({ "authorization": self.header });
        let payload = json!({ "data": data, "extensions": extensions });
        self.say(json!({ "type": "start", "id": id, "payload": payload })).await;
        self.hear().await
    }

    async fn say(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The next message that is more than a sign of life.
    pub(crate) async fn hear(&mut self) -> Value {
        let message = async {
            loop {
                let frame = self.socket.next().await.unwrap().unwrap();
                let Message::Text(text) = frame else { continue };
                let message: Value = serde_json::from_str(&text).unwrap();
                if message["type"] != "ka" {
                    return message;
                }
            }
        };
        timeout(PATIENCE, message).await.expect("something to hear")
    }
}

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

/// Promise 4.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_through_another_node_after_the_acknowledgement_arrives() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(1).await;
    host.create_room("hall").await;
    let mut realtime = Realtime::connect(&cluster.client(0, "ada", &[]).await).await;
    for round in 0..50 {
        let id = round.to_string();
        realtime.start(&id, SENT).await;
        let sent = host.send("hall", "hello").await;
        let heard = realtime.hear().await;
        assert_eq!(heard["id"], id, "{heard}");
        assert_eq!(heard["payload"]["data"]["onSendMessage"]["id"], sent["id"], "{heard}");
        realtime.say(json!({ "type": "stop", "id": id })).await;
        assert_eq!(realtime.hear().await, json!({ "type": "complete", "id": id }));
    }
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
    let send = "mutation { sendMessage(input: { roomId: \"hall\", content: \"hello\" }) { id } }";
    let refused = ask("da2-0123456789abcdef", send).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert!(ask("da2-fedcba9876543210", send).await["errors"].is_null());
    let author = json!({ "displayName": "bot", "userId": "api-key:bot" });
    assert_eq!(website.hear().await["payload"]["data"]["onSendMessage"]["author"], author);
}
