//! Requests that ask for a WebSocket, well and badly.

use super::*;

const SOUND: [(&str, &str); 4] = [
    ("upgrade", "WebSocket"),
    ("connection", "keep-alive, Upgrade"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

#[test]
fn the_key_is_answered_as_the_rfc_says() {
    let handshake = Handshake::parse(&request(&SOUND), false).unwrap();
    let response = handshake.response();
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    assert_eq!(response.headers()[SEC_WEBSOCKET_ACCEPT], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assert!(!response.headers().contains_key(SEC_WEBSOCKET_PROTOCOL));
}

#[test]
fn compression_is_agreed_to_only_where_it_is_allowed() {
    let offer = ("sec-websocket-extensions", "permessage-deflate; client_max_window_bits");
    let headers: Vec<_> = SOUND.into_iter().chain([offer]).collect();
    for (allowed, answer) in [
        (false, None),
        (true, Some("permessage-deflate; server_no_context_takeover; client_no_context_takeover")),
    ] {
        let response = Handshake::parse(&request(&headers), allowed).unwrap().response();
        let extensions = response.headers().get(SEC_WEBSOCKET_EXTENSIONS);
        assert_eq!(extensions.map(|value| value.to_str().unwrap()), answer);
    }
}

#[test]
fn the_subprotocol_is_found_anywhere_in_the_offer() {
    for offer in [
        &["graphql-transport-ws"][..],
        &["foo, graphql-transport-ws"],
        &["foo", "bar,graphql-transport-ws"],
    ] {
        let offered = offer.iter().map(|line| ("sec-websocket-protocol", *line));
        let headers: Vec<_> = SOUND.into_iter().chain(offered).collect();
        let response = Handshake::parse(&request(&headers), false).unwrap().response();
        assert_eq!(response.headers()[SEC_WEBSOCKET_PROTOCOL], "graphql-transport-ws", "{offer:?}");
    }
}

#[test]
fn every_missing_or_wrong_header_is_refused() {
    for (name, wrong, refusal) in [
        ("upgrade", "h2c", Refusal::UpgradeRequired),
        ("connection", "keep-alive", Refusal::Malformed),
        ("sec-websocket-version", "8", Refusal::UpgradeRequired),
        ("sec-websocket-key", "c2hvcnQ=", Refusal::Malformed),
    ] {
        let without: Vec<_> = SOUND.into_iter().filter(|(other, _)| *other != name).collect();
        assert_eq!(
            Handshake::parse(&request(&without), false).unwrap_err(),
            refusal,
            "without {name}"
        );
        let with_wrong: Vec<_> = without.into_iter().chain([(name, wrong)]).collect();
        assert_eq!(
            Handshake::parse(&request(&with_wrong), false).unwrap_err(),
            refusal,
            "{name}: {wrong}"
        );
    }
}

#[test]
fn a_handshake_has_no_body() {
    for (name, value) in [("content-length", "5"), ("transfer-encoding", "chunked")] {
        let headers: Vec<_> = SOUND.into_iter().chain([(name, value)]).collect();
        assert_eq!(Handshake::parse(&request(&headers), false).unwrap_err(), Refusal::Malformed);
    }
    let headers: Vec<_> = SOUND.into_iter().chain([("content-length", "0")]).collect();
    assert!(Handshake::parse(&request(&headers), false).is_ok());
}

#[test]
fn two_authorizations_name_nobody() {
    let one = SOUND.into_iter().chain([("authorization", "a.b.c")]);
    let two: Vec<_> = one.clone().chain([("authorization", "d.e.f")]).collect();
    let one: Vec<_> = one.collect();
    assert!(Handshake::parse(&request(&one), false).unwrap().offer.credential.is_some());
    assert!(Handshake::parse(&request(&two), false).unwrap().offer.credential.is_none());
}

fn request(headers: &[(&str, &str)]) -> Request<()> {
    let start = Request::builder().uri("/graphql");
    headers
        .iter()
        .fold(start, |request, (name, value)| request.header(*name, *value))
        .body(())
        .unwrap()
}
