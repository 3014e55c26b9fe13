//! The credential that a client presents, not yet verified.

use axum::http::{HeaderMap, header::AUTHORIZATION};
use serde_json::{Map, Value};
use std::fmt;

/// What a client shows to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A token that names a user.
    Token(Token),
    /// A key that names an application.
    ApiKey(Token),
}

/// A token as the client sent it, without `Bearer `. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Credential {
    /// Finds the credential among headers that are written as JSON, in AppSync's manner; the case of their names does not
    /// matter. A user counts before an application.
    pub(crate) fn in_entries(entries: &Map<String, Value>) -> Option<Self> {
        match entry(entries, AUTHORIZATION.as_str()) {
            Some(token) => Token::parse(token).map(Self::Token),
            None => Token::parse(entry(entries, API_KEY)?).map(Self::ApiKey),
        }
    }

    /// Finds the credential in a `connection_init` payload: among its entries, among those of `headers`, or a token as
    /// `authToken`, which is what the clients' guides use.
    pub(crate) fn in_payload(payload: &Map<String, Value>) -> Option<Self> {
        let headers = payload.get("headers").and_then(Value::as_object);
        Self::in_entries(payload)
            .or_else(|| Self::in_entries(headers?))
            .or_else(|| Token::parse(payload.get("authToken")?.as_str()?).map(Self::Token))
    }

    /// Finds the credential among the headers of a request, by the same rule. Two of a kind name nobody: who stands in front may
    /// have checked the other one.
    pub(crate) fn in_headers(headers: &HeaderMap) -> Option<Self> {
        match headers.contains_key(AUTHORIZATION) {
            true => Token::parse(only(headers, AUTHORIZATION.as_str())?).map(Self::Token),
            false => Token::parse(only(headers, API_KEY)?).map(Self::ApiKey),
        }
    }
}

/// The header that holds an API key.
const API_KEY: &str = "x-api-key";

impl Token {
    /// Takes the value of an `Authorization` header, with or without `Bearer `.
    #[must_use]
    pub fn parse(authorization: &str) -> Option<Self> {
        let text = authorization.trim();
        let token = match text.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim_start(),
            _ => text,
        };
        (!token.is_empty()).then(|| Self(token.to_owned()))
    }

    /// The token itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

fn entry<'a>(entries: &'a Map<String, Value>, wanted: &str) -> Option<&'a str> {
    entries.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?.1.as_str()
}

fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_token_is_found_wherever_clients_put_it() {
        for payload in [
            json!({ "Authorization": "a.b.c" }),
            json!({ "authorization": "Bearer a.b.c" }),
            json!({ "AUTHORIZATION": "bearer  a.b.c " }),
            json!({ "headers": { "Authorization": "Bearer a.b.c" } }),
            json!({ "authToken": "a.b.c" }),
        ] {
            let token = Token::parse("a.b.c").map(Credential::Token);
            assert_eq!(Credential::in_payload(payload.as_object().unwrap()), token, "{payload}");
        }
    }

    #[test]
    fn what_is_no_token_is_none() {
        for payload in [
            json!({}),
            json!({ "Authorization": 7 }),
            json!({ "Authorization": " " }),
            json!({ "headers": [] }),
        ] {
            assert_eq!(Credential::in_payload(payload.as_object().unwrap()), None, "{payload}");
        }
    }

    #[test]
    fn appsyncs_headers_name_a_user_or_an_application_in_any_case() {
        let token = || Token::parse("a.b.c").map(Credential::Token);
        let key = Token::parse("k").map(Credential::ApiKey);
        for (entries, shown) in [
            (json!({ "Authorization": "a.b.c", "host": "h" }), token()),
            (json!({ "authorization": "Bearer a.b.c" }), token()),
            (json!({ "x-api-key": "k", "Authorization": "a.b.c" }), token()),
            (json!({ "X-Api-Key": "k", "x-api-key": "k", "host": "h" }), key),
            (json!({ "x-api-key": "", "host": "h" }), None),
            (json!({ "host": "h" }), None),
        ] {
            assert_eq!(Credential::in_entries(entries.as_object().unwrap()), shown, "{entries}");
        }
    }

    #[test]
    fn a_token_does_not_show_itself() {
        assert_eq!(format!("{:?}", Token::parse("secret").unwrap()), "Token(***)");
    }
}
