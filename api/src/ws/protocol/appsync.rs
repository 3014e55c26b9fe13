//! AppSync's real-time protocol, subprotocol `graphql-ws`
//! (<https://docs.aws.amazon.com/appsync/latest/devguide/real-time-websocket-client.html>).
//!
//! Every `start` shows a credential of its own. `start_ack` is sent once the subscription is live, which is more than
//! AppSync promises. Whatever is wrong with a message is answered by an `error`, and the socket stays open: Amplify's
//! subscriptions share one, and come back five seconds after it closes.

mod message;
mod payload;

pub(in crate::ws) use payload::rewritten;

use super::{Command, Event, OperationId};
use crate::{
    appsync::{AppSyncError, Denial},
    ws::{CloseCode, operation_map::OperationMap, protocol::message::result_head},
};
use async_graphql::{Response, ServerError};
use message::{ClientMessage, Start};
use payload::payload;
use serde_json::{Value, json};

/// The state of one connection.
#[derive(Debug)]
pub(crate) struct AppSync {
    state: State,
    denial: Denial,
    operations: OperationMap<Operation>,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    AwaitingInit,
    Authenticating,
    Acknowledged,
}

#[derive(Debug)]
struct Operation {
    /// Tells a repeated `start` from another one with the same id.
    fingerprint: u64,
    is_live: bool,
}

/// How long a client waits for a `ka` before it takes the connection for lost.
const CONNECTION_TIMEOUT_MS: u32 = 300_000;

/// Clients take it as a sign of life; Amplify needs one right behind `connection_ack`, because until then it counts from the time
/// its page was loaded.
const KEEP_ALIVE: &str = r#"{"type":"ka"}"#;

impl AppSync {
    /// The name by which it is negotiated.
    pub(crate) const SUBPROTOCOL: &'static str = "graphql-ws";

    /// A connection at its beginning; `denial` names a subscription that is denied.
    pub(crate) fn new(denial: Denial) -> Self {
        Self { state: State::AwaitingInit, denial, operations: OperationMap::default() }
    }

    /// A `data` message up to its payload, a response; a brace ends it.
    pub(crate) fn data_head(id: &OperationId) -> String {
        result_head("data", id)
    }

    /// Reads one message of the client.
    pub(crate) fn receive(&mut self, text: &str) -> Vec<Command> {
        match (&self.state, ClientMessage::parse(text)) {
            (State::AwaitingInit, Ok(ClientMessage::ConnectionInit)) => {
                self.state = State::Authenticating;
                vec![Command::Authenticate { credential: None }]
            }
            // As documented: what comes before the acknowledgement is ignored.
            (State::AwaitingInit | State::Authenticating, _) => Vec::new(),
            (State::Acknowledged, Ok(ClientMessage::ConnectionInit)) => {
                greeting().map(Command::Send).into()
            }
            (State::Acknowledged, Ok(ClientMessage::Start(start))) => {
                self.start(start).into_iter().collect()
            }
            (State::Acknowledged, Ok(ClientMessage::Stop { id })) => self.stop(id),
            (State::Acknowledged, Err(fault)) => {
                let error = json!({ "errorType": fault.error_type, "message": fault.message });
                vec![Command::Send(error_message(fault.id.as_ref(), &json!([error])))]
            }
        }
    }

    /// Says what the client is to hear of an event.
    pub(crate) fn send(&mut self, event: Event) -> Vec<String> {
        match event {
            Event::Acknowledged => {
                self.state = State::Acknowledged;
                greeting().into()
            }
            Event::Refused { code } => vec![connection_error(code)],
            Event::Beat => vec![KEEP_ALIVE.to_owned()],
            Event::Started { id } => self.started(&id),
            Event::Next { id, response } => self.data(&id, &response),
            Event::Failed { id, errors } => self.end(&id, &self.errors(&errors)),
            Event::Unsupported { id } => {
                let message =
                    "only subscriptions run on a socket, send queries and mutations over HTTP";
                self.end(&id, &one_error("UnsupportedOperation", message))
            }
            // Clients have no ear for a `complete` that they did not ask for.
            Event::Completed { id } => {
                self.end(&id, &one_error("SubscriptionComplete", "Subscription complete."))
            }
        }
    }

