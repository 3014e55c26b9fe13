//! The keys of an issuer.

mod remote;

use super::{
    AuthError, IssuerConfig, KeySource, VerifierError,
    algorithm::{self, ALGORITHMS},
    token::UnverifiedToken,
};
use jsonwebtoken::{
    Algorithm, DecodingKey, crypto,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse},
};
use remote::RemoteKeys;
use serde::Deserialize;
use serde_json::Value;
use std::{collections::HashMap, sync::Arc};

/// The longest `kid` that is looked for.
pub(super) const MAX_KID_BYTES: usize = 256;

/// The keys of one issuer, as far as they are known now.
pub(super) enum KeySet {
    Fixed(Keys),
    Remote(Arc<RemoteKeys>),
}

/// Keys by `kid`, only those that can verify a signature.
pub(super) struct Keys(HashMap<String, Arc<Key>>);

/// One public key and what it may verify.
pub(super) struct Key {
    key: DecodingKey,
    algorithms: Vec<Algorithm>,
}

impl KeySet {
    pub(super) fn new(config: &IssuerConfig) -> Result<Self, VerifierError> {
        match &config.keys {
            KeySource::Url(url) => {
                RemoteKeys::new(url, config.refresh_interval).map(Arc::new).map(Self::Remote)
            }
            KeySource::Fixed(set) => {
                let no_keys = || VerifierError::NoKeys(config.issuer.clone());
                Keys::new(set.keys.clone()).ok_or_else(no_keys).map(Self::Fixed)
            }
        }
    }

    /// Loads the keys in the background, again and again until it succeeds.
    pub(super) fn hydrate(&self) {
        if let Self::Remote(keys) = self {
            keys.hydrate();
        }
    }

    pub(super) fn is_loaded(&self) -> bool {
        match self {
            Self::Fixed(_) => true,
            Self::Remote(keys) => keys.is_loaded(),
        }
    }

    /// Waits until the keys have been loaded once.
    pub(super) async fn loaded(&self) {
        if let Self::Remote(keys) = self {
            keys.loaded().await;
        }
    }

    /// The key with a name, which may be fetched for it.
    pub(super) async fn find(&self, kid: &str) -> Result<Arc<Key>, AuthError> {
        match self {
            Self::Fixed(keys) => keys.get(kid).ok_or(AuthError::UnknownKid),
            Self::Remote(keys) => keys.find(kid).await,
        }
    }
}

impl Keys {
    /// Keeps the keys that can verify a signature; `None` when there are none.
    fn new(keys: impl IntoIterator<Item = Jwk>) -> Option<Self> {
        let mut by_kid = HashMap::new();
        for jwk in keys {
            if let (Some(kid), Some(key)) = (&jwk.common.key_id, Key::new(&jwk)) {
                by_kid.entry(kid.clone()).or_insert_with(|| Arc::new(key));
            }
        }
        (!by_kid.is_empty()).then_some(Self(by_kid))
    }

    /// Reads a JWKS document. A key that is malformed or of an unknown kind takes nothing from the others.
    fn parse(document: &[u8]) -> Result<Option<Self>, serde_json::Error> {
        #[derive(Deserialize)]
        struct Document {
            keys: Vec<Value>,
        }
        let document: Document = serde_json::from_slice(document)?;
        Ok(Self::new(document.keys.into_iter().filter_map(|key| serde_json::from_value(key).ok())))
    }

    fn get(&self, kid: &str) -> Option<Arc<Key>> {
        self.0.get(kid).cloned()
    }
}

impl Key {
    /// `None` for a key that is not for signatures, or for none that we accept.
    fn new(jwk: &Jwk) -> Option<Self> {
        let common = &jwk.common;
        let for_signatures = common
            .public_key_use
            .as_ref()
            .is_none_or(|key_use| *key_use == PublicKeyUse::Signature)
            && common
                .key_operations
                .as_ref()
                .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
        let named = |algorithm: &Algorithm| match common.key_algorithm {
            Some(name) => algorithm::parse(&name.to_string()) == Some(*algorithm),
            None => true,
        };
        let algorithms: Vec<_> =
            ALGORITHMS.into_iter().filter(|it| fits(&jwk.algorithm, *it) && named(it)).collect();
        match for_signatures && !algorithms.is_empty() {
            true => Some(Self { key: DecodingKey::from_jwk(jwk).ok()?, algorithms }),
            false => None,
        }
    }

