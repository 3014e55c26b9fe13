//! A client as a front end has it: GraphQL over HTTP, and graphql-transport-ws.

mod event_stream;
mod realtime;
mod subscription;

pub(crate) use event_stream::{EventStream, Said};
pub(crate) use realtime::Realtime;
pub(crate) use subscription::Subscription;
use subscription::parse;

use super::PATIENCE;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};
use std::{collections::VecDeque, net::SocketAddr};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{client_async, tungstenite::client::IntoClientRequest};

/// Everything that happens in a room.
pub(crate) const FOLLOW: &str =
    "subscription($r: ID!, $a: String) { roomEvents(roomId: $r, after: $a) { cursor resume events {
    __typename seq
    ... on MessageSent { message { id content parentId status } }
    ... on MessageChanged { message { id content version repliedAt lastReplyAt replyCount } }
    ... on MessageDeleted { messageId version reason }
    ... on RoomChanged { room { status name cursor } } } } }";

/// Somebody who is signed in at one node.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) token: String,
    http: reqwest::Client,
}

impl Client {
    pub(crate) fn new(address: SocketAddr, token: String) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        Self { address, token, http }
    }

    /// The same person at another node.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        Self { address, ..self.clone() }
    }

    /// What a document is answered.
    pub(crate) async fn ask(&self, query: &str, variables: Value) -> Value {
        self.try_ask(query, variables).await.unwrap()
    }

    /// The same, when the node may be gone.
    pub(crate) async fn try_ask(&self, query: &str, variables: Value) -> reqwest::Result<Value> {
        let request = self
            .http
            .post(format!("http://{}/graphql", self.address))
            .header(AUTHORIZATION, &self.token);
        request.json(&json!({ "query": query, "variables": variables })).send().await?.json().await
    }

    /// The error with which a document is refused, once it is: another node may be a moment behind.
    pub(crate) async fn refused_with(&self, code: &str, query: &str, variables: Value) -> Value {
        let refused = async {
            loop {
                let answer = self.ask(query, variables.clone()).await;
                let extensions = &answer["errors"][0]["extensions"];
                if extensions["code"] == code {
                    return extensions.clone();
                }
            }
        };
        let waited = format!("{query} is refused with {code}");
        timeout(PATIENCE, refused).await.expect(&waited)
    }

    /// The data of a document, once it succeeds.
    pub(crate) async fn accepted(&self, query: &str, variables: Value) -> Value {
        let accepted = async {
            loop {
                let answer = self.ask(query, variables.clone()).await;
                if answer["errors"].is_null() {
                    return answer["data"].as_object().unwrap().values().next().unwrap().clone();
                }
            }
        };
        timeout(PATIENCE, accepted).await.expect(query)
    }

    /// The data of a document that must succeed: its one root field.
    #[track_caller]
    pub(crate) fn data(&self, query: &str, variables: Value) -> impl Future<Output = Value> {
        let (client, query) = (self.clone(), query.to_owned());
        async move {
            let answer = client.ask(&query, variables).await;
            assert!(answer["errors"].is_null(), "{query}: {answer}");
            answer["data"].as_object().unwrap().values().next().unwrap().clone()
        }
    }

    /// The code with which a document is refused.
    pub(crate) async fn refusal(&self, query: &str, variables: Value) -> String {
        self.refused(query, variables).await["code"].as_str().unwrap().to_owned()
    }

    /// The caller's identity.
    pub(crate) async fn id(&self) -> String {
        self.data("{ viewer { id } }", Value::Null).await["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn create_room(&self, room: &str) {
        // As fast as it goes: what a room accepts and shows a second has tests of its own.
        let query = "mutation($id: ID) { createRoom(input: { id: $id, name: \"Hall\", settings: { maxAcceptRate: 1000, maxDeliveryRate: 1000 } }) { id } }";
        self.data(query, json!({ "id": room })).await;
    }

    /// What was done in the room `hall`, newest first, but to the room itself.
    pub(crate) async fn acts(&self, fields: &str) -> Vec<Value> {
        let query = format!(
            "{{ room(id: \"hall\") {{ auditLog(first: 100) {{ nodes {{ action {fields} }} }} }} }}"
        );
        let log = self.data(&query, Value::Null).await["auditLog"]["nodes"].take();
        let is_the_rooms =
            |act: &Value| act["action"] == "createRoom" || act["action"] == "updateRoom";
        log.as_array().unwrap().iter().filter(|act| !is_the_rooms(act)).cloned().collect()
    }

    /// A room with these settings.
    pub(crate) async fn create_room_with(&self, room: &str, settings: Value) {
        let query = "mutation($id: ID, $s: RoomSettingsInput) { createRoom(input: { id: $id, name: \"Hall\", settings: $s }) { id } }";
        self.data(query, json!({ "id": room, "s": settings })).await;
    }

    /// The error with which a document is refused: its `extensions`.
    pub(crate) async fn refused(&self, query: &str, variables: Value) -> Value {
        let answer = self.ask(query, variables).await;
        let extensions = answer["errors"][0]["extensions"].clone();
        assert!(extensions["code"].is_string(), "{query}: {answer}");
        extensions
    }

    pub(crate) async fn send(&self, room: &str, content: &str) -> Value {
        let query = "mutation($r: ID!, $c: String!) { sendMessage(input: { roomId: $r, content: $c }) { id seq content version } }";
        self.data(query, json!({ "r": room, "c": content })).await
    }

    pub(crate) async fn reply(&self, message: &Value, content: &str) -> Value {
        let query = "mutation($m: ID!, $c: String!) { sendReply(input: { messageId: $m, content: $c }) { id seq parentId } }";
        self.data(query, json!({ "m": message["id"], "c": content })).await
    }

    /// The whole history of a room, oldest first, page by page.
    pub(crate) async fn history(&self, room: &str) -> Vec<Value> {
        let query = "query($r: ID!, $a: String) { messages(roomId: $r, first: 100, after: $a) { nodes { id seq content status } pageInfo { hasNextPage endCursor } } }";
        let (mut nodes, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = self.data(query, json!({ "r": room, "a": after })).await;
            nodes.extend(page["nodes"].as_array().unwrap().iter().cloned());
            if page["pageInfo"]["hasNextPage"] == false {
                return nodes;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }

    /// Subscribes, and returns once the node has confirmed it by answering a ping.
    pub(crate) async fn subscribe(&self, query: &str, variables: Value) -> Subscription {
        let stream = TcpStream::connect(self.address).await.unwrap();
        self.subscribe_on(stream, query, variables).await
    }

    /// The same, on a socket that the test has made.
    pub(crate) async fn subscribe_on(
        &self,
        stream: TcpStream,
        query: &str,
        variables: Value,
    ) -> Subscription {
        let mut subscription = self.connect(stream).await;
        let payload = json!({ "query": query, "variables": variables });
        subscription.say(json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
        subscription.say(json!({ "type": "ping" })).await;
        loop {
            match subscription.hear().await {
                pong if parse(&pong)["type"] == "pong" => return subscription,
                other => subscription.waiting.push_back(other),
            }
        }
    }

    /// Is let in on a socket.
    async fn connect(&self, stream: TcpStream) -> Subscription {
        let mut request = format!("ws://{}/graphql", self.address).into_client_request().unwrap();
        request
            .headers_mut()
            .insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
        let (socket, _) = timeout(PATIENCE, client_async(request, stream)).await.unwrap().unwrap();
        let mut subscription = Subscription { socket, waiting: VecDeque::new() };
        let token = json!({ "Authorization": self.token });
        subscription.say(json!({ "type": "connection_init", "payload": token })).await;
        assert_eq!(parse(&subscription.hear().await)["type"], "connection_ack");
        subscription
    }

    /// Subscribes on a connection that may be closed at any time.
    pub(crate) async fn try_subscribe(&self, query: &str) -> Subscription {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let mut subscription = self.connect(stream).await;
        let payload = json!({ "query": query });
        subscription.say(json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
        subscription
    }

    /// Follows a room after a cursor, or from now on.
    pub(crate) async fn follow(&self, room: &str, after: Value) -> Subscription {
        self.subscribe(FOLLOW, json!({ "r": room, "a": after })).await
    }
}
