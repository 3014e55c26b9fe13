//! A client of AppSync's protocol, with the header in each of its forms.

use super::{Client, Server, request};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};
use tokio_tungstenite::{WebSocketStream, tungstenite::protocol::Role};

/// How a client sends AppSync's header.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// As a subprotocol.
    Subprotocol,
    /// In the query string, in base64 that is not escaped.
    Query,
    /// As headers of the request.
    Plain,
}

/// The header of somebody who is signed in.
pub(crate) fn header(token: &str) -> Value {
    json!({ "Authorization": token, "host": "plenary.example" })
}

impl Server {
    /// A client whose `connection_init` was acknowledged.
    pub(crate) async fn appsync(&self, token: &str) -> Client {
        let mut client =
            self.realtime("/graphql/realtime", &header(token), Form::Subprotocol).await;
        client.greet().await;
        client
    }

    /// A client after the handshake.
    pub(crate) async fn realtime(&self, path: &str, header: &Value, form: Form) -> Client {
        let json = header.to_string();
        let (query, lines) = match form {
            Form::Subprotocol => {
                (String::new(), format!("graphql-ws,header-{}\r\n", URL_SAFE_NO_PAD.encode(json)))
            }
            Form::Query => {
                (format!("?header={}&payload=e30=", STANDARD.encode(json)), "graphql-ws\r\n".into())
            }
            Form::Plain => (String::new(), format!("graphql-ws\r\n{}", plain(header))),
        };
        let head = format!(
            "GET {path}{query} HTTP/1.1\r\nhost: plenary.example\r\nupgrade: websocket\r\n\
             connection: Upgrade\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: {lines}"
        );
        let (head, stream) = request(self.address, &head).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        Client { socket: WebSocketStream::from_raw_socket(stream, Role::Client, None).await, head }
    }
}

fn plain(header: &Value) -> String {
    let lines = header.as_object().unwrap().iter().filter(|(name, _)| *name != "host");
    lines.map(|(name, value)| format!("{name}: {}\r\n", value.as_str().unwrap())).collect()
}

impl Client {
    /// Initializes the connection.
    pub(crate) async fn greet(&mut self) {
        self.send(json!({ "type": "connection_init" })).await;
        let payload = json!({ "connectionTimeoutMs": 300_000 });
        assert_eq!(self.next().await, json!({ "type": "connection_ack", "payload": payload }));
        assert_eq!(self.next().await, json!({ "type": "ka" }));
    }

    /// Asks for an operation, as somebody.
    pub(crate) async fn start(&mut self, id: &str, query: &str, token: &str) {
        self.start_as(id, query, &header(token)).await;
    }

    /// The same with a header of any kind.
    pub(crate) async fn start_as(&mut self, id: &str, query: &str, header: &Value) {
        let data = json!({ "query": query, "variables": {} }).to_string();
        let payload = json!({ "data": data, "extensions": { "authorization": header } });
        self.send(json!({ "id": id, "type": "start", "payload": payload })).await;
    }

    /// Expects that an operation is acknowledged.
    pub(crate) async fn started(&mut self, id: &str) {
        assert_eq!(self.next().await, json!({ "type": "start_ack", "id": id }));
    }

    /// Expects a result, and returns its payload.
    pub(crate) async fn data(&mut self, id: &str) -> Value {
        let message = self.next().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("data"), &json!(id)), "{message}");
        message["payload"].clone()
    }

    /// Expects the first error of an operation.
    pub(crate) async fn error(&mut self, id: &str) -> Value {
        let message = self.next().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!(id)), "{message}");
        message["payload"]["errors"][0].clone()
    }

    pub(crate) async fn stop(&mut self, id: &str) {
        self.send(json!({ "type": "stop", "id": id })).await;
        assert_eq!(self.next().await, json!({ "type": "complete", "id": id }));
    }
}
