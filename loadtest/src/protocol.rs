//! The wire protocols, the client's side, as text in and text out. All that the rest knows of them is here.

mod appsync;
mod transport_ws;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The id of a participant's one operation.
pub(crate) const SUBSCRIPTION_ID: &str = "1";

/// How far into a frame its type is looked for before the frame is parsed.
const HEAD: usize = 64;

/// Which protocol participants speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub(crate) enum Protocol {
    /// graphql-transport-ws: graphql-ws, and with it Apollo, urql and Relay.
    #[default]
    #[value(name = transport_ws::SUBPROTOCOL)]
    TransportWs,
    /// AppSync's real-time protocol: Amplify and the AppSync links.
    #[value(name = "appsync")]
    AppSync,
}

/// What lets a participant in at a host.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Credential<'a> {
    pub(crate) token: &'a str,
    pub(crate) host: &'a str,
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Incoming {
    Acknowledged,
    /// Whatever happens from now on is delivered to the operation that was started last.
    Subscribed,
    /// Data of an operation.
    Next,
    /// A question that is answered with [`transport_ws::PONG`].
    Ping,
    /// A sign of life.
    KeepAlive,
    /// An operation is over, perhaps by these errors.
    Ended {
        id: String,
        errors: Option<String>,
    },
    /// Nothing of this protocol.
    Unknown,
}

impl Protocol {
    /// Where it is spoken, of a server whose API has this address.
    pub(crate) fn url(self, api: &str) -> String {
        match self {
            Self::TransportWs => api.to_owned(),
            Self::AppSync => format!("{api}{}", appsync::REALTIME),
        }
    }

    /// The subprotocol that is agreed on.
    pub(crate) const fn subprotocol(self) -> &'static str {
        match self {
            Self::TransportWs => transport_ws::SUBPROTOCOL,
            Self::AppSync => appsync::SUBPROTOCOL,
        }
    }

    /// What is offered as subprotocols.
    pub(crate) fn offer(self, credential: Credential<'_>) -> String {
        match self {
            Self::TransportWs => self.subprotocol().to_owned(),
            Self::AppSync => appsync::offer(credential),
        }
    }

    pub(crate) fn connection_init(self, credential: Credential<'_>) -> String {
        match self {
            Self::TransportWs => transport_ws::connection_init(credential.token),
            Self::AppSync => appsync::connection_init(),
        }
    }

    /// What starts a subscription. The server answers the last message with [`Incoming::Subscribed`].
    pub(crate) fn subscribe(
        self,
        document: &str,
        variables: &Value,
        credential: Credential<'_>,
    ) -> Vec<String> {
        let id = SUBSCRIPTION_ID;
        match self {
            Self::TransportWs => {
                vec![transport_ws::start(id, document, variables), transport_ws::PING.to_owned()]
            }
            Self::AppSync => vec![appsync::start(id, document, variables, credential)],
        }
    }

    /// What a frame is. Data, of which there is most, is not parsed.
    pub(crate) fn classify(self, frame: &[u8]) -> Incoming {
        let head = &frame[..frame.len().min(HEAD)];
        let data = match self {
            Self::TransportWs => transport_ws::DATA,
            Self::AppSync => appsync::DATA,
        };
        if head.windows(data.len()).any(|window| window == data) {
            return Incoming::Next;
        }
        let Ok(frame) = serde_json::from_slice::<Value>(frame) else { return Incoming::Unknown };
        match self {
            Self::TransportWs => transport_ws::classify(&frame),
            Self::AppSync => appsync::classify(&frame),
        }
    }
}

/// Starts a query or a mutation on a connection that speaks [`Protocol::TransportWs`]; AppSync's has subscriptions alone.
pub(crate) fn operation(id: &str, document: &str, variables: &Value) -> String {
    transport_ws::start(id, document, variables)
}

/// What answers [`Incoming::Ping`].
pub(crate) const PONG: &str = transport_ws::PONG;

