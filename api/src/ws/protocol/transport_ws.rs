//! The subprotocol `graphql-transport-ws`
//! (<https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>), with graphql-ws's close codes and reasons.
//!
//! One promise goes beyond it: the answer to a `ping` waits until every operation that was sent before it has started or
//! failed. The protocol acknowledges no subscription, so this is how a client learns that it misses nothing from now on.

use super::{
    Command, Event, OperationId,
    message::{self, ClientMessage, Object, ServerMessage, bare, of_operation, result_head},
};
use crate::{
    trace,
    ws::{CloseCode, close_code::Close, operation_map::OperationMap, token::Credential},
};
use resolvers::trace::TraceParent;
use std::collections::VecDeque;

/// The state of one connection.
#[derive(Debug, Default)]
pub(crate) struct TransportWs {
    state: State,
    operations: OperationMap<Phase>,
    /// How many operations were started so far: numbers them.
    starts: u64,
    pongs: VecDeque<Pong>,
    pong_bytes: usize,
    /// In which trace the client said that the connection is; few say so.
    parent: Option<Box<TraceParent>>,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    AwaitingInit,
    Authenticating,
    Acknowledged,
}

#[derive(Debug, PartialEq, Eq)]
enum Phase {
    /// Not yet live; the number tells which pings were sent behind it.
    Starting(u64),
    Running,
}

/// A pong that waits for the operations up to a number.
#[derive(Debug)]
struct Pong {
    behind: u64,
    text: String,
}

/// What the pongs of one connection that wait may hold; whoever needs more is not measuring.
const WAITING_PONG_BYTES: usize = 64 * 1024;

impl TransportWs {
    /// The name by which it is negotiated.
    pub(crate) const SUBPROTOCOL: &'static str = "graphql-transport-ws";

    /// A `next` message up to its payload, a response; a brace ends it.
    pub(crate) fn next_head(id: &OperationId) -> String {
        result_head("next", id)
    }

    /// Reads one message of the client.
    pub(crate) fn receive(&mut self, text: &str) -> Vec<Command> {
        match ClientMessage::parse(text) {
            None => vec![close(CloseCode::InvalidMessage)],
            Some(ClientMessage::ConnectionInit { payload }) => vec![self.init(payload.as_ref())],
            Some(ClientMessage::Ping { payload }) => self.ping(payload),
            Some(ClientMessage::Pong { .. }) => Vec::new(),
            Some(ClientMessage::Subscribe { id, payload }) => vec![self.subscribe(id, payload)],
            Some(ClientMessage::Complete { id }) => self.complete(id),
        }
    }

    /// Says what the client is to hear of an event: its message, then the pongs that waited for it.
    pub(crate) fn send(&mut self, event: Event) -> impl Iterator<Item = String> {
        let text = match event {
            Event::Acknowledged => {
                self.state = State::Acknowledged;
                Some(bare("connection_ack"))
            }
            Event::Started { id } => {
                if let Some(phase) = self.operations.get_mut(&id) {
                    *phase = Phase::Running;
                }
                None
            }
            Event::Next { id, response } => {
                self.operations.contains(&id).then(|| of_operation("next", &id, Some(response)))
            }
            Event::Failed { id, errors } => {
                self.operations.remove(&id).map(|_| of_operation("error", &id, Some(errors)))
            }
            // It ends by its close code, and is kept alive by control frames.
            Event::Refused { .. } | Event::Beat => None,
            Event::Completed { id } | Event::Unsupported { id } => {
                self.operations.remove(&id).map(|_| of_operation("complete", &id, None::<()>))
            }
        };
        text.into_iter().chain(self.released_pongs())
    }

    fn init(&mut self, payload: Option<&Object>) -> Command {
        if self.state != State::AwaitingInit {
            return close(CloseCode::TooManyInitialisationRequests);
        }
        self.state = State::Authenticating;
        self.parent = payload.and_then(trace::in_object).map(Box::new);
        Command::Authenticate { credential: payload.and_then(Credential::in_payload) }
    }

    fn subscribe(&mut self, id: OperationId, payload: Object) -> Command {
        let Some(request) = message::request(payload, self.parent.as_deref().copied()) else {
            return close(CloseCode::InvalidMessage);
        };
        if self.state != State::Acknowledged {
            return close(CloseCode::Unauthorized);
        }
        if self.operations.contains(&id) {
            return Command::Close(Close::subscriber_already_exists(id.as_str()));
        }
        self.starts += 1;
        self.operations.insert(id.clone(), Phase::Starting(self.starts));
        Command::Start { id, request, credential: None }
    }

    fn complete(&mut self, id: OperationId) -> Vec<Command> {
        if self.operations.remove(&id).is_none() {
            // It may have crossed the server's own `complete`.
            return Vec::new();
        }
        let stop = Command::Stop { id };
        let pongs = self.released_pongs().into_iter().map(Command::Send);
        std::iter::once(stop).chain(pongs).collect()
    }

    fn ping(&mut self, payload: Option<Object>) -> Vec<Command> {
        let text = ServerMessage { id: None, kind: "pong", payload }.text();
        self.pong_bytes += text.len();
        if self.pong_bytes > WAITING_PONG_BYTES && !self.pongs.is_empty() {
            return vec![close(CloseCode::TooManyMessages)];
        }
        self.pongs.push_back(Pong { behind: self.starts, text });
        self.released_pongs().into_iter().map(Command::Send).collect()
    }

    fn released_pongs(&mut self) -> Vec<String> {
        if self.pongs.is_empty() {
            return Vec::new();
        }
        let earliest = self.earliest_starting().unwrap_or(u64::MAX);
        let released = self.pongs.iter().take_while(|pong| pong.behind < earliest).count();
        let texts: Vec<_> = self.pongs.drain(..released).map(|pong| pong.text).collect();
        self.pong_bytes -= texts.iter().map(String::len).sum::<usize>();
        if self.pongs.is_empty() {
            // An idle connection keeps no buffer.
            self.pongs = VecDeque::new();
        }
        texts
    }

    fn earliest_starting(&self) -> Option<u64> {
        let starting = |phase: &Phase| match phase {
            Phase::Starting(number) => Some(*number),
            Phase::Running => None,
        };
        self.operations.values().filter_map(starting).min()
    }
}

fn close(code: CloseCode) -> Command {
    Command::Close(code.into())
}

#[cfg(test)]
mod tests;
