//! The credential that a client presents, not yet verified.

use serde_json::{Map, Value};
use std::fmt;

/// A token as the client sent it, without `Bearer `. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

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

    /// Finds the token in a `connection_init` payload: `Authorization` in any case, the same within `headers`, or
    /// `authToken`, which is what the clients' guides use.
    pub(crate) fn in_payload(payload: &Map<String, Value>) -> Option<Self> {
        let headers = payload.get("headers").and_then(Value::as_object);
        authorization(payload)
            .or_else(|| authorization(headers?))
            .or_else(|| payload.get("authToken")?.as_str())
            .and_then(Self::parse)
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

fn authorization(entries: &Map<String, Value>) -> Option<&str> {
    entries.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?.1.as_str()
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
            let token = Token::in_payload(payload.as_object().unwrap());
            assert_eq!(token.as_ref().map(Token::as_str), Some("a.b.c"), "{payload}");
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
            assert_eq!(Token::in_payload(payload.as_object().unwrap()), None, "{payload}");
        }
    }

    #[test]
    fn a_token_does_not_show_itself() {
        assert_eq!(format!("{:?}", Token::parse("secret").unwrap()), "Token(***)");
    }
}