/// The errors of a data frame.
pub(crate) fn errors(frame: &[u8]) -> Option<String> {
    let frame: Value = serde_json::from_slice(frame).ok()?;
    let errors = &frame["payload"]["errors"];
    errors.as_array().is_some_and(|errors| !errors.is_empty()).then(|| refusal(errors))
}

/// The code of the first error, or what else it says where it has none.
fn refusal(errors: &Value) -> String {
    let first = &errors[0];
    let told = [&first["extensions"]["code"], &first["errorType"], &first["message"]];
    let told = told.into_iter().find_map(Value::as_str);
    told.unwrap_or("an error without a message").to_owned()
}

fn ended(frame: &Value, errors: Option<&Value>) -> Incoming {
    let id = frame["id"].as_str().unwrap_or_default().to_owned();
    Incoming::Ended { id, errors: errors.map(refusal) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn data_is_recognized_wherever_its_type_stands() {
        for (protocol, name) in [(Protocol::TransportWs, "next"), (Protocol::AppSync, "data")] {
            let payload = json!({ "data": { "filler": "x".repeat(100) } });
            for frame in [
                format!(r#"{{"type":"{name}","id":"1"}}"#),
                format!(r#"{{"id":"1","type":"{name}"}}"#),
                json!({ "payload": payload, "type": name }).to_string(),
            ] {
                assert_eq!(protocol.classify(frame.as_bytes()), Incoming::Next, "{frame}");
            }
            let quoted =
                format!(r#"{{"type":"error","payload":[{{"message":"\"type\":\"{name}\""}}]}}"#);
            assert_ne!(protocol.classify(quoted.as_bytes()), Incoming::Next);
        }
    }

    #[test]
    fn a_refusal_names_its_code() {
        let coded = json!([{ "message": "no", "extensions": { "code": "ROOM_BUSY" } }]);
        let typed =
            json!([{ "message": "no", "errorType": "UnauthorizedException", "errorCode": 401 }]);
        for (protocol, frame, code) in [
            (
                Protocol::TransportWs,
                json!({ "id": "7", "type": "error", "payload": coded }),
                "ROOM_BUSY",
            ),
            (
                Protocol::AppSync,
                json!({ "id": "7", "type": "error", "payload": { "errors": coded } }),
                "ROOM_BUSY",
            ),
            (
                Protocol::AppSync,
                json!({ "id": "7", "type": "connection_error", "payload": { "errors": typed } }),
                "UnauthorizedException",
            ),
        ] {
            let ended = Incoming::Ended { id: "7".to_owned(), errors: Some(code.to_owned()) };
            assert_eq!(protocol.classify(frame.to_string().as_bytes()), ended);
        }
        let next =
            r#"{"id":"7","type":"next","payload":{"data":null,"errors":[{"message":"no"}]}}"#;
        assert_eq!(errors(next.as_bytes()).as_deref(), Some("no"));
        assert_eq!(errors(br#"{"payload":{"data":{}}}"#), None);
    }

    #[test]
    fn a_subscription_is_in_force_when_its_protocol_says_so() {
        let says = |protocol: Protocol, frame: &str| protocol.classify(frame.as_bytes());
        let (plain, appsync) = (Protocol::TransportWs, Protocol::AppSync);
        assert_eq!(says(plain, r#"{"type":"pong"}"#), Incoming::Subscribed);
        assert_eq!(says(appsync, r#"{"type":"start_ack","id":"1"}"#), Incoming::Subscribed);
        assert_eq!(says(appsync, r#"{"type":"ka"}"#), Incoming::KeepAlive);
        // Nothing of one is anything in the other.
        assert_eq!(says(plain, r#"{"type":"ka"}"#), Incoming::Unknown);
        assert_eq!(says(appsync, r#"{"type":"ping"}"#), Incoming::Unknown);
    }

    #[test]
    fn what_is_no_message_is_unknown() {
        for protocol in [Protocol::TransportWs, Protocol::AppSync] {
            for frame in ["", "{}", "[]", "hello", r#"{"type":7}"#] {
                assert_eq!(protocol.classify(frame.as_bytes()), Incoming::Unknown);
            }
        }
    }
}
