//! Who calls: the check of a token, the same for every transport.
//!
//! The order is that of `aws-jwt-verify`: the form of the token, then the issuer and its key, then the signature, then
//! what the claims say. Nothing of a token but its `iss` and `kid`, both looked up in what is configured, has an
//! effect before its signature is verified; a key or an address inside a token is never used.

mod algorithm;
mod api_keys;
mod claims;
pub mod development;
mod error;
mod issuer;
mod jwks;
mod token;

pub use api_keys::{ApiKeys, ApiKeysError};
pub use error::AuthError;
pub use issuer::{
    IssuerConfig, IssuerConfigError, IssuerKind, Issuers, KeySource, TokenUse, UserPool,
};

use jwks::KeySet;
use resolvers::Identity;
use schema::DateTime;
use std::{collections::HashMap, net::IpAddr, sync::Arc};
use token::UnverifiedToken;

/// The longest token that is looked at. Cognito's are 1 to 4 KiB, more with hundreds of groups.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// Checks tokens against the configured issuers, and API keys against those configured. A clone is a handle to the same keys.
#[derive(Clone)]
pub struct Verifier {
    issuers: Arc<HashMap<String, Issuer>>,
    api_keys: ApiKeys,
}

/// Why a [`Verifier`] cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum VerifierError {
    /// Without an issuer nobody could sign in.
    #[error("no token issuer is configured")]
    NoIssuer,
    /// Two entries would answer for the same tokens.
    #[error("the issuer `{0}` is configured twice")]
    DuplicateIssuer(String),
    /// The keys that were given cannot verify anything.
    #[error("the issuer `{0}` has no key that can verify a signature")]
    NoKeys(String),
    /// The HTTP client that fetches keys cannot be made, for example because the system has no root certificates.
    #[error("keys cannot be fetched from `{url}`")]
    Client {
        /// Where the keys are.
        url: reqwest::Url,
        /// What the client says.
        #[source]
        source: reqwest::Error,
    },
}

struct Issuer {
    config: IssuerConfig,
    keys: KeySet,
    readiness: Readiness,
}

/// Whether a node waits for an issuer's keys before it takes connections.
#[derive(Clone, Copy, PartialEq)]
enum Readiness {
    Required,
    /// The other spelling of a user pool: its host need not exist, so its keys are fetched with its first token.
    OnDemand,
}

impl Verifier {
    /// Starts to fetch the keys of every issuer; call it within a Tokio runtime.
    pub fn new(configs: Vec<IssuerConfig>) -> Result<Self, VerifierError> {
        let mut issuers = HashMap::new();
        let twins: Vec<IssuerConfig> = configs.iter().filter_map(IssuerConfig::twin).collect();
        for config in configs {
            let issuer = Issuer::start(config, Readiness::Required)?;
            if let Some(known) = issuers.insert(issuer.config.issuer.clone(), issuer) {
                return Err(VerifierError::DuplicateIssuer(known.config.issuer));
            }
        }
        for config in twins {
            // Who configures both spellings has said what each needs.
            if !issuers.contains_key(&config.issuer) {
                issuers.insert(config.issuer.clone(), Issuer::start(config, Readiness::OnDemand)?);
            }
        }
        match issuers.is_empty() {
            true => Err(VerifierError::NoIssuer),
            false => Ok(Self { issuers: Arc::new(issuers), api_keys: ApiKeys::default() }),
        }
    }

    /// Accepts these API keys too.
    #[must_use]
    pub fn with_api_keys(self, api_keys: ApiKeys) -> Self {
        Self { api_keys, ..self }
    }

    /// Whether the keys of each configured issuer have been loaded once. It never becomes false again.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.required().all(|issuer| issuer.keys.is_loaded())
    }

    /// Waits until [`Verifier::ready`].
    pub async fn hydrated(&self) {
        for issuer in self.required() {
            issuer.keys.loaded().await;
        }
    }

    /// Says who the caller is. `token` may begin with `Bearer `, as headers do and AppSync's clients do not.
    pub async fn verify(
        &self,
        token: &str,
        source_ip: Option<IpAddr>,
    ) -> Result<Identity, AuthError> {
        told(self.check(token, source_ip).await)
    }

    /// Says which application a key names.
    pub fn verify_key(&self, key: &str, source_ip: Option<IpAddr>) -> Result<Identity, AuthError> {
        told(self.api_keys.find(key, source_ip))
    }

    async fn check(&self, token: &str, source_ip: Option<IpAddr>) -> Result<Identity, AuthError> {
        let token = UnverifiedToken::parse(token)?;
        let issuer = self.issuers.get(token.claims.issuer()).ok_or(AuthError::Issuer)?;
        if !issuer.config.algorithms.contains(&token.algorithm) {
            return Err(AuthError::Algorithm);
        }
        let key = issuer.keys.find(&token.kid).await?;
        key.verify(&token)?;
        token.claims.check(&issuer.config, DateTime::now())?;
        token.claims.into_identity(&issuer.config, source_ip)
    }

    fn required(&self) -> impl Iterator<Item = &Issuer> {
        self.issuers.values().filter(|issuer| issuer.readiness == Readiness::Required)
    }
}

/// Counts and logs a refusal.
fn told(outcome: Result<Identity, AuthError>) -> Result<Identity, AuthError> {
    if let Err(error) = &outcome {
        metrics::counter!("plenary_auth_failures_total", "reason" => error.reason()).increment(1);
        tracing::debug!(reason = error.reason(), "token refused");
    }
    outcome
}

impl Issuer {
    fn start(config: IssuerConfig, readiness: Readiness) -> Result<Self, VerifierError> {
        let keys = KeySet::new(&config)?;
        if readiness == Readiness::Required {
            keys.hydrate();
        }
        Ok(Self { config, keys, readiness })
    }
}
