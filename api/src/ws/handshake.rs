//! The opening handshake (RFC 6455, section 4.2), as a function of the request's head.

use super::{Token, frame::Deflate, protocol::TransportWs};
use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Version,
        header::{
            AUTHORIZATION, CONNECTION, CONTENT_LENGTH, RETRY_AFTER, SEC_WEBSOCKET_ACCEPT,
            SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
            SEC_WEBSOCKET_VERSION, TRANSFER_ENCODING, UPGRADE,
        },
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// Whether a request wants a WebSocket, well formed or not. Others are HTTP's business.
#[must_use]
pub fn is_upgrade(headers: &HeaderMap) -> bool {
    tokens(headers, &UPGRADE).any(|token| token.eq_ignore_ascii_case("websocket"))
}

/// What a sound request asks for.
#[derive(Debug)]
pub(super) struct Handshake {
    accept: String,
    /// Whether a subprotocol that the client offers is spoken here.
    pub(super) has_subprotocol: bool,
    /// How messages may be compressed, if the client offers it and the node agrees.
    pub(super) deflate: Option<Deflate>,
    /// The `Authorization` of the request, for a `connection_init` without any.
    pub(super) token: Option<Token>,
}

/// Why a request gets an HTTP error instead of a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It asks for no WebSocket, or for another version.
    UpgradeRequired,
    /// Its handshake is malformed.
    Malformed,
    /// The node is full or stops.
    Unavailable,
}

impl Handshake {
    /// Reads the head of a request; `allows_deflate` says whether an offer to compress is taken.
    pub(super) fn parse<B>(request: &Request<B>, allows_deflate: bool) -> Result<Self, Refusal> {
        let headers = request.headers();
        if !is_upgrade(headers) {
            return Err(Refusal::UpgradeRequired);
        }
        let upgrades =
            tokens(headers, &CONNECTION).any(|token| token.eq_ignore_ascii_case("upgrade"));
        if request.method() != Method::GET || request.version() != Version::HTTP_11 || !upgrades {
            return Err(Refusal::Malformed);
        }
        if has_body(headers) {
            return Err(Refusal::Malformed);
        }
        if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
            return Err(Refusal::UpgradeRequired);
        }
        let key =
            headers.get(SEC_WEBSOCKET_KEY).filter(|key| is_key(key)).ok_or(Refusal::Malformed)?;
        Ok(Self {
            accept: derive_accept_key(key.as_bytes()),
            has_subprotocol: tokens(headers, &SEC_WEBSOCKET_PROTOCOL)
                .any(|name| name == TransportWs::SUBPROTOCOL),
            deflate: allows_deflate.then(|| Deflate::negotiate(extensions(headers))).flatten(),
            token: token(headers),
        })
    }

    /// The response that switches protocols. Without a common subprotocol it names none; the connection then says 4406.
    pub(super) fn response(&self) -> Response<Body> {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        let accept = HeaderValue::from_str(&self.accept).expect("base64 is a header value");
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        if let Some(deflate) = self.deflate {
            headers.insert(SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(deflate.answer()));
        }
        if self.has_subprotocol {
            headers
                .insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(TransportWs::SUBPROTOCOL));
        }
        response
    }
}

impl Refusal {
    pub(super) fn response(self) -> Response<Body> {
        let (status, header, value) = match self {
            Self::UpgradeRequired => (StatusCode::UPGRADE_REQUIRED, SEC_WEBSOCKET_VERSION, "13"),
            Self::Malformed => (StatusCode::BAD_REQUEST, CONNECTION, "close"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, RETRY_AFTER, "5"),
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        response.headers_mut().insert(header, HeaderValue::from_static(value));
        if self == Self::UpgradeRequired {
            response.headers_mut().insert(UPGRADE, HeaderValue::from_static("websocket"));
        }
        response
    }
}

/// The elements of a header that is a comma-separated list, however many lines it takes.
fn tokens<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

fn extensions(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(SEC_WEBSOCKET_EXTENSIONS).into_iter().filter_map(|line| line.to_str().ok())
}

/// What `Authorization` holds. Two of them name nobody: who stands in front may have checked the other one.
fn token(headers: &HeaderMap) -> Option<Token> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Token::parse(value.to_str().ok()?),
        _ => None,
    }
}

/// Whether something is said to follow that is not frames. Where it ends and they begin would be anybody's guess.
fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING)
        || headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0")
}

/// A key is 16 bytes in base64.
fn is_key(value: &HeaderValue) -> bool {
    STANDARD.decode(value.as_bytes()).is_ok_and(|bytes| bytes.len() == 16)
}

#[cfg(test)]
mod tests {
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
            (
                true,
                Some("permessage-deflate; server_no_context_takeover; client_no_context_takeover"),
            ),
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
            assert_eq!(
                response.headers()[SEC_WEBSOCKET_PROTOCOL],
                "graphql-transport-ws",
                "{offer:?}"
            );
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
            assert_eq!(
                Handshake::parse(&request(&headers), false).unwrap_err(),
                Refusal::Malformed
            );
        }
        let headers: Vec<_> = SOUND.into_iter().chain([("content-length", "0")]).collect();
        assert!(Handshake::parse(&request(&headers), false).is_ok());
    }

    #[test]
    fn two_authorizations_name_nobody() {
        let one = SOUND.into_iter().chain([("authorization", "a.b.c")]);
        let two: Vec<_> = one.clone().chain([("authorization", "d.e.f")]).collect();
        let one: Vec<_> = one.collect();
        assert!(Handshake::parse(&request(&one), false).unwrap().token.is_some());
        assert!(Handshake::parse(&request(&two), false).unwrap().token.is_none());
    }

    fn request(headers: &[(&str, &str)]) -> Request<()> {
        let start = Request::builder().uri("/graphql");
        headers
            .iter()
            .fold(start, |request, (name, value)| request.header(*name, *value))
            .body(())
            .unwrap()
    }
}
