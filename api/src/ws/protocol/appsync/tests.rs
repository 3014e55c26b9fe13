//! Every rule of the protocol, as text in and text out.

use super::*;
use crate::ws::token::Credential;
use async_graphql::{ErrorExtensionValues, PathSegment, Value as GraphqlValue};

const INIT: &str = r#"{"type":"connection_init"}"#;
const ACK: &str = r#"{"payload":{"connectionTimeoutMs":300000},"type":"connection_ack"}"#;
const KA: &str = r#"{"type":"ka"}"#;
const QUERY: &str = "subscription { a }";

#[test]
fn init_asks_for_authentication_and_is_acknowledged_with_a_sign_of_life_behind_it() {
    let mut protocol = AppSync::new(Denial::AccessDenied);
    assert_eq!(receive(&mut protocol, INIT), ["authenticate"]);
    assert!(receive(&mut protocol, INIT).is_empty(), "it is under way");
    assert_eq!(protocol.send(Event::Acknowledged), [ACK, KA]);
    assert_eq!(receive(&mut protocol, INIT), [format!("send {ACK}"), format!("send {KA}")]);
    assert_eq!(protocol.send(Event::Beat), [KA]);
}

#[test]
fn what_comes_before_the_acknowledgement_is_ignored() {
    let mut protocol = AppSync::new(Denial::AccessDenied);
    for _ in 0..2 {
        for text in [start("a", QUERY).as_str(), r#"{"type":"stop","id":"a"}"#, "nope"] {
            assert!(receive(&mut protocol, text).is_empty(), "{text}");
        }
        receive(&mut protocol, INIT);
    }
    protocol.send(Event::Acknowledged);
    assert_eq!(receive(&mut protocol, &start("a", QUERY)), ["start a"]);
}

#[test]
fn a_refusal_has_a_type_and_a_code_that_clients_know() {
    for (code, error_type, number) in [
        (CloseCode::Forbidden, "UnauthorizedException", 401),
        (CloseCode::CredentialMissing, "BadRequestException", 400),
        (CloseCode::SubprotocolNotAcceptable, "BadRequestException", 400),
        (CloseCode::SubprotocolMissing, "BadRequestException", 400),
        (CloseCode::TooManyConnections, "LimitExceededError", 429),
        (CloseCode::TryAgainLater, "ServiceUnavailable", 503),
    ] {
        let texts = AppSync::new(Denial::AccessDenied).send(Event::Refused { code });
        let message: Value = serde_json::from_str(&texts[0]).unwrap();
        assert_eq!(message["type"], "connection_error");
        let error = &message["payload"]["errors"][0];
        assert_eq!(error["errorType"], error_type);
        assert_eq!(error["errorCode"], number);
    }
}

#[test]
fn a_start_carries_a_request_and_whose_it_is() {
    let data = r#"{"query":"subscription S($r: ID!) { a(r: $r) }","variables":{"r":"hall"}}"#;
    let authorization = json!({ "Authorization": "a.b.c", "host": "h", "x-amz-user-agent": "x" });
    let extensions = json!({ "authorization": authorization });
    let payload = json!({ "data": data, "extensions": extensions });
    let text = json!({ "id": "1", "type": "start", "payload": payload }).to_string();
    let commands = acknowledged().receive(&text);
    let [Command::Start { request, credential: Some(Credential::Token(token)), .. }] =
        &commands[..]
    else {
        panic!("{commands:?}")
    };
    assert_eq!(request.query, "subscription S($r: ID!) { a(r: $r) }");
    assert_eq!(request.variables.get("r"), Some(&GraphqlValue::from("hall")));
    assert_eq!(token.as_str(), "a.b.c");
}

