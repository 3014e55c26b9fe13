//! What ElastiCache checks of a token: Signature Version 4 from its description,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use super::role::Credentials;
use hmac::{Hmac, KeyInit, Mac};
use schema::DateTime;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write, time::Duration};

/// The parts of a token.
#[derive(Clone, Debug)]
pub(super) struct Token {
    place: String,
    /// In order, and encoded as they came.
    query: BTreeMap<String, String>,
}

impl Token {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (place, query) = text.split_once("/?")?;
        let pair = |pair: &str| pair.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned()));
        let query = query.split('&').map(pair).collect::<Option<_>>()?;
        Some(Self { place: place.to_owned(), query })
    }

    /// Whose it is: the id of an access key.
    pub(super) fn key(&self) -> &str {
        self.of("X-Amz-Credential").split("%2F").next().unwrap_or_default()
    }

    pub(super) fn signature(&self) -> &str {
        self.of("X-Amz-Signature")
    }

    /// Whether it lets a user in to a cache in a region, now.
    pub(super) fn admits(&self, user: &str, cache: &str, region: &str, by: &Credentials) -> bool {
        let date = self.of("X-Amz-Date");
        let Some(day) = date.get(..8) else { return false };
        let scope = format!("{day}/{region}/elasticache/aws4_request");
        let session = by.session.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        self.place == cache
            && self.of("Action") == "connect"
            && self.of("User") == user
            && self.of("X-Amz-Algorithm") == "AWS4-HMAC-SHA256"
            && self.of("X-Amz-Credential").replace("%2F", "/") == format!("{}/{scope}", by.key)
            && self.of("X-Amz-Security-Token") == session
            && self.of("X-Amz-SignedHeaders") == "host"
            && self.is_current()
            && self.signature() == self.expected(&scope, day, region, &by.secret)
    }

    fn of(&self, name: &str) -> &str {
        self.query.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Times of one form are in the order of their texts.
    fn is_current(&self) -> bool {
        let compact = |time: DateTime| time.to_string().replace(['-', ':'], "")[..15].to_owned();
        let (now, signed) = (DateTime::now(), self.of("X-Amz-Date").trim_end_matches('Z'));
        let Ok(valid @ 1..=900) = self.of("X-Amz-Expires").parse() else { return false };
        *signed <= *compact(now) && *signed >= *compact(now.minus(Duration::from_secs(valid)))
    }

    fn expected(&self, scope: &str, day: &str, region: &str, secret: &str) -> String {
        let signed = self.query.iter().filter(|(name, _)| *name != "X-Amz-Signature");
        let query: Vec<_> = signed.map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "GET\n/\n{}\nhost:{}\n\nhost\n{}",
            query.join("&"),
            self.place,
            hex(&Sha256::digest(b""))
        );
        let text = format!(
            "AWS4-HMAC-SHA256\n{}\n{scope}\n{}",
            self.of("X-Amz-Date"),
            hex(&Sha256::digest(request.as_bytes()))
        );
        let mut key = format!("AWS4{secret}").into_bytes();
        for part in [day, region, "elasticache", "aws4_request", &text] {
            let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
            mac.update(part.as_bytes());
            key = mac.finalize().into_bytes().to_vec();
        }
        hex(&key)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