    fn start(&mut self, start: Start) -> Option<Command> {
        let Start { id, request, credential, fingerprint } = start;
        match self.operations.get_mut(&id) {
            // Amplify repeats a `start` that was not acknowledged in time, on the same socket.
            Some(known) if known.fingerprint == fingerprint => {
                known.is_live.then(|| Command::Send(start_ack(&id)))
            }
            Some(_) => {
                let message = "another operation with this id is running";
                let errors = one_error("DuplicatedOperationError", message);
                Some(Command::Send(error_message(Some(&id), &errors)))
            }
            None => {
                self.operations.insert(id.clone(), Operation { fingerprint, is_live: false });
                Some(Command::Start { id, request, credential: Some(credential) })
            }
        }
    }

    fn stop(&mut self, id: OperationId) -> Vec<Command> {
        if self.operations.remove(&id).is_none() {
            // It has ended by itself meanwhile.
            return Vec::new();
        }
        let complete = json!({ "type": "complete", "id": id.as_str() }).to_string();
        vec![Command::Stop { id }, Command::Send(complete)]
    }

    fn started(&mut self, id: &OperationId) -> Vec<String> {
        let Some(operation) = self.operations.get_mut(id) else { return Vec::new() };
        operation.is_live = true;
        vec![start_ack(id)]
    }

    fn data(&self, id: &OperationId, response: &Response) -> Vec<String> {
        match self.operations.contains(id) {
            true => vec![format!("{}{}}}", Self::data_head(id), payload(response))],
            false => Vec::new(),
        }
    }

    fn end(&mut self, id: &OperationId, errors: &Value) -> Vec<String> {
        self.operations.remove(id).map(|_| error_message(Some(id), errors)).into_iter().collect()
    }

    fn errors(&self, errors: &[ServerError]) -> Value {
        let named = errors.iter().map(|error| AppSyncError::of_subscription(error, self.denial));
        json!(named.collect::<Vec<_>>())
    }
}

fn greeting() -> [String; 2] {
    let payload = json!({ "connectionTimeoutMs": CONNECTION_TIMEOUT_MS });
    let acknowledgement = json!({ "type": "connection_ack", "payload": payload });
    [acknowledgement.to_string(), KEEP_ALIVE.to_owned()]
}

/// Clients tell by `errorCode` whether to come again: not after 400, 401 and 403.
fn connection_error(code: CloseCode) -> String {
    let (error_type, message, error_code) = match code {
        CloseCode::CredentialMissing => {
            ("BadRequestException", "Required headers are missing.", 400)
        }
        CloseCode::SubprotocolMissing => ("BadRequestException", "NoProtocolError", 400),
        CloseCode::SubprotocolNotAcceptable => {
            ("BadRequestException", "SubProtocolNotSupportedError", 400)
        }
        CloseCode::TooManyConnections => ("LimitExceededError", "too many connections", 429),
        CloseCode::TryAgainLater => ("ServiceUnavailable", "try again later", 503),
        _ => (crate::appsync::UNAUTHENTICATED, "You are not authorized to make this call.", 401),
    };
    let error = json!({ "errorType": error_type, "message": message, "errorCode": error_code });
    json!({ "type": "connection_error", "payload": { "errors": [error] } }).to_string()
}

fn start_ack(id: &OperationId) -> String {
    json!({ "type": "start_ack", "id": id.as_str() }).to_string()
}

fn one_error(error_type: &str, message: &str) -> Value {
    json!([{ "errorType": error_type, "message": message }])
}

/// An `error`, of one operation or of a message that belongs to none.
fn error_message(id: Option<&OperationId>, errors: &Value) -> String {
    let mut message = json!({ "type": "error", "payload": { "errors": errors } });
    if let Some(id) = id {
        message["id"] = id.as_str().into();
    }
    message.to_string()
}

#[cfg(test)]
mod tests;
