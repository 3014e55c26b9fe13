//! GraphQL over server-sent events, "distinct connections mode"
//! (<https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>): one request, one operation, and its results as a
//! stream of events.
//!
//! A client says nothing after its request, so this protocol only sends. Two comments go beyond it, which clients skip: one
//! once a subscription is live, and one that says why the server ends a stream.

use super::{Event, OperationId};
use crate::ws::close_code::Close;
use async_graphql::Response;
use serde::Serialize;

/// A `next` event up to its data, a response; [`NEXT_TAIL`] ends it.
pub(in crate::ws) const NEXT_HEAD: &str = "event: next\ndata: ";

/// What ends an event. JSON as it is written here has no line breaks.
pub(in crate::ws) const NEXT_TAIL: &[u8] = b"\n\n";

/// Says that nothing more comes. The empty field is there for browsers, which would not hear of an event without data.
const COMPLETE: &str = "event: complete\ndata: \n\n";

/// A comment: keeps what stands in between from taking the connection for a dead one.
const SIGN_OF_LIFE: &str = ":\n\n";

/// The state of a stream: whether its operation has ended.
#[derive(Debug, Default)]
pub(crate) struct EventStream {
    has_ended: bool,
}

#[derive(Serialize)]
struct Refusal<'a, E> {
    errors: &'a E,
}

impl EventStream {
    /// The name of the one operation, which is never sent.
    pub(crate) fn operation_id() -> OperationId {
        OperationId::try_from("stream".to_owned()).expect("it is neither empty nor long")
    }

    /// Says what the client is to hear of an event.
    pub(crate) fn send(&mut self, event: Event) -> Option<String> {
        match event {
            _ if self.has_ended => None,
            // The first of these comments tells that the subscription is live.
            Event::Started { .. } | Event::Beat => Some(SIGN_OF_LIFE.to_owned()),
            Event::Next { response, .. } => Some(next::<Response>(&response)),
            Event::Failed { errors, .. } => {
                self.has_ended = true;
                Some(refusal(&errors))
            }
            Event::Completed { .. } | Event::Unsupported { .. } => {
                self.has_ended = true;
                Some(COMPLETE.to_owned())
            }
            // Who calls is known before there is a stream.
            Event::Acknowledged | Event::Refused { .. } => None,
        }
    }

    /// Whether there is nothing more to say.
    pub(crate) fn has_ended(&self) -> bool {
        self.has_ended
    }
}

/// The whole stream of a request that is refused before anything is executed.
pub(crate) fn refusal(errors: &impl Serialize) -> String {
    format!("{}{COMPLETE}", next(&Refusal { errors }))
}

/// Says why the server ends a stream. The client comes back, as it does when a connection breaks.
pub(in crate::ws) fn farewell(close: &Close) -> String {
    format!(": {} {}\n\n", close.code().number(), close.code().reason())
}

fn next<T: Serialize>(payload: &T) -> String {
    let json = serde_json::to_string(payload).expect("all keys are strings, so it has a JSON form");
    format!("{NEXT_HEAD}{json}\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ws::CloseCode;
    use async_graphql::{ServerError, Value};
    use serde_json::json;

    fn id() -> OperationId {
        EventStream::operation_id()
    }

    fn result(text: &str) -> Event {
        let response = Response::new(Value::from_json(json!({ "a": text })).unwrap());
        Event::Next { id: id(), response: Box::new(response) }
    }

    #[test]
    fn results_are_events_until_the_operation_ends() {
        let mut stream = EventStream::default();
        assert_eq!(stream.send(Event::Started { id: id() }).unwrap(), ":\n\n");
        assert_eq!(
            stream.send(result("two\nlines")).unwrap(),
            "event: next\ndata: {\"data\":{\"a\":\"two\\nlines\"}}\n\n"
        );
        assert_eq!(stream.send(Event::Beat).unwrap(), ":\n\n");
        assert!(!stream.has_ended());
        assert_eq!(
            stream.send(Event::Completed { id: id() }).unwrap(),
            "event: complete\ndata: \n\n"
        );
        assert!(stream.has_ended());
        for event in [result("late"), Event::Beat, Event::Completed { id: id() }] {
            assert_eq!(stream.send(event), None);
        }
    }

    #[test]
    fn what_is_refused_is_a_result_with_errors_and_the_end() {
        let mut stream = EventStream::default();
        let errors = vec![ServerError::new("no", None)];
        assert_eq!(
            stream.send(Event::Failed { id: id(), errors }).unwrap(),
            "event: next\ndata: {\"errors\":[{\"message\":\"no\"}]}\n\nevent: complete\ndata: \n\n"
        );
        assert!(stream.has_ended());
    }

    #[test]
    fn why_the_server_ends_it_is_a_comment() {
        assert_eq!(farewell(&CloseCode::ServiceRestart.into()), ": 1012 Service restart\n\n");
    }
}
