//! Why a token is refused.

/// The reason is for metrics and logs; a client learns only that it is not signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AuthError {
    /// It is not a signed JWT, or lacks what every token must have.
    #[error("the token is malformed")]
    Malformed,
    /// Its `alg` is not one that its issuer, or its key, may use.
    #[error("the token's algorithm is not accepted")]
    Algorithm,
    /// Its `iss` is not configured.
    #[error("the token's issuer is not known")]
    Issuer,
    /// Its issuer has no key with its `kid`.
    #[error("the token's key is not known")]
    UnknownKid,
    /// The keys of its issuer have never been loaded.
    #[error("the issuer's keys are not available")]
    KeysUnavailable,
    /// Its signature is not that of its issuer over its content.
    #[error("the token's signature is wrong")]
    Signature,
    /// Its `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// Its `nbf` lies ahead.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// It is neither, or not the accepted one, of ID and access token.
    #[error("the token is not of an accepted use")]
    TokenUse,
    /// It is an API key that is not configured.
    #[error("the API key is not known")]
    ApiKey,
    /// It was made for another application.
    #[error("the token was made for another client")]
    Client,
}

impl AuthError {
    /// All there are.
    pub const ALL: [Self; 11] = [
        Self::Malformed,
        Self::Algorithm,
        Self::Issuer,
        Self::UnknownKid,
        Self::KeysUnavailable,
        Self::Signature,
        Self::Expired,
        Self::NotYetValid,
        Self::TokenUse,
        Self::ApiKey,
        Self::Client,
    ];

    /// The label `reason` of the metric `plenary_auth_failures_total`.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Algorithm => "algorithm",
            Self::Issuer => "issuer",
            Self::UnknownKid => "unknown_kid",
            Self::KeysUnavailable => "keys_unavailable",
            Self::Signature => "signature",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::TokenUse => "token_use",
            Self::ApiKey => "api_key",
            Self::Client => "client",
        }
    }
}

impl From<AuthError> for schema::Error {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::KeysUnavailable => Self::unavailable(error),
            _ => Self::Unauthenticated,
        }
    }
}
