//! The protocol of subscriptions-transport-ws, Apollo's first
//! (<https://github.com/apollographql/subscriptions-transport-ws/blob/master/PROTOCOL.md>), subprotocol `graphql-ws` like
//! AppSync's.
//!
//! Where that text and what its own server does differ, what counts is what its clients make of it:
//! - They send their operations right behind `connection_init` and wait for no acknowledgement, so operations that come
//!   early wait here until the caller is known.
//! - An operation that is refused is answered by `data` with `errors`, and `complete`. An `error` would reach the
//!   application without codes, and for Apollo as a fault of the network, which its links try again; so `error` is left
//!   to what is no operation.
//! - A client that has heard one `ka` reconnects if it misses the next for half a minute.
//!
//! Nothing acknowledges a subscription. `roomEvents` tells by its first batch, which comes at once, that it is live; and who
//! must not miss anything subscribes with the cursor of what was read before.

mod message;

use super::{Command, Event, OperationId};
use crate::ws::{
    CloseCode,
    operation_map::OperationMap,
    protocol::message::{bare, of_operation, result_head},
    token::Credential,
};
use async_graphql::{Request, ServerError};
use message::{ClientMessage, Fault, connection_error, fault};
use serde_json::{Map, Value, json};

/// The state of one connection.
#[derive(Debug, Default)]
pub(crate) struct SubscriptionsTransportWs {
    state: State,
    operations: OperationMap<()>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    AwaitingInit,
    /// The caller is being verified; what came meanwhile waits, in its order.
    Authenticating(Vec<Early>),
    Acknowledged,
}

/// What came before the caller was known.
#[derive(Debug)]
enum Early {
    Start(OperationId, Box<Request>, usize),
    Stop(OperationId),
}

/// What early operations of one connection may weigh as text. A page that comes back sends all it had, and few have more.
const MAX_EARLY_BYTES: usize = 256 * 1024;

/// So many messages may come early; no connection may have more operations by default.
const MAX_EARLY: usize = 200;

impl SubscriptionsTransportWs {
    /// The name by which it is negotiated.
    pub(crate) const SUBPROTOCOL: &'static str = "graphql-ws";

    /// A `data` message up to its payload, a response; a brace ends it.
    pub(crate) fn data_head(id: &OperationId) -> String {
        result_head("data", id)
    }

    /// Reads one message of the client.
    pub(crate) fn receive(&mut self, text: &str) -> Vec<Command> {
        match ClientMessage::parse(text) {
            Ok(ClientMessage::ConnectionInit { credential }) => self.init(credential),
            Ok(ClientMessage::Start { id, request }) => self.start(id, request, text.len()),
            Ok(ClientMessage::Stop { id }) => self.stop(id),
            Ok(ClientMessage::ConnectionTerminate) => vec![close(CloseCode::Terminated)],
            Err(fault) => vec![Command::Send(fault.text())],
        }
    }

    /// Says what the client is to hear of an event.
    pub(crate) fn send(&mut self, event: Event) -> Vec<String> {
        match event {
            Event::Acknowledged => vec![bare("connection_ack"), bare("ka")],
            Event::Refused { code } => vec![connection_error(code)],
            Event::Beat => vec![bare("ka")],
            Event::Started { .. } => Vec::new(),
            Event::Next { id, response } => match self.operations.contains(&id) {
                true => vec![of_operation("data", &id, Some(response))],
                false => Vec::new(),
            },
            Event::Failed { id, errors } => self.refuse(&id, &errors),
            Event::Completed { id } | Event::Unsupported { id } => {
                self.operations.remove(&id).map(|()| complete(&id)).into_iter().collect()
            }
        }
    }

    /// What has waited for the caller to be known, which is now.
    pub(crate) fn released(&mut self) -> Vec<Command> {
        let State::Authenticating(early) = std::mem::replace(&mut self.state, State::Acknowledged)
        else {
            return Vec::new();
        };
        let act = |early| match early {
            Early::Start(id, request, _) => self.begin(id, request),
            Early::Stop(id) => self.stop(id),
        };
        early.into_iter().flat_map(act).collect()
    }

    fn init(&mut self, credential: Option<Credential>) -> Vec<Command> {
        match self.state {
            State::AwaitingInit => {
                self.state = State::Authenticating(Vec::new());
                vec![Command::Authenticate { credential }]
            }
            // It may name somebody else, and nobody would notice that this is ignored.
            State::Authenticating(_) | State::Acknowledged => {
                let code = CloseCode::TooManyInitialisationRequests;
                vec![Command::Send(connection_error(code)), close(code)]
            }
        }
    }

    fn start(&mut self, id: OperationId, request: Box<Request>, bytes: usize) -> Vec<Command> {
        match &self.state {
            State::AwaitingInit => vec![Command::Send(fault(&id, &Fault::UNAUTHENTICATED))],
            State::Authenticating(_) => self.wait(Early::Start(id, request, bytes)),
            State::Acknowledged => self.begin(id, request),
        }
    }

    /// An id that is in use is taken over, as the reference does: clients reuse theirs after a fault of their own.
    fn begin(&mut self, id: OperationId, request: Box<Request>) -> Vec<Command> {
        let replaced = self.operations.remove(&id).map(|()| Command::Stop { id: id.clone() });
        self.operations.insert(id.clone(), ());
        let start = Command::Start { id, request, credential: None };
        replaced.into_iter().chain([start]).collect()
    }

    fn stop(&mut self, id: OperationId) -> Vec<Command> {
        match &self.state {
            State::Authenticating(_) => self.wait(Early::Stop(id)),
            State::AwaitingInit | State::Acknowledged => {
                // It may have ended by itself meanwhile.
                if self.operations.remove(&id).is_none() {
                    return Vec::new();
                }
                let answer = complete(&id);
                vec![Command::Stop { id }, Command::Send(answer)]
            }
        }
    }

    fn wait(&mut self, next: Early) -> Vec<Command> {
        let State::Authenticating(early) = &mut self.state else { return Vec::new() };
        early.push(next);
        let bytes: usize = early.iter().map(Early::bytes).sum();
        match bytes > MAX_EARLY_BYTES || early.len() > MAX_EARLY {
            true => vec![close(CloseCode::TooManyMessages)],
            false => Vec::new(),
        }
    }

    fn refuse(&mut self, id: &OperationId, errors: &[ServerError]) -> Vec<String> {
        match self.operations.remove(id) {
            Some(()) => {
                let payload: Map<_, _> =
                    [("errors".to_owned(), json!(errors))].into_iter().collect();
                vec![of_operation("data", id, Some(Value::Object(payload))), complete(id)]
            }
            None => Vec::new(),
        }
    }
}

impl Early {
    fn bytes(&self) -> usize {
        match self {
            Self::Start(_, _, bytes) => *bytes,
            Self::Stop(id) => id.as_str().len(),
        }
    }
}

fn close(code: CloseCode) -> Command {
    Command::Close(code.into())
}

fn complete(id: &OperationId) -> String {
    of_operation("complete", id, None::<()>)
}

#[cfg(test)]
mod tests;
