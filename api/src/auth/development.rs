//! The issuer for local development: a key pair of its own and tokens with Cognito's claims for anybody who asks.
//!
//! The key lives in the data directory, also when the table is in memory: so `plenary token` and every node that is
//! started from the same directory find the same one, a token outlives a restart, and no key lies at a guessable
//! path that all users of the machine share. The issuer's name is fixed, for the same reason.

mod key;

pub use key::KEY_FILE;

use super::{IssuerConfig, IssuerKind, KeySource, TokenUse, issuer::REFRESH_INTERVAL};
use aws_lc_rs::{
    digest::{SHA256, digest},
    rand,
};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use schema::DateTime;
use serde_json::{Value, json};
use std::{io, path::Path, path::PathBuf, time::Duration};

/// `iss` of development tokens. Names below `localhost` belong to no one.
pub const ISSUER: &str = "https://plenary.localhost/dev";

/// The app client of development tokens.
pub const CLIENT_ID: &str = "plenary-development";

/// Makes tokens for local development.
#[derive(Debug)]
pub struct DevelopmentIssuer {
    key: EncodingKey,
    jwks: JwkSet,
    kid: String,
}

/// What a development token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevelopmentToken {
    /// The user name. The same name is always the same user.
    pub user: String,
    /// `cognito:groups`.
    pub groups: Vec<String>,
    /// The name that others see, else the user name.
    pub name: Option<String>,
    /// Which of Cognito's tokens it imitates.
    pub token_use: TokenUse,
    /// How long it is valid.
    pub lifetime: Duration,
}

/// Why there is no development issuer.
#[derive(Debug, thiserror::Error)]
pub enum DevelopmentError {
    /// A real issuer is configured.
    #[error(
        "the development issuer gives a token to anybody who asks: it does not start beside `{0}`"
    )]
    RealIssuer(String),
    /// The key file can be neither read nor made.
    #[error("the development key `{}` cannot be read or made", path.display())]
    File {
        /// Where it should be.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The key file holds something else.
    #[error("the development key `{}` is not an RSA key in PEM; remove it to get a new one", .0.display())]
    NotAKey(PathBuf),
    /// The system gives no random numbers.
    #[error("no key can be generated")]
    Generate,
}

impl DevelopmentIssuer {
    /// Uses the key in a directory; makes directory and key if there are none.
    pub fn open(directory: &Path) -> Result<Self, DevelopmentError> {
        let path = directory.join(KEY_FILE);
        let pem = key::read_or_create(&path)?;
        Self::from_pem(&pem).ok_or(DevelopmentError::NotAKey(path))
    }

    /// Uses a new key that is kept nowhere else, so only this process can make tokens.
    pub fn generate() -> Result<Self, DevelopmentError> {
        Self::from_pem(&key::generate()?).ok_or(DevelopmentError::Generate)
    }

    /// Refuses to stand beside issuers that vouch for real people.
    pub fn check_alone(configured: &[IssuerConfig]) -> Result<(), DevelopmentError> {
        match configured.first() {
            Some(config) => Err(DevelopmentError::RealIssuer(config.issuer.clone())),
            None => Ok(()),
        }
    }

    /// The issuer as a [`Verifier`](super::Verifier) takes it.
    #[must_use]
    pub fn config(&self) -> IssuerConfig {
        IssuerConfig {
            issuer: ISSUER.to_owned(),
            keys: KeySource::Fixed(self.jwks.clone()),
            kind: IssuerKind::Cognito {
                client_ids: vec![CLIENT_ID.to_owned()],
                uses: vec![TokenUse::Id, TokenUse::Access],
                endpoint: None,
            },
            algorithms: vec![Algorithm::RS256],
            leeway: Duration::ZERO,
            refresh_interval: REFRESH_INTERVAL,
        }
    }

    /// The JWKS document with the public key.
    #[must_use]
    pub fn jwks(&self) -> &JwkSet {
        &self.jwks
    }