    /// Checks the signature alone: `jsonwebtoken`'s own check of claims forgives 60 s and lets an absent `aud` pass.
    pub(super) fn verify(&self, token: &UnverifiedToken<'_>) -> Result<(), AuthError> {
        if !self.algorithms.contains(&token.algorithm) {
            return Err(AuthError::Algorithm);
        }
        match crypto::verify(token.signature, token.message.as_bytes(), &self.key, token.algorithm)
        {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(AuthError::Signature),
        }
    }
}

/// Whether an algorithm works with a key of this kind. A shared secret (`oct`) fits none.
fn fits(parameters: &AlgorithmParameters, algorithm: Algorithm) -> bool {
    match parameters {
        AlgorithmParameters::RSA(_) => {
            matches!(algorithm, Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512)
        }
        AlgorithmParameters::EllipticCurve(ec) => match ec.curve {
            EllipticCurve::P256 => algorithm == Algorithm::ES256,
            EllipticCurve::P384 => algorithm == Algorithm::ES384,
            _ => false,
        },
        AlgorithmParameters::OctetKeyPair(pair) => {
            pair.curve == EllipticCurve::Ed25519 && algorithm == Algorithm::EdDSA
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn algorithms(jwk: &Value) -> Option<Vec<Algorithm>> {
        let keys = Keys::parse(json!({ "keys": [jwk] }).to_string().as_bytes()).unwrap()?;
        keys.get("k").map(|key| key.algorithms.clone())
    }

    #[test]
    fn a_key_verifies_what_its_kind_and_its_alg_allow() {
        use Algorithm::{ES256, ES384, EdDSA, RS256, RS384, RS512};
        let cases = [
            (json!({"kid": "k", "kty": "RSA", "n": "sQ", "e": "AQAB"}), vec![RS256, RS384, RS512]),
            (
                json!({"kid": "k", "kty": "RSA", "n": "sQ", "e": "AQAB", "alg": "RS384", "use": "sig"}),
                vec![RS384],
            ),
            (
                json!({"kid": "k", "kty": "RSA", "n": "sQ", "e": "AQAB", "key_ops": ["verify"]}),
                vec![RS256, RS384, RS512],
            ),
            (json!({"kid": "k", "kty": "EC", "crv": "P-256", "x": "sQ", "y": "sQ"}), vec![ES256]),
            (json!({"kid": "k", "kty": "EC", "crv": "P-384", "x": "sQ", "y": "sQ"}), vec![ES384]),
            (json!({"kid": "k", "kty": "OKP", "crv": "Ed25519", "x": "sQ"}), vec![EdDSA]),
        ];
        for (jwk, expected) in cases {
            assert_eq!(algorithms(&jwk), Some(expected), "{jwk}");
        }
    }

    #[test]
    fn a_key_for_anything_else_is_not_there() {
        let others = [
            json!({"kid": "k", "kty": "oct", "k": "c2VjcmV0"}),
            json!({"kid": "k", "kty": "oct", "k": "c2VjcmV0", "alg": "RS256"}),
            json!({"kid": "k", "kty": "RSA", "n": "sQ", "e": "AQAB", "use": "enc"}),
            json!({"kid": "k", "kty": "RSA", "n": "sQ", "e": "AQAB", "key_ops": ["encrypt"]}),
            json!({"kid": "k", "kty": "RSA", "n": "sQ", "e": "AQAB", "alg": "RSA-OAEP"}),
            json!({"kid": "k", "kty": "RSA", "n": "sQ", "e": "AQAB", "alg": "HS256"}),
            json!({"kid": "k", "kty": "EC", "crv": "P-256", "x": "sQ", "y": "sQ", "alg": "ES384"}),
            json!({"kid": "k", "kty": "RSA", "n": "?", "e": "AQAB"}),
            json!({"kid": "k", "kty": "lattice"}),
            json!({"kty": "RSA", "n": "sQ", "e": "AQAB"}),
            json!("k"),
        ];
        for jwk in others {
            assert_eq!(algorithms(&jwk), None, "{jwk}");
        }
    }

    #[test]
    fn a_strange_key_takes_nothing_from_the_others() {
        let document = json!({"keys": [7, {"kid": "k", "kty": "RSA", "n": "sQ", "e": "AQAB"}, {"kty": "lattice"}]});
        assert!(Keys::parse(document.to_string().as_bytes()).unwrap().unwrap().get("k").is_some());
        for document in ["", "{}", "[]", r#"{"keys":{}}"#, "<html>"] {
            assert!(Keys::parse(document.as_bytes()).is_err(), "{document}");
        }
    }
}
