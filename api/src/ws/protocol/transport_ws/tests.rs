//! Every rule of the protocol, as text in and text out.

use super::*;
use async_graphql::{Response, ServerError, Value};
use serde_json::json;

const INIT: &str = r#"{"type":"connection_init"}"#;
const PING: &str = r#"{"type":"ping"}"#;
const PONG: &str = r#"{"type":"pong"}"#;

#[test]
fn init_asks_for_authentication_and_is_acknowledged() {
    let mut protocol = TransportWs::default();
    let commands =
        protocol.receive(r#"{"type":"connection_init","payload":{"Authorization":"Bearer t"}}"#);
    assert_eq!(told(commands), ["authenticate Some(\"t\")"]);
    assert_eq!(send(&mut protocol, Event::Acknowledged), [r#"{"type":"connection_ack"}"#]);
}

#[test]
fn a_second_init_is_refused_in_every_state() {
    let mut protocol = TransportWs::default();
    receive(&mut protocol, INIT);
    assert_eq!(receive(&mut protocol, INIT), ["close TooManyInitialisationRequests"]);
    assert_eq!(receive(&mut acknowledged(), INIT), ["close TooManyInitialisationRequests"]);
}

#[test]
fn what_is_no_message_is_refused_in_every_state() {
    for text in [
        "",
        "{nope",
        "null",
        "[1]",
        r#"["ping"]"#,
        "\u{0}",
        r#"{"id":"1"}"#,
        r#"{"type":7}"#,
        r#"{"type":"shout"}"#,
        r#"{"type":"start","id":"1","payload":{"query":"{a}"}}"#,
        r#"{"type":"next","id":"1","payload":{}}"#,
        r#"{"type":"connection_ack"}"#,
        r#"{"type":"connection_init","payload":"x"}"#,
        r#"{"type":"connection_init","payload":[]}"#,
        r#"{"type":"ping","payload":1}"#,
        r#"{"type":"complete"}"#,
        r#"{"type":"complete","id":""}"#,
        r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
        r#"{"type":"subscribe","id":7,"payload":{"query":"{a}"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","id":"1","payload":["{a}"]}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":5}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[1]}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":3}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","extensions":"x"}}"#,
        &json!({ "type": "subscribe", "id": "i".repeat(257), "payload": { "query": "{a}" } })
            .to_string(),
        &"[".repeat(100_000),
    ] {
        assert_eq!(
            receive(&mut TransportWs::default(), text),
            ["close InvalidMessage"],
            "before init: {text:.80}"
        );
        assert_eq!(
            receive(&mut acknowledged(), text),
            ["close InvalidMessage"],
            "after the ack: {text:.80}"
        );
    }
}

#[test]
fn an_operation_before_the_acknowledgement_is_unauthorized() {
    let mut protocol = TransportWs::default();
    assert_eq!(receive(&mut protocol, &subscribe("1")), ["close Unauthorized"]);
    let mut protocol = TransportWs::default();
    receive(&mut protocol, INIT);
    assert_eq!(receive(&mut protocol, &subscribe("1")), ["close Unauthorized"]);
}

#[test]
fn subscribe_carries_what_the_schema_runs() {
    let text = r#"{"type":"subscribe","id":"1","zzz":1,"payload":{"query":"query A { a }","operationName":"A",
        "variables":{"x":1},"extensions":{"e":[true]}}}"#;
    let commands = acknowledged().receive(text);
    let [Command::Start { request, .. }] = &commands[..] else { panic!("{commands:?}") };
    assert_eq!(
        (request.query.as_str(), request.operation_name.as_deref()),
        ("query A { a }", Some("A"))
    );
    assert_eq!(request.variables.get("x"), Some(&Value::from(1)));
    assert!(request.extensions.0.is_empty(), "nothing reads them");
}

#[test]
fn null_counts_as_absent() {
    let text = r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":null,"variables":null,"extensions":null}}"#;
    assert_eq!(receive(&mut acknowledged(), text), ["start 1"]);
    assert_eq!(
        receive(&mut TransportWs::default(), r#"{"type":"connection_init","payload":null}"#),
        ["authenticate None"]
    );
}

#[test]
fn an_id_is_taken_while_its_operation_runs_and_free_afterwards() {
    let mut protocol = acknowledged();
    for end in [Event::Completed { id: id("a") }, Event::Failed { id: id("a"), errors: Vec::new() }]
    {
        assert_eq!(receive(&mut protocol, &subscribe("a")), ["start a"]);
        send(&mut protocol, end);
    }
    assert_eq!(receive(&mut protocol, &subscribe("a")), ["start a"]);
    assert_eq!(receive(&mut protocol, r#"{"type":"complete","id":"a"}"#), ["stop a"]);
    assert_eq!(receive(&mut protocol, &subscribe("a")), ["start a"]);
    assert_eq!(receive(&mut protocol, &subscribe("a")), ["close SubscriberAlreadyExists"]);
}

#[test]
fn events_become_messages_until_the_operation_ends() {
    let mut protocol = acknowledged();
    receive(&mut protocol, &subscribe("a"));
    assert!(send(&mut protocol, Event::Started { id: id("a") }).is_empty());
    assert_eq!(
        send(&mut protocol, next("a")),
        [r#"{"id":"a","type":"next","payload":{"data":7}}"#]
    );
    assert_eq!(
        send(&mut protocol, Event::Completed { id: id("a") }),
        [r#"{"id":"a","type":"complete"}"#]
    );
    assert!(send(&mut protocol, next("a")).is_empty());
    assert!(send(&mut protocol, Event::Completed { id: id("a") }).is_empty());
}

#[test]
fn a_failure_is_an_error_message_with_an_array() {
    let mut protocol = acknowledged();
    receive(&mut protocol, &subscribe("a"));
    let errors = vec![ServerError::new("no", None)];
    assert_eq!(
        send(&mut protocol, Event::Failed { id: id("a"), errors }),
        [r#"{"id":"a","type":"error","payload":[{"message":"no"}]}"#]
    );
}

#[test]
fn a_ping_is_answered_with_its_payload_in_every_state() {
    let ping = r#"{"type":"ping","payload":{"a":[1,null]}}"#;
    let pong = r#"send {"type":"pong","payload":{"a":[1,null]}}"#;
    assert_eq!(receive(&mut TransportWs::default(), ping), [pong]);
    assert_eq!(receive(&mut acknowledged(), ping), [pong]);
}

#[test]
fn pongs_and_stray_completes_are_ignored() {
    assert!(receive(&mut acknowledged(), r#"{"type":"pong","payload":{"x":1}}"#).is_empty());
    assert!(receive(&mut acknowledged(), r#"{"type":"complete","id":"zzz"}"#).is_empty());
    assert!(receive(&mut TransportWs::default(), r#"{"type":"complete","id":"zzz"}"#).is_empty());
}

#[test]
fn a_pong_waits_for_the_operations_before_its_ping_and_for_no_other() {
    let mut protocol = acknowledged();
    receive(&mut protocol, &subscribe("a"));
    receive(&mut protocol, &subscribe("b"));
    assert!(receive(&mut protocol, PING).is_empty());
    receive(&mut protocol, &subscribe("c"));
    assert!(send(&mut protocol, Event::Started { id: id("b") }).is_empty());
    assert_eq!(send(&mut protocol, Event::Started { id: id("a") }), [PONG]);
    assert!(receive(&mut protocol, PING).is_empty(), "c has not started");
}

#[test]
fn whatever_ends_an_operation_releases_the_pongs_behind_it() {
    let failed = Event::Failed { id: id("a"), errors: Vec::new() };
    for end in [failed, Event::Completed { id: id("a") }] {
        let mut protocol = acknowledged();
        receive(&mut protocol, &subscribe("a"));
        receive(&mut protocol, PING);
        receive(&mut protocol, PING);
        assert_eq!(send(&mut protocol, end)[1..], [PONG, PONG]);
    }
    let mut protocol = acknowledged();
    receive(&mut protocol, &subscribe("a"));
    receive(&mut protocol, PING);
    assert_eq!(
        receive(&mut protocol, r#"{"type":"complete","id":"a"}"#),
        ["stop a", &format!("send {PONG}")]
    );
}

#[test]
fn waiting_pongs_are_bounded() {
    let mut protocol = acknowledged();
    receive(&mut protocol, &subscribe("a"));
    let large = json!({ "type": "ping", "payload": { "p": "x".repeat(20_000) } }).to_string();
    (0..3).for_each(|_| assert!(receive(&mut protocol, &large).is_empty()));
    assert_eq!(receive(&mut protocol, &large), ["close TooManyMessages"]);
}

fn acknowledged() -> TransportWs {
    let mut protocol = TransportWs::default();
    receive(&mut protocol, INIT);
    send(&mut protocol, Event::Acknowledged);
    protocol
}

fn receive(protocol: &mut TransportWs, text: &str) -> Vec<String> {
    told(protocol.receive(text))
}

fn send(protocol: &mut TransportWs, event: Event) -> Vec<String> {
    protocol.send(event).collect()
}

fn told(commands: Vec<Command>) -> Vec<String> {
    let tell = |command| match command {
        Command::Authenticate { credential: None } => "authenticate None".to_owned(),
        Command::Authenticate { credential: Some(Credential::Token(token)) } => {
            format!("authenticate Some({:?})", token.as_str())
        }
        Command::Authenticate { credential } => panic!("{credential:?}"),
        Command::Start { id, .. } => format!("start {}", id.as_str()),
        Command::Stop { id } => format!("stop {}", id.as_str()),
        Command::Send(text) => format!("send {text}"),
        Command::Close(close) => format!("close {:?}", close.code()),
    };
    commands.into_iter().map(tell).collect()
}

fn subscribe(id: &str) -> String {
    json!({ "type": "subscribe", "id": id, "payload": { "query": "{a}" } }).to_string()
}

fn next(name: &str) -> Event {
    Event::Next { id: id(name), response: Box::new(Response::new(Value::from(7))) }
}

fn id(text: &str) -> OperationId {
    OperationId::try_from(text.to_owned()).unwrap()
}
