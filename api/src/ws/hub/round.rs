//! What goes out to all members of a group in one write each.

use crate::ws::{
    frame,
    protocol::{Dialect, event_stream::NEXT_TAIL, rewritten},
};
use async_graphql::Response;
use bytes::Bytes;
use std::sync::OnceLock;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// Some responses, serialized once.
#[derive(Default)]
pub(in crate::ws) struct Round {
    bodies: Vec<Body>,
    bytes: usize,
}

/// What all members' frames for one response have in common: everything behind the operation's id.
struct Body {
    text: Text,
    /// The same for AppSync's clients, where they cannot read what GraphQL writes.
    for_appsync: Option<Text>,
}

struct Text {
    plain: Vec<u8>,
    deflated: OnceLock<Bytes>,
}

const TEXT: OpCode = OpCode::Data(Data::Text);

impl Round {
    /// Adds a response.
    pub(super) fn push(&mut self, response: &Response) {
        let plain =
            serde_json::to_vec(response).expect("all keys are strings, so it has a JSON form");
        self.bytes += plain.len();
        let for_appsync = rewritten(response, plain.len()).map(|text| Text::new(text.into()));
        self.bodies.push(Body { text: Text::new(plain), for_appsync });
    }

    /// How many responses there are.
    pub(super) fn len(&self) -> usize {
        self.bodies.len()
    }

    /// What each member is sent, but for its heads.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Appends the frames for a member: `head` is its message up to the response.
    pub(in crate::ws) fn write_for(
        &self,
        head: &[u8],
        dialect: Dialect,
        inflates: bool,
        frames: &mut Vec<u8>,
    ) {
        for body in &self.bodies {
            let text = body.of(dialect);
            if dialect == Dialect::EventStream {
                frames.extend_from_slice(head);
                frames.extend_from_slice(text.response());
                frames.extend_from_slice(NEXT_TAIL);
                continue;
            }
            let shared = if inflates { text.deflated() } else { &text.plain[..] };
            frames.extend_from_slice(&frame::header(TEXT, inflates, head.len() + shared.len()));
            frames.extend_from_slice(head);
            frames.extend_from_slice(shared);
        }
    }
}

impl Body {
    fn of(&self, dialect: Dialect) -> &Text {
        match dialect {
            Dialect::TransportWs | Dialect::SubscriptionsTransportWs | Dialect::EventStream => {
                &self.text
            }
            Dialect::AppSync => self.for_appsync.as_ref().unwrap_or(&self.text),
        }
    }
}

impl Text {
    fn new(mut plain: Vec<u8>) -> Self {
        // The message is an object whose last member is the response.
        plain.push(b'}');
        Self { plain, deflated: OnceLock::new() }
    }

    /// The response alone.
    fn response(&self) -> &[u8] {
        &self.plain[..self.plain.len() - 1]
    }

    fn deflated(&self) -> &[u8] {
        self.deflated.get_or_init(|| frame::compress(&self.plain))
    }
}
