//! Tokens that are good, and for whom.

use super::support::*;
use api::auth::{AuthError, Issuers, Verifier};
use base64::{Engine, engine::general_purpose::URL_SAFE};
use jsonwebtoken::{Algorithm, crypto};
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
    assert_eq!(Some(&ada.claims), id.as_object());
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
