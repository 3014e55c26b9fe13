//! Every rule of the protocol, as text in and text out.

use super::*;
use async_graphql::{ErrorExtensionValues, Response, Value as GraphqlValue};

const INIT: &str = r#"{"type":"connection_init","payload":{"Authorization":"t"}}"#;
const ACK: &str = r#"{"type":"connection_ack"}"#;
const KA: &str = r#"{"type":"ka"}"#;

#[test]
fn init_asks_for_authentication_and_is_acknowledged_with_a_sign_of_life_behind_it() {
    let mut protocol = SubscriptionsTransportWs::default();
    assert_eq!(receive(&mut protocol, INIT), ["authenticate as Token(***)"]);
    assert_eq!(protocol.send(Event::Acknowledged), [ACK, KA]);
    assert_eq!(protocol.send(Event::Beat), [KA]);
}

#[test]
fn init_may_show_nothing_because_the_upgrade_request_may() {
    for payload in ["", r#","payload":null"#, r#","payload":{}"#, r#","payload":"x""#] {
        let init = format!(r#"{{"type":"connection_init"{payload}}}"#);
        let told = receive(&mut SubscriptionsTransportWs::default(), &init);
        assert_eq!(told, ["authenticate as nobody"], "{payload}");
    }
}

/// The client sends what it has queued right behind `connection_init`.
#[test]
fn what_comes_before_the_acknowledgement_waits_in_its_order() {
    let mut protocol = SubscriptionsTransportWs::default();
    receive(&mut protocol, INIT);
    for text in [start("1"), start("2"), stop("1"), start("3")] {
        assert!(receive(&mut protocol, &text).is_empty(), "{text}");
    }
    protocol.send(Event::Acknowledged);
    let released = protocol.released().into_iter().map(tell).collect::<Vec<_>>();
    let stopped = r#"send {"id":"1","type":"complete"}"#;
    assert_eq!(released, ["start 1", "start 2", "stop 1", stopped, "start 3"]);
    assert!(protocol.released().is_empty());
    assert_eq!(receive(&mut protocol, &start("4")), ["start 4"]);
}

#[test]
fn what_waits_is_bounded_in_bytes_and_in_number() {
    let large = |id: usize| {
        let query = format!("{{ a }} #{}", "x".repeat(60 * 1024));
        json!({ "id": id.to_string(), "type": "start", "payload": { "query": query } }).to_string()
    };
    let small = |id: usize| start(&id.to_string());
    for (of, allowed) in [(&large as &dyn Fn(usize) -> String, 4), (&small, MAX_EARLY)] {
        let mut protocol = SubscriptionsTransportWs::default();
        receive(&mut protocol, INIT);
        for id in 0..allowed {
            assert!(receive(&mut protocol, &of(id)).is_empty(), "{id}");
        }
        assert_eq!(receive(&mut protocol, &of(allowed)), ["close 4801"]);
    }
}

#[test]
fn an_operation_before_init_is_refused() {
    let mut protocol = SubscriptionsTransportWs::default();
    let [answer] = &receive(&mut protocol, &start("1"))[..] else { panic!() };
    assert!(answer.contains(r#""id":"1","type":"error""#), "{answer}");
    assert!(answer.contains("UNAUTHENTICATED"), "{answer}");
    assert!(receive(&mut protocol, &stop("1")).is_empty());
    assert_eq!(receive(&mut protocol, INIT), ["authenticate as Token(***)"]);
}

#[test]
fn a_second_init_is_told_and_closes() {
    for acknowledged in [true, false] {
        let mut protocol = SubscriptionsTransportWs::default();
        receive(&mut protocol, INIT);
        if acknowledged {
            protocol.send(Event::Acknowledged);
            protocol.released();
        }
        let told = receive(&mut protocol, INIT);
        assert!(told[0].contains("connection_error"), "{told:?}");
        assert_eq!(told[1], "close 4429");
    }
}

#[test]
fn a_refusal_has_a_code_that_the_application_can_read() {
    for (code, expected) in [
        (CloseCode::Forbidden, "UNAUTHENTICATED"),
        (CloseCode::CredentialMissing, "UNAUTHENTICATED"),
        (CloseCode::TooManyConnections, "RATE_LIMITED"),
        (CloseCode::TryAgainLater, "UNAVAILABLE"),
    ] {
        let told = SubscriptionsTransportWs::default().send(Event::Refused { code });
        let message: Value = serde_json::from_str(&told[0]).unwrap();
        assert_eq!(message["type"], "connection_error");
        assert_eq!(message["payload"]["extensions"]["code"], expected);
        assert_eq!(message["payload"]["message"], code.reason());
    }
}

#[test]
fn an_id_in_use_is_taken_over() {
    let mut protocol = acknowledged();
    assert_eq!(receive(&mut protocol, &start("1")), ["start 1"]);
    assert_eq!(receive(&mut protocol, &start("1")), ["stop 1", "start 1"]);
}

#[test]
fn an_operation_that_has_ended_says_no_more() {
    let complete = r#"{"id":"1","type":"complete"}"#;
    for event in [Event::Completed { id: id("1") }, Event::Unsupported { id: id("1") }] {
        let mut protocol = acknowledged();
        receive(&mut protocol, &start("1"));
        assert_eq!(protocol.send(event), [complete]);
        assert!(protocol.send(Event::Completed { id: id("1") }).is_empty());
        assert!(protocol.send(next("1")).is_empty());
        assert!(receive(&mut protocol, &stop("1")).is_empty());
    }
    let mut protocol = acknowledged();
    receive(&mut protocol, &start("1"));
    assert_eq!(receive(&mut protocol, &stop("1")), ["stop 1", &format!("send {complete}")]);
    assert!(protocol.send(next("1")).is_empty());
}

#[test]
fn data_is_the_response_behind_its_head() {
    let mut protocol = acknowledged();
    receive(&mut protocol, &start("1"));
    assert!(protocol.send(Event::Started { id: id("1") }).is_empty());
    let head = SubscriptionsTransportWs::data_head(&id("1"));
    let text = format!("{head}{}}}", r#"{"data":{"a":7}}"#);
    assert_eq!(protocol.send(next("1")), [text.as_str()]);
    assert_eq!(text, r#"{"id":"1","type":"data","payload":{"data":{"a":7}}}"#);
}

#[test]
fn what_is_refused_is_data_with_errors_and_then_complete() {
    let mut protocol = acknowledged();
    receive(&mut protocol, &start("1"));
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", "FORBIDDEN");
    let error = ServerError { extensions: Some(extensions), ..ServerError::new("no", None) };
    let told = protocol.send(Event::Failed { id: id("1"), errors: vec![error] });
    let data: Value = serde_json::from_str(&told[0]).unwrap();
    assert_eq!((&data["type"], &data["id"]), (&json!("data"), &json!("1")));
    assert_eq!(data["payload"]["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert!(data["payload"].get("data").is_none());
    assert_eq!(told[1..], [r#"{"id":"1","type":"complete"}"#]);
}

#[test]
fn what_is_no_message_is_answered_and_closes_nothing() {
    for (text, kind) in [
        ("nope", "connection_error"),
        ("[1]", "connection_error"),
        (&"[".repeat(100_000), "connection_error"),
        (r#"{"type":"start","payload":{"query":"{ a }"}}"#, "connection_error"),
        (r#"{"type":"stop","id":7}"#, "connection_error"),
        (r#"{"type":"shout"}"#, "connection_error"),
        (r#"{"type":"shout","id":"1"}"#, "error"),
        (r#"{"type":"start","id":"1"}"#, "error"),
        (r#"{"type":"start","id":"1","payload":{}}"#, "error"),
        (r#"{"type":"start","id":"1","payload":{"query":7}}"#, "error"),
        (r#"{"type":"start","id":"1","payload":{"query":"{ a }","variables":[]}}"#, "error"),
    ] {
        let told = receive(&mut acknowledged(), text);
        let [answer] = &told[..] else { panic!("{told:?}") };
        let answer: Value = serde_json::from_str(answer.strip_prefix("send ").unwrap()).unwrap();
        assert_eq!(answer["type"], kind, "{text:.60}");
        assert_eq!(answer["payload"]["extensions"]["code"], "BAD_USER_INPUT");
    }
}

#[test]
fn a_client_that_is_done_says_so() {
    let told = receive(&mut acknowledged(), r#"{"type":"connection_terminate","payload":null}"#);
    assert_eq!(told, ["close 1000"]);
}

fn acknowledged() -> SubscriptionsTransportWs {
    let mut protocol = SubscriptionsTransportWs::default();
    receive(&mut protocol, INIT);
    protocol.send(Event::Acknowledged);
    assert!(protocol.released().is_empty());
    protocol
}

fn receive(protocol: &mut SubscriptionsTransportWs, text: &str) -> Vec<String> {
    protocol.receive(text).into_iter().map(tell).collect()
}

fn tell(command: Command) -> String {
    match command {
        Command::Authenticate { credential: None } => "authenticate as nobody".to_owned(),
        Command::Authenticate { credential: Some(Credential::Token(token)) } => {
            format!("authenticate as {token:?}")
        }
        Command::Start { id, credential: None, .. } => format!("start {}", id.as_str()),
        Command::Stop { id } => format!("stop {}", id.as_str()),
        Command::Send(text) => format!("send {text}"),
        Command::Close(close) => format!("close {}", close.code().number()),
        other => panic!("{other:?}"),
    }
}

fn start(id: &str) -> String {
    json!({ "id": id, "type": "start", "payload": { "query": "{ a }" } }).to_string()
}

fn stop(id: &str) -> String {
    json!({ "id": id, "type": "stop" }).to_string()
}

fn next(name: &str) -> Event {
    let response = Response::new(GraphqlValue::from_json(json!({ "a": 7 })).unwrap());
    Event::Next { id: id(name), response: Box::new(response) }
}

fn id(text: &str) -> OperationId {
    OperationId::try_from(text.to_owned()).unwrap()
}
