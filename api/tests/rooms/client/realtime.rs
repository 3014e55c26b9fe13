//! A connection in AppSync's protocol.

use super::{super::PATIENCE, Client};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// A connection as Amplify has it.
pub(crate) struct Realtime {
    socket: WebSocketStream<TcpStream>,
    pub(crate) header: Value,
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
        self.start_with(id, query, Value::Null).await;
    }

    /// The same with variables.
    pub(crate) async fn start_with(&mut self, id: &str, query: &str, variables: Value) {
        let answer = self.ask_to_start(id, query, variables).await;
        assert_eq!(answer, json!({ "type": "start_ack", "id": id }));
    }

    /// What is answered to a `start`.
    pub(crate) async fn ask_to_start(&mut self, id: &str, query: &str, variables: Value) -> Value {
        let data = json!({ "query": query, "variables": variables }).to_string();
        let extensions = json!({ "authorization": self.header });
        let payload = json!({ "data": data, "extensions": extensions });
        self.say(json!({ "type": "start", "id": id, "payload": payload })).await;
        self.hear().await
    }

    pub(crate) async fn say(&mut self, message: Value) {
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

    /// Stops a subscription, and returns when that is acknowledged.
    pub(crate) async fn stop(&mut self, id: &str) {
        self.say(json!({ "type": "stop", "id": id })).await;
        assert_eq!(self.hear().await, json!({ "type": "complete", "id": id }));
    }
}
