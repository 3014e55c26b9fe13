//! Tokens that are good, and for whom.

use super::support::*;
use api::auth::{AuthError, Issuers, Verifier};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
};
use base64::{Engine, engine::general_purpose::URL_SAFE};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr};

#[tokio::test]
async fn a_good_token_says_who_calls() {
    let server = JwksServer::with_keys(&[&FIRST, &SECOND]).await;
    let verifier = server.verifier().await;
    let source_ip = Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let (id, access) = (id_claims(), access_claims());
    // As in a pool, the two tokens are signed with different keys.
    let ada = verifier.verify(&FIRST.token(&id), source_ip).await.unwrap();
    assert_eq!((ada.sub.as_str(), ada.issuer.as_str()), (id["sub"].as_str().unwrap(), POOL));
    assert_eq!((ada.username.as_str(), ada.groups), ("ada", vec!["plenary-hosts".to_owned()]));
    assert_eq!((ada.source_ip, Some(ada.expires_at.as_secs())), (source_ip, id["exp"].as_i64()));
    assert_eq!(Some(&ada.claims.parse()), id.as_object());
    let ada = verifier.verify(&SECOND.token(&access), None).await.unwrap();
    assert_eq!((ada.username.as_str(), ada.groups, ada.source_ip), ("ada", vec![], None));
}

#[tokio::test]
async fn the_scheme_bearer_makes_no_difference() {
    let verifier = JwksServer::with_keys(&[&FIRST]).await.verifier().await;
    let token = FIRST.token(&id_claims());
    for scheme in ["", "Bearer ", "bearer ", "BEARER  "] {
        verifier.verify(&format!("{scheme}{token}"), None).await.unwrap();
    }
}

#[tokio::test]
async fn padding_makes_no_difference() {
    let verifier = JwksServer::with_keys(&[&FIRST]).await.verifier().await;
    let header = with(FIRST.header(), &json!({"typ": "JWT"})).to_string();
    for pad in ["", " ", "  "] {
        let message = format!(
            "{}.{}",
            URL_SAFE.encode(format!("{header}{pad}")),
            URL_SAFE.encode(id_claims().to_string())
        );
        let signature = crypto::sign(message.as_bytes(), &FIRST.key, Algorithm::RS256).unwrap();
        verifier.verify(&format!("{message}.{signature}=="), None).await.unwrap();
    }
}

#[tokio::test]
async fn a_token_cannot_say_where_its_key_is() {
    let server = JwksServer::with_keys(&[&FIRST]).await;
    let elsewhere = JwksServer::with_keys(&[&STRANGER, &FIRST]).await;
    let verifier = server.verifier().await;
    for name in ["jku", "x5u"] {
        let header = json!({"alg": "RS256", "kid": STRANGER.kid, name: elsewhere.url()});
        let refused = verifier.verify(&STRANGER.sign(&header, &id_claims()), None).await;
        assert_eq!(refused.err(), Some(AuthError::UnknownKid), "{name}");
        // The pool's own key counts, wherever the header points.
        let header =
            json!({"alg": "RS256", "kid": FIRST.kid, name: elsewhere.url(), "jwk": STRANGER.jwk});
        verifier.verify(&FIRST.sign(&header, &id_claims()), None).await.unwrap();
    }
    assert_eq!(elsewhere.hits(), 0);
}

#[tokio::test]
async fn a_use_that_is_not_accepted_is_refused() {
    let server = JwksServer::with_keys(&[&FIRST]).await;
    let text = format!("{POOL} clients={CLIENT} uses=access jwks={}", server.url());
    let verifier = Verifier::new(vec![text.parse().unwrap()]).unwrap();
    verifier.verify(&FIRST.token(&access_claims()), None).await.unwrap();
    let refused = verifier.verify(&FIRST.token(&id_claims()), None).await;
    assert_eq!(refused.err(), Some(AuthError::TokenUse));
}

#[tokio::test]
async fn a_pool_vouches_under_both_spellings_of_its_issuer() {
    let verifier = JwksServer::with_keys(&[&FIRST]).await.verifier().await;
    let global = POOL.replace("cognito-idp", "issuer-cognito-idp");
    let ada = verifier
        .verify(&FIRST.token(&with(id_claims(), &json!({"iss": global}))), None)
        .await
        .unwrap();
    assert_eq!(ada.issuer, global);
}

#[tokio::test]
async fn several_issuers_are_told_apart_by_iss_and_share_no_key() {
    let (pool, login) =
        (JwksServer::with_keys(&[&FIRST]).await, JwksServer::with_keys(&[&SECOND]).await);
    let login_issuer = "https://login.example/";
    let text = format!(
        "{POOL} clients={CLIENT} jwks={}; {login_issuer} audiences=plenary jwks={} algorithms=RS256,ES256;",
        pool.url(),
        login.url(),
    );
    let verifier = Verifier::new(text.parse::<Issuers>().unwrap().0).unwrap();
    let claims =
        json!({"iss": login_issuer, "sub": "auth0|1", "aud": ["plenary", "x"], "exp": now() + 60});
    verifier.verify(&FIRST.token(&id_claims()), None).await.unwrap();
    let guest = verifier.verify(&SECOND.token(&claims), None).await.unwrap();
    assert_eq!((guest.sub.as_str(), guest.username.as_str()), ("auth0|1", "auth0|1"));
    let crossed = [FIRST.token(&claims), SECOND.token(&id_claims())];
    for token in crossed {
        assert_eq!(verifier.verify(&token, None).await.err(), Some(AuthError::UnknownKid));
    }
    let wrong_audience = SECOND.token(&with(claims, &json!({"aud": "account"})));
    assert_eq!(verifier.verify(&wrong_audience, None).await.err(), Some(AuthError::Client));
}

#[tokio::test]
async fn another_issuer_may_sign_with_elliptic_curves() {
    let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let p384 = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
    let ed25519 = Ed25519KeyPair::generate().unwrap();
    let ec_key = |pair: EcdsaKeyPair| EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref());
    let ed_key = EncodingKey::from_ed_der(ed25519.to_pkcs8v1().unwrap().as_ref());
    let keys = [
        (ec_key(p256), Algorithm::ES256),
        (ec_key(p384), Algorithm::ES384),
        (ed_key, Algorithm::EdDSA),
    ];
    for (key, algorithm) in keys {
        let name = format!("{algorithm:?}");
        let key = SigningKey::new("curve", key, algorithm);
        let server = JwksServer::with_keys(&[&key]).await;
        let issuer = format!("https://login.example audiences=plenary jwks={}", server.url());
        let verifier = |algorithms: &str| {
            let config = format!("{issuer} algorithms={algorithms}").parse().unwrap();
            Verifier::new(vec![config]).unwrap()
        };
        let claims = json!({
            "iss": "https://login.example", "sub": "ada", "aud": "plenary", "exp": now() + 60,
        });
        let header = json!({"alg": name, "kid": key.kid});
        let token = sign(&header, &claims, &key.key, algorithm);
        verifier(&name).verify(&token, None).await.unwrap();
        let (message, signature) = token.rsplit_once('.').unwrap();
        let forged = format!("{message}.{}", "A".repeat(signature.len()));
        let refused = verifier(&name).verify(&forged, None).await;
        assert_eq!(refused.err(), Some(AuthError::Signature), "{name}");
        let refused = verifier("RS256").verify(&token, None).await;
        assert_eq!(refused.err(), Some(AuthError::Algorithm), "{name}");
    }
}
