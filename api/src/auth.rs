//! Who calls: a stand-in that knows one token.

use resolvers::Identity;
use schema::DateTime;
use std::{fmt, net::IpAddr, time::Duration};

/// Tells whose a token is.
#[derive(Debug, Default)]
pub struct Verifier;

/// Why a token was refused.
#[derive(Debug)]
pub struct AuthError;

impl Verifier {
    /// Whose the token is.
    pub async fn verify(
        &self,
        token: &str,
        source_ip: Option<IpAddr>,
    ) -> Result<Identity, AuthError> {
        if token.strip_prefix("Bearer ").unwrap_or(token) != "test-token" {
            tracing::debug!("token refused");
            return Err(AuthError);
        }
        Ok(Identity {
            sub: "ada".parse().map_err(|_| AuthError)?,
            issuer: "test".into(),
            username: "ada".into(),
            claims: serde_json::Map::new(),
            source_ip,
            groups: Vec::new(),
            expires_at: DateTime::now().plus(Duration::from_secs(3600)),
        })
    }

    /// Whether keys have been loaded.
    #[must_use]
    pub fn ready(&self) -> bool {
        true
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unknown token")
    }
}

impl std::error::Error for AuthError {}
