//! The token: the URL of a request that connects, signed in its query, without its scheme.

use super::ElastiCache;
use aws_sdk_dynamodb::config::Credentials;
use aws_sigv4::{
    http_request::{
        SignableBody, SignableRequest, SignatureLocation, SigningError, SigningSettings, sign,
    },
    sign::v4,
};
use std::{
    fmt::Write,
    time::{Duration, SystemTime},
};
use tracing::subscriber::{NoSubscriber, with_default};

/// The most that ElastiCache accepts.
const VALIDITY: Duration = Duration::from_mins(15);

/// What a token says, apart from who signs it and when.
pub(super) struct Signer {
    /// The id of the user, which has to be its name as well.
    pub(super) user: String,
    pub(super) cache: ElastiCache,
    pub(super) region: String,
}

impl Signer {
    pub(super) fn sign(
        &self,
        credentials: Credentials,
        now: SystemTime,
    ) -> Result<String, SigningError> {
        let mut token = format!("{}/?Action=connect&User={}", self.cache.name(), self.user);
        if let ElastiCache::Serverless(_) = self.cache {
            token += "&ResourceType=ServerlessCache";
        }
        let mut settings = SigningSettings::default();
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(VALIDITY);
        let identity = credentials.into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("elasticache")
            .time(now)
            .settings(settings)
            .build()
            .expect("everything is set");
        // The scheme is not signed, and no request is made.
        let url = format!("https://{token}");
        let request = SignableRequest::new("GET", url, [].into_iter(), SignableBody::Bytes(&[]))?;
        // The library traces what it signs, the session's token among it.
        let signed =
            with_default(NoSubscriber::default(), || sign(request, &params.into()))?.into_parts();
        let (_, signed) = signed.0.into_parts();
        for (name, value) in signed {
            let _ = write!(token, "&{name}={}", encode(&value));
        }
        Ok(token)
    }
}

/// As AWS signs what is in a query: all but what RFC 3986 calls unreserved is percent-encoded.
fn encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}