    /// Makes a token.
    #[must_use]
    pub fn mint(&self, token: &DevelopmentToken) -> String {
        let header =
            Header { typ: None, kid: Some(self.kid.clone()), ..Header::new(Algorithm::RS256) };
        let claims = token.claims(DateTime::now());
        jsonwebtoken::encode(&header, &claims, &self.key)
            .expect("an RSA key that was read signs with RS256")
    }

    fn from_pem(pem: &[u8]) -> Option<Self> {
        let key = EncodingKey::from_rsa_pem(pem).ok()?;
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::RS256).ok()?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256).ok()?;
        jwk.common.key_id = Some(kid.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Some(Self { key, jwks: JwkSet { keys: vec![jwk] }, kid })
    }
}

impl DevelopmentToken {
    fn claims(&self, now: DateTime) -> Value {
        let mut claims = json!({
            "sub": subject(&self.user),
            "iss": ISSUER,
            "auth_time": now.as_secs(),
            "iat": now.as_secs(),
            "exp": now.plus(self.lifetime).as_secs(),
            "jti": random_uuid(),
            "origin_jti": random_uuid(),
            "event_id": random_uuid(),
        });
        match self.token_use {
            TokenUse::Id => {
                claims["token_use"] = json!("id");
                claims["aud"] = json!(CLIENT_ID);
                claims["cognito:username"] = json!(self.user);
            }
            TokenUse::Access => {
                claims["token_use"] = json!("access");
                claims["client_id"] = json!(CLIENT_ID);
                claims["username"] = json!(self.user);
                claims["scope"] = json!("aws.cognito.signin.user.admin");
                claims["version"] = json!(2);
            }
        }
        // Cognito leaves the claim out for a user without groups.
        if !self.groups.is_empty() {
            claims["cognito:groups"] = json!(self.groups);
        }
        if let Some(name) = &self.name {
            claims["name"] = json!(name);
        }
        claims
    }
}

/// The `sub` of a user: a UUID as Cognito's are, and always the same one for the same name.
fn subject(user: &str) -> String {
    let hash = digest(&SHA256, format!("{ISSUER}#{user}").as_bytes());
    uuid(hash.as_ref().first_chunk().expect("SHA-256 has 32 bytes"), 8)
}

fn random_uuid() -> String {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).expect("the system has random numbers, or there would be no key");
    uuid(&bytes, 4)
}

/// The text of a UUID (RFC 9562): 8 is the version for hashes of one's own, 4 that for random numbers.
fn uuid(bytes: &[u8; 16], version: u8) -> String {
    let mut bytes = *bytes;
    bytes[6] = bytes[6] & 0x0f | version << 4;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_always_the_same_person() {
        assert_eq!(subject("ada"), subject("ada"));
        assert_ne!(subject("ada"), subject("Ada"));
        assert_eq!(subject("ada").chars().nth(14), Some('8'));
        assert!(subject("ada").parse::<schema::UserId>().is_ok());
    }

    #[test]
    fn a_token_has_cognitos_claims() {
        let token = DevelopmentToken {
            user: "ada".to_owned(),
            groups: vec!["plenary-hosts".to_owned()],
            name: Some("Ada Lovelace".to_owned()),
            token_use: TokenUse::Id,
            lifetime: Duration::from_secs(3600),
        };
        let now = DateTime::from_millis(1_772_366_400_000);
        let id = token.claims(now);
        assert_eq!((&id["exp"], &id["aud"]), (&json!(1_772_370_000), &json!(CLIENT_ID)));
        assert_eq!(
            (&id["cognito:username"], &id["cognito:groups"]),
            (&json!("ada"), &json!(["plenary-hosts"]))
        );
        let access =
            DevelopmentToken { token_use: TokenUse::Access, groups: vec![], name: None, ..token }
                .claims(now);
        assert_eq!((&access["client_id"], &access["username"]), (&json!(CLIENT_ID), &json!("ada")));
        for absent in ["aud", "cognito:username", "cognito:groups", "name"] {
            assert_eq!(access.get(absent), None, "{absent}");
        }
    }
}