#[test]
fn what_is_no_message_is_answered_and_closes_nothing() {
    let start = |payload: Value| json!({ "id": "1", "type": "start", "payload": payload });
    let authorization = json!({ "authorization": { "Authorization": "t" } });
    for (text, id) in [
        ("nope".to_owned(), None),
        ("[]".to_owned(), None),
        ("[".repeat(100_000), None),
        (r#"{"type":"start"}"#.to_owned(), None),
        (r#"{"type":"stop","id":""}"#.to_owned(), None),
        (r#"{"type":"start","id":7}"#.to_owned(), None),
        (r#"{"type":"subscribe","id":"1"}"#.to_owned(), Some("1")),
        (r#"{"id":"1"}"#.to_owned(), Some("1")),
        (r#"{"type":"start","id":"1"}"#.to_owned(), Some("1")),
        (start(json!({ "query": QUERY })).to_string(), Some("1")),
        (start(json!({ "data": "{", "extensions": authorization })).to_string(), Some("1")),
        (start(json!({ "data": "{}", "extensions": authorization })).to_string(), Some("1")),
        (start(json!({ "data": { "query": QUERY } })).to_string(), Some("1")),
        (start(json!({ "data": json!({ "query": QUERY }).to_string() })).to_string(), Some("1")),
    ] {
        let commands = acknowledged().receive(&text);
        let [Command::Send(answer)] = &commands[..] else { panic!("{text:.80}: {commands:?}") };
        let answer: Value = serde_json::from_str(answer).unwrap();
        assert_eq!((&answer["type"], answer["id"].as_str()), (&json!("error"), id), "{text:.80}");
        assert!(answer["payload"]["errors"][0]["errorType"].is_string(), "{answer}");
    }
}

/// Trap 7.
#[test]
fn a_start_that_is_repeated_is_acknowledged_again_once_it_is_live() {
    let mut protocol = acknowledged();
    assert_eq!(receive(&mut protocol, &start("a", QUERY)), ["start a"]);
    assert!(receive(&mut protocol, &start("a", QUERY)).is_empty(), "it will be acknowledged");
    let ack = r#"{"id":"a","type":"start_ack"}"#;
    assert_eq!(protocol.send(Event::Started { id: id("a") }), [ack]);
    assert_eq!(receive(&mut protocol, &start("a", QUERY)), [format!("send {ack}")]);
    let [answer] = &receive(&mut protocol, &start("a", "subscription { b }"))[..] else { panic!() };
    assert!(answer.contains("DuplicatedOperationError") && answer.contains(r#""id":"a""#));
}

#[test]
fn an_id_is_free_again_when_its_operation_has_ended() {
    let mut protocol = acknowledged();
    receive(&mut protocol, &start("a", QUERY));
    let stop = r#"{"type":"stop","id":"a"}"#;
    let complete = r#"send {"id":"a","type":"complete"}"#;
    assert_eq!(receive(&mut protocol, stop), ["stop a", complete]);
    assert!(receive(&mut protocol, stop).is_empty());
    assert_eq!(receive(&mut protocol, &start("a", "subscription { b }")), ["start a"]);
    for end in [
        Event::Failed { id: id("a"), errors: Vec::new() },
        Event::Unsupported { id: id("a") },
        Event::Completed { id: id("a") },
    ] {
        assert_eq!(protocol.send(end).len(), 1);
        assert_eq!(receive(&mut protocol, &start("a", QUERY)), ["start a"]);
    }
}

/// Trap 6.
#[test]
fn what_the_server_ends_is_told_as_an_error() {
    let mut protocol = acknowledged();
    receive(&mut protocol, &start("a", QUERY));
    let told = protocol.send(Event::Completed { id: id("a") });
    let told: Value = serde_json::from_str(&told[0]).unwrap();
    assert_eq!((&told["type"], &told["id"]), (&json!("error"), &json!("a")));
    assert_eq!(told["payload"]["errors"][0]["message"], "Subscription complete.");
    assert!(protocol.send(next("a", Response::default())).is_empty());
    assert!(protocol.send(Event::Completed { id: id("a") }).is_empty());
}

/// Trap 4.
#[test]
fn a_denial_has_the_word_that_was_chosen() {
    for (denial, word) in
        [(Denial::AccessDenied, "AccessDenied"), (Denial::Unauthorized, "Unauthorized")]
    {
        let mut protocol = acknowledged_with(denial);
        receive(&mut protocol, &start("a", QUERY));
        let errors = vec![coded("FORBIDDEN")];
        let told = protocol.send(Event::Failed { id: id("a"), errors });
        let told: Value = serde_json::from_str(&told[0]).unwrap();
        assert_eq!(told["payload"]["errors"][0]["errorType"], word);
    }
}

#[test]
fn data_is_the_response_behind_its_head() {
    let mut protocol = acknowledged();
    receive(&mut protocol, &start("a", QUERY));
    let response = Response::new(GraphqlValue::from_json(json!({ "a": 7 })).unwrap());
    let text = format!("{}{}}}", AppSync::data_head(&id("a")), r#"{"data":{"a":7}}"#);
    assert_eq!(protocol.send(next("a", response)), [text.as_str()]);
    assert_eq!(text, r#"{"id":"a","type":"data","payload":{"data":{"a":7}}}"#);
}

#[test]
fn errors_come_beside_data_that_clients_do_not_drop() {
    let failed = || {
        let path = vec![PathSegment::Field("alias".to_owned())];
        Response::from_errors(vec![ServerError { path, ..coded("FORBIDDEN") }])
    };
    let told: Value = serde_json::from_str(&payload(&failed())).unwrap();
    assert_eq!(told["data"], json!({ "alias": null }));
    assert_eq!(told["errors"][0]["errorType"], "Unauthorized");
    assert_eq!(told["errors"][0]["path"], json!(["alias"]));
    let nameless = Response::from_errors(vec![coded("INTERNAL")]);
    let told: Value = serde_json::from_str(&payload(&nameless)).unwrap();
    assert_eq!(told["data"], json!({}));
}

#[test]
fn what_is_too_large_is_replaced_by_an_error() {
    let of = |bytes| {
        let data = json!({ "large": "x".repeat(bytes) });
        payload(&Response::new(GraphqlValue::from_json(data).unwrap()))
    };
    let most = 240 * 1024 - r#"{"data":{"large":""}}"#.len();
    assert_eq!(of(most).len(), 240 * 1024);
    let told: Value = serde_json::from_str(&of(most + 1)).unwrap();
    assert_eq!(told["data"], json!({ "large": null }));
    assert_eq!(told["errors"][0]["errorType"], "PayloadTooLarge");
}

fn acknowledged() -> AppSync {
    acknowledged_with(Denial::AccessDenied)
}

fn acknowledged_with(denial: Denial) -> AppSync {
    let mut protocol = AppSync::new(denial);
    receive(&mut protocol, INIT);
    protocol.send(Event::Acknowledged);
    protocol
}

fn receive(protocol: &mut AppSync, text: &str) -> Vec<String> {
    let tell = |command| match command {
        Command::Authenticate { credential: None } => "authenticate".to_owned(),
        Command::Start { id, credential: Some(_), .. } => format!("start {}", id.as_str()),
        Command::Stop { id } => format!("stop {}", id.as_str()),
        Command::Send(text) => format!("send {text}"),
        other => panic!("{other:?}"),
    };
    protocol.receive(text).into_iter().map(tell).collect()
}

fn start(id: &str, query: &str) -> String {
    let data = json!({ "query": query, "variables": {} }).to_string();
    let extensions = json!({ "authorization": { "Authorization": "t", "host": "h" } });
    let payload = json!({ "data": data, "extensions": extensions });
    json!({ "id": id, "type": "start", "payload": payload }).to_string()
}

fn next(name: &str, response: Response) -> Event {
    Event::Next { id: id(name), response: Box::new(response) }
}

fn coded(code: &str) -> ServerError {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    ServerError { extensions: Some(extensions), ..ServerError::new("no", None) }
}

fn id(text: &str) -> OperationId {
    OperationId::try_from(text.to_owned()).unwrap()
}
