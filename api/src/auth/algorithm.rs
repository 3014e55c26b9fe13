//! The signature algorithms that an issuer may use.

use jsonwebtoken::Algorithm;

/// All of them are asymmetric: with a shared secret, whoever can verify a token could also make one.
pub(super) const ALGORITHMS: [Algorithm; 6] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// The algorithm with the name that JWT headers and keys use.
pub(super) fn parse(name: &str) -> Option<Algorithm> {
    name.parse().ok().filter(|algorithm| ALGORITHMS.contains(algorithm))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_asymmetric_algorithms_have_a_name_here() {
        for name in ["none", "None", "", "HS256", "HS384", "HS512", "PS256", "rs256", "RS256 "] {
            assert_eq!(parse(name), None, "{name}");
        }
        assert_eq!(parse("RS256"), Some(Algorithm::RS256));
        assert_eq!(parse("EdDSA"), Some(Algorithm::EdDSA));
    }
}
