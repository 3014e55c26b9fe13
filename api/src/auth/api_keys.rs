//! Keys that name an application instead of a user, as AppSync's API keys do.

use super::AuthError;
use aws_lc_rs::digest::{SHA256, digest};
use resolvers::{Claims, Identity, KeyAccess};
use schema::{DateTime, UserId};
use serde_json::Map;
use std::{collections::HashMap, fmt, net::IpAddr, str::FromStr, sync::Arc, time::Duration};

/// The keys of `API_KEYS`: a name, what it may do and the key itself, separated by spaces; several separated by `;`.
///
/// ```text
/// website read-only da2-k3jx7qz5fnd4hlrv; bot participant da2-w8m2c6t9ybgp5sae
/// ```
///
/// What is kept are their hashes, so that looking one up takes no longer when more of it is right.
#[derive(Clone, Default)]
pub struct ApiKeys(Arc<HashMap<Vec<u8>, ApiKey>>);

struct ApiKey {
    id: UserId,
    name: String,
    access: KeyAccess,
}

/// What is wrong with the text of keys. It says which one by its number: what is wrong may be that the key stands elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("API_KEYS, entry {number}: {problem}")]
pub struct ApiKeysError {
    number: usize,
    problem: &'static str,
}

/// AppSync's have 30 characters; what is much shorter can be guessed.
const MIN_KEY_BYTES: usize = 16;

/// Keys are valid until they are taken out of the configuration.
const NO_END: Duration = Duration::from_hours(24 * 365 * 100);

/// Stands where the issuer of a token would; AppSync's name of this way to be known.
const ISSUER: &str = "API Key Authorization";

impl ApiKeys {
    /// Whom a key names.
    pub(super) fn find(&self, key: &str, source_ip: Option<IpAddr>) -> Result<Identity, AuthError> {
        let ApiKey { id, name, access } = self.0.get(&hash(key)).ok_or(AuthError::ApiKey)?;
        Ok(Identity {
            sub: id.clone(),
            issuer: ISSUER.to_owned(),
            username: name.clone(),
            claims: Claims::new(&Map::new()),
            source_ip,
            groups: Vec::new(),
            expires_at: DateTime::now().plus(NO_END),
            api_key: Some(*access),
        })
    }

    fn insert(keys: &mut HashMap<Vec<u8>, ApiKey>, entry: &str) -> Result<(), &'static str> {
        let mut words = entry.split_whitespace();
        let (Some(name), Some(access), Some(key), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err("it is a name, `read-only` or `participant`, and a key");
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.len() > 64 || !name.chars().all(is_name) {
            return Err("a name is up to 64 of A-Z a-z 0-9 _ -");
        }
        let access = match access {
            "read-only" => KeyAccess::ReadOnly,
            "participant" => KeyAccess::Participant,
            _ => return Err("behind the name stands `read-only` or `participant`"),
        };
        if key.len() < MIN_KEY_BYTES {
            return Err("a key has 16 characters at least");
        }
        let id = format!("api-key:{name}").parse().map_err(|_| "this is no name")?;
        if keys.values().any(|known| known.name == name) {
            return Err("its name is taken");
        }
        match keys.insert(hash(key), ApiKey { id, name: name.to_owned(), access }) {
            Some(_) => Err("its key is another one's"),
            None => Ok(()),
        }
    }
}

impl FromStr for ApiKeys {
    type Err = ApiKeysError;

    fn from_str(text: &str) -> Result<Self, ApiKeysError> {
        let mut keys = HashMap::new();
        let entries = text.split(';').filter(|entry| !entry.trim().is_empty());
        for (entry, number) in entries.zip(1..) {
            Self::insert(&mut keys, entry).map_err(|problem| ApiKeysError { number, problem })?;
        }
        Ok(Self(Arc::new(keys)))
    }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.values().map(|key| &key.name)).finish()
    }
}

fn hash(key: &str) -> Vec<u8> {
    digest(&SHA256, key.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str =
        "website read-only da2-0123456789abcdef; bot participant da2-fedcba9876543210;";

    #[test]
    fn a_key_names_an_application() {
        let keys: ApiKeys = TWO.parse().unwrap();
        let bot = keys.find("da2-fedcba9876543210", None).unwrap();
        assert_eq!((bot.sub.as_str(), bot.username.as_str()), ("api-key:bot", "bot"));
        assert_eq!(bot.api_key, Some(KeyAccess::Participant));
        assert!(bot.groups.is_empty() && bot.claims.parse().is_empty());
        let website = keys.find("da2-0123456789abcdef", None).unwrap();
        assert_eq!(website.api_key, Some(KeyAccess::ReadOnly));
        for unknown in ["", "da2-", "website", "da2-0123456789abcdeg"] {
            assert_eq!(keys.find(unknown, None), Err(AuthError::ApiKey));
        }
        let none: ApiKeys = "".parse().unwrap();
        assert_eq!(none.find("", None), Err(AuthError::ApiKey));
    }

    #[test]
    fn what_is_wrong_is_said_without_showing_a_key() {
        for (text, number) in [
            ("da2-0123456789abcdef", 1),
            ("a read-only", 1),
            ("a host da2-0123456789abcdef", 1),
            ("a read-only short", 1),
            ("a# read-only da2-0123456789abcdef", 1),
            ("a read-only da2-0123456789abcdef more", 1),
            ("a read-only da2-0123456789abcdef; a participant da2-0123456789abcdeg", 2),
            ("a read-only da2-0123456789abcdef; b participant da2-0123456789abcdef", 2),
        ] {
            let error = text.parse::<ApiKeys>().unwrap_err();
            assert_eq!(error.number, number, "{text}");
            assert!(!error.to_string().contains("da2-"), "{error}");
        }
        let keys: ApiKeys = TWO.parse().unwrap();
        assert!(!format!("{keys:?}").contains("da2-"));
    }
}
