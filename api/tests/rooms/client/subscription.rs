//! A connection with one subscription.

use super::super::PATIENCE;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::VecDeque;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, protocol::CloseFrame},
};

/// A connection with one subscription.
pub(crate) struct Subscription {
    pub(super) socket: WebSocketStream<TcpStream>,
    pub(super) waiting: VecDeque<String>,
}

impl Subscription {
    pub(crate) async fn say(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    pub(super) async fn hear(&mut self) -> String {
        // Pings come however long there is nothing to hear.
        let text = async {
            loop {
                match self.socket.next().await.unwrap().unwrap() {
                    Message::Text(text) => return text.to_string(),
                    Message::Close(frame) => panic!("closed: {frame:?}"),
                    _ => {}
                }
            }
        };
        timeout(PATIENCE, text).await.expect("something to hear")
    }

    /// The next message of the subscription.
    pub(crate) async fn message(&mut self) -> Value {
        parse(&self.text().await)
    }

    /// The same, as it came.
    pub(crate) async fn text(&mut self) -> String {
        match self.waiting.pop_front() {
            Some(message) => message,
            None => self.hear().await,
        }
    }

    /// The value of the root field in the next `next`.
    pub(crate) async fn next(&mut self) -> Value {
        let message = self.message().await;
        assert!(message["payload"]["errors"].is_null(), "{message}");
        message["payload"]["data"]
            .as_object()
            .unwrap_or_else(|| panic!("{message}"))
            .values()
            .next()
            .unwrap()
            .clone()
    }

    /// Events of `roomEvents`, batch after batch, until there are so many.
    pub(crate) async fn events(&mut self, count: usize) -> Vec<Value> {
        let mut events = Vec::new();
        while events.len() < count {
            events.extend(self.next().await["events"].as_array().unwrap().iter().cloned());
        }
        events
    }

    /// The value of the root field in the next `next`, or how the node closes the connection.
    pub(crate) async fn next_or_close(&mut self) -> Result<Option<Value>, Option<CloseFrame>> {
        if !self.waiting.is_empty() {
            return Ok(Some(self.next().await));
        }
        match timeout(PATIENCE, self.socket.next()).await.expect("something to hear") {
            Some(Ok(Message::Text(text))) => {
                self.waiting.push_back(text.to_string());
                Ok(Some(self.next().await))
            }
            Some(Ok(Message::Close(frame))) => Err(frame),
            other => panic!("{other:?}"),
        }
    }

    /// Ends the subscription; its connection stays.
    pub(crate) async fn complete(mut self) -> Self {
        while self.barrier().await.is_empty() {}
        self.say(json!({ "type": "complete", "id": "1" })).await;
        self.barrier().await;
        self
    }

    /// What has come when a ping is answered.
    pub(crate) async fn barrier(&mut self) -> Vec<Value> {
        self.say(json!({ "type": "ping" })).await;
        let mut heard = Vec::new();
        loop {
            match self.message().await {
                pong if pong["type"] == "pong" => return heard,
                other => heard.push(other),
            }
        }
    }

    /// How the subscription ends: the code of its error, or that with which the connection is closed.
    pub(crate) async fn ended(&mut self) -> String {
        timeout(PATIENCE, self.ends()).await.expect("an end")
    }

    async fn ends(&mut self) -> String {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    let message = parse(&text);
                    if message["type"] == "error" {
                        let code = &message["payload"][0]["extensions"]["code"];
                        return code.as_str().unwrap_or_default().to_owned();
                    }
                }
                Some(Ok(Message::Close(Some(frame)))) => return u16::from(frame.code).to_string(),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return "lost".to_owned(),
            }
        }
    }

    /// How the node closes the connection.
    pub(crate) async fn closed(&mut self) -> Option<CloseFrame> {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("a close") {
                Some(Ok(Message::Close(frame))) => return frame,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }
}

pub(super) fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
