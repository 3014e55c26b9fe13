//! The form of a token, before anything in it is believed.

use super::{AuthError, MAX_TOKEN_BYTES, algorithm, claims::Claims, jwks::MAX_KID_BYTES};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jsonwebtoken::Algorithm;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Base64url with or without padding: the standard forbids it, some issuers write it.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A well-formed token. Whoever holds one knows nothing about the caller yet.
pub(super) struct UnverifiedToken<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) kid: String,
    pub(super) claims: Claims,
    /// Header and payload as they were sent: what the signature covers.
    pub(super) message: &'a str,
    /// The signature in base64url without padding.
    pub(super) signature: &'a str,
}

impl<'a> UnverifiedToken<'a> {
    /// Reads what a client sent as its authorization.
    pub(super) fn parse(authorization: &'a str) -> Result<Self, AuthError> {
        if authorization.len() > MAX_TOKEN_BYTES {
            return Err(AuthError::Malformed);
        }
        let token = strip_scheme(authorization);
        let (message, signature) = token.rsplit_once('.').ok_or(AuthError::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(AuthError::Malformed)?;
        if ![header, payload, signature].into_iter().all(is_segment) {
            return Err(AuthError::Malformed);
        }
        let header: Map<String, Value> = decode(header)?;
        // An extension that must be understood is one that we do not understand.
        if header.contains_key("crit") {
            return Err(AuthError::Malformed);
        }
        let algorithm = algorithm::parse(text(&header, "alg")?).ok_or(AuthError::Algorithm)?;
        let kid = text(&header, "kid")?;
        if kid.len() > MAX_KID_BYTES {
            return Err(AuthError::UnknownKid);
        }
        let claims = Claims::parse(decode(payload)?)?;
        Ok(Self {
            algorithm,
            kid: kid.to_owned(),
            claims,
            message,
            signature: signature.trim_end_matches('='),
        })
    }
}

/// The token of an authorization value, with or without the scheme `Bearer`.
fn strip_scheme(authorization: &str) -> &str {
    let value = authorization.trim();
    match value.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim_start(),
        _ => value,
    }
}

/// Whether a part of a token has the form `[A-Za-z0-9_-]+={0,2}`.
fn is_segment(part: &str) -> bool {
    let digits = part.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !digits.is_empty() && part.len() - digits.len() <= 2 && digits.bytes().all(is_digit)
}

fn decode<T: DeserializeOwned>(segment: &str) -> Result<T, AuthError> {
    let json = BASE64URL.decode(segment).map_err(|_| AuthError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| AuthError::Malformed)
}

fn text<'h>(header: &'h Map<String, Value>, name: &str) -> Result<&'h str, AuthError> {
    header.get(name).and_then(Value::as_str).ok_or(AuthError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};

    const HEADER: &str = r#"{"alg":"RS256","kid":"k1"}"#;
    const CLAIMS: &str = r#"{"iss":"https://issuer.example","sub":"ada","exp":2000000000}"#;

    fn token(header: &str, claims: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
    }

    fn refusal(token: &str) -> Option<AuthError> {
        UnverifiedToken::parse(token).err()
    }

    #[test]
    fn the_scheme_is_optional_and_its_case_does_not_matter() {
        for text in ["a.b.c", "Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c", " Bearer a.b.c\r\n"]
        {
            assert_eq!(strip_scheme(text), "a.b.c", "{text:?}");
        }
        for text in ["Basic YTpi", "Bearer", "Bearera.b.c", "Bearer Bearer a.b.c"] {
            assert_eq!(refusal(text), Some(AuthError::Malformed), "{text:?}");
        }
    }

    #[test]
    fn a_token_is_three_parts_of_base64url_with_json_objects_in_the_first_two() {
        let good = token(HEADER, CLAIMS);
        assert_eq!(refusal(&good), None);
        let padded = format!("{}.{}.c2ln", URL_SAFE.encode(HEADER), URL_SAFE.encode(CLAIMS));
        assert!(padded.contains('='));
        assert_eq!(refusal(&padded), None);
        let bad = [
            String::new(),
            "..".to_owned(),
            "a.b".to_owned(),
            format!("{good}.c2ln"),
            format!("{good}==="),
            format!("{good}+"),
            good.replace(".c2ln", "."),
            good.replacen('.', ". ", 1),
            token("[]", CLAIMS),
            token(HEADER, "\"claims\""),
            token(HEADER, "{"),
        ];
        for token in bad {
            assert_eq!(refusal(&token), Some(AuthError::Malformed), "{token:?}");
        }
    }

    #[test]
    fn a_header_names_an_asymmetric_algorithm_and_a_key() {
        use AuthError::{Algorithm, Malformed, UnknownKid};
        let long = format!(r#"{{"alg":"RS256","kid":"{}"}}"#, "k".repeat(MAX_KID_BYTES + 1));
        let headers = [
            (r#"{"kid":"k1"}"#, Malformed),
            (r#"{"alg":"RS256"}"#, Malformed),
            (r#"{"alg":"RS256","kid":7}"#, Malformed),
            (r#"{"alg":"RS256","kid":null}"#, Malformed),
            (r#"{"alg":["RS256"],"kid":"k1"}"#, Malformed),
            (r#"{"alg":"RS256","kid":"k1","crit":["exp"]}"#, Malformed),
            (r#"{"alg":"none","kid":"k1"}"#, Algorithm),
            (r#"{"alg":"HS256","kid":"k1"}"#, Algorithm),
            (&long, UnknownKid),
        ];
        for (header, reason) in headers {
            assert_eq!(refusal(&token(header, CLAIMS)), Some(reason), "{header}");
        }
    }

    #[test]
    fn a_token_over_the_bound_is_not_read() {
        let claims = format!(
            r#"{{"iss":"i","sub":"ada","exp":2000000000,"pad":"{}"}}"#,
            "x".repeat(MAX_TOKEN_BYTES)
        );
        assert_eq!(refusal(&token(HEADER, &claims)), Some(AuthError::Malformed));
    }
}
