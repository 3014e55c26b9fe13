//! The opening handshake (RFC 6455, section 4.2), as a function of the request's head.

mod offer;

pub(super) use offer::Offer;

use super::frame::Deflate;
use crate::retry_after;
use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Version,
        header::{
            CONNECTION, CONTENT_LENGTH, RETRY_AFTER, SEC_WEBSOCKET_ACCEPT,
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
    /// What is to be spoken, and what the client shows to be let in.
    pub(super) offer: Offer,
    /// How messages may be compressed, if the client offers it and the node agrees.
    pub(super) deflate: Option<Deflate>,
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
            offer: Offer::of(request.uri(), headers),
            deflate: allows_deflate.then(|| Deflate::negotiate(extensions(headers))).flatten(),
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
        if let (None, Some(name)) = (self.offer.objection, self.offer.dialect.subprotocol()) {
            // The name alone: AppSync's clients offer their credential as another subprotocol.
            let name = HeaderValue::from_static(name);
            headers.insert(SEC_WEBSOCKET_PROTOCOL, name);
        }
        response
    }
}

impl Refusal {
    pub(super) fn response(self) -> Response<Body> {
        let constant = HeaderValue::from_static;
        let (status, header, value) = match self {
            Self::UpgradeRequired => {
                (StatusCode::UPGRADE_REQUIRED, SEC_WEBSOCKET_VERSION, constant("13"))
            }
            Self::Malformed => (StatusCode::BAD_REQUEST, CONNECTION, constant("close")),
            Self::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, RETRY_AFTER, retry_after::header())
            }
        };
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        response.headers_mut().insert(header, value);
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
mod tests;
