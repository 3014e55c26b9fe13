//! A client that shows every message and every close.

use super::SOON;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, protocol::Role},
};

/// One end of a WebSocket.
pub(crate) struct Client {
    pub(crate) socket: WebSocketStream<TcpStream>,
    /// The head of the server's answer to the handshake.
    pub(crate) head: String,
}

/// What a sound handshake holds, but for the subprotocol.
pub(crate) const HANDSHAKE: &str = "GET /graphql HTTP/1.1\r\nhost: plenary.example\r\nupgrade: websocket\r\n\
    connection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// Sends the head of a request, which needs no last empty line, and reads the head of the answer.
pub(crate) async fn request(address: SocketAddr, head: &str) -> (String, TcpStream) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        // Byte by byte, because frames may follow at once.
        answer.push(timeout(SOON, stream.read_u8()).await.unwrap().unwrap());
    }
    (String::from_utf8(answer).unwrap(), stream)
}

impl Client {
    /// Shakes hands with some additional header lines, each with its line end.
    pub(crate) async fn open(address: SocketAddr, headers: &str) -> Self {
        let (head, stream) = request(address, &format!("{HANDSHAKE}{headers}")).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        Self { socket: WebSocketStream::from_raw_socket(stream, Role::Client, None).await, head }
    }

    /// Initializes the connection with a token.
    pub(crate) async fn init(&mut self, token: &str) {
        self.send(json!({ "type": "connection_init", "payload": { "Authorization": token } }))
            .await;
        assert_eq!(self.next().await, json!({ "type": "connection_ack" }));
    }

    pub(crate) async fn send(&mut self, message: Value) {
        self.send_frame(Message::text(message.to_string())).await;
    }

    pub(crate) async fn send_frame(&mut self, message: Message) {
        timeout(SOON, self.socket.send(message)).await.expect("the server does not read").unwrap();
    }

    /// Writes bytes below the frames.
    pub(crate) async fn send_raw(&mut self, bytes: &[u8]) {
        timeout(SOON, self.socket.get_mut().write_all(bytes))
            .await
            .expect("the server does not read")
            .unwrap();
    }

    pub(crate) async fn subscribe(&mut self, id: &str, query: &str) {
        self.send(json!({ "type": "subscribe", "id": id, "payload": { "query": query } })).await;
    }

    pub(crate) async fn ping(&mut self) {
        self.send(json!({ "type": "ping" })).await;
    }

    /// The next message of the server.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            match timeout(SOON, self.socket.next()).await.expect("no message came") {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("a message was expected, not {other:?}"),
            }
        }
    }

    /// Expects a pong, and with it that everything sent before is settled.
    pub(crate) async fn pong(&mut self) {
        assert_eq!(self.next().await, json!({ "type": "pong" }));
    }

    /// Subscribes, and returns when the subscription is live.
    pub(crate) async fn subscribe_live(&mut self, id: &str, query: &str) {
        self.subscribe(id, query).await;
        self.ping().await;
        self.pong().await;
    }

    /// Expects a result and the end of its operation.
    pub(crate) async fn result(&mut self, id: &str) -> Value {
        let next = self.next().await;
        assert_eq!((&next["type"], &next["id"]), (&json!("next"), &json!(id)), "{next}");
        assert_eq!(self.next().await, json!({ "type": "complete", "id": id }));
        next["payload"].clone()
    }

    /// Expects the failure of an operation, and returns the code of its first error.
    pub(crate) async fn failure(&mut self, id: &str) -> Value {
        let error = self.next().await;
        assert_eq!((&error["type"], &error["id"]), (&json!("error"), &json!(id)), "{error}");
        error["payload"][0].clone()
    }

    /// Expects that the server closes, after any number of other messages.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        loop {
            match timeout(SOON, self.socket.next()).await.expect("the server does not close") {
                Some(Ok(Message::Close(Some(frame)))) => {
                    return (frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(_)) => {}
                other => panic!("a close frame was expected, not {other:?}"),
            }
        }
    }

    /// The code with which the server closes.
    pub(crate) async fn close_code(&mut self) -> u16 {
        self.closed().await.0
    }
}
