//! The keys behind the tokens: loaded, kept, rotated, missing.

use super::support::*;
use api::auth::{AuthError, IssuerConfig, KeySource, Verifier, VerifierError};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{net::TcpListener, task::JoinSet};

/// Short enough for a test, long enough to tell "at once" from "after the interval".
const HASTY: Duration = Duration::from_millis(400);

fn random_kid_token() -> String {
    // The signature need not be good: nobody looks at it without a key.
    let header = json!({"alg": "RS256", "kid": format!("{:x}", fastrand::u128(..))});
    format!("{}.{}.c2lnbmF0dXJl", encode(&header), encode(&id_claims()))
}

#[tokio::test]
async fn a_new_key_is_accepted_after_one_fetch_and_the_old_one_goes() {
    let server = JwksServer::with_keys(&[&FIRST]).await;
    let verifier = server.verifier().await;
    verifier.verify(&FIRST.token(&id_claims()), None).await.unwrap();
    assert_eq!(server.hits(), 1);

    server.answer(keys_of(&[&SECOND]));
    let token = SECOND.token(&id_claims());
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let (verifier, token) = (verifier.clone(), token.clone());
        calls.spawn(async move { verifier.verify(&token, None).await.map(drop) });
    }
    assert_eq!(calls.join_all().await, vec![Ok(()); 50]);
    assert_eq!(server.hits(), 2);
    let refused = verifier.verify(&FIRST.token(&id_claims()), None).await;
    assert_eq!(refused.err(), Some(AuthError::UnknownKid));
    assert_eq!(server.hits(), 2);
}

#[tokio::test]
async fn a_thousand_unknown_kids_lead_to_one_fetch() {
    let server = JwksServer::with_keys(&[&FIRST]).await;
    let verifier = server.verifier().await;
    let mut calls = JoinSet::new();
    for _ in 0..1_000 {
        let verifier = verifier.clone();
        calls.spawn(async move { verifier.verify(&random_kid_token(), None).await.map(drop) });
    }
    assert_eq!(calls.join_all().await, vec![Err(AuthError::UnknownKid); 1_000]);
    assert_eq!(server.hits(), 2);
}

#[tokio::test]
async fn known_keys_verify_while_a_fetch_is_in_flight() {
    let server = JwksServer::with_keys(&[&FIRST]).await;
    let verifier = server.verifier().await;
    server.answer(Answer::Silence);
    let unknown = tokio::spawn({
        let verifier = verifier.clone();
        async move { verifier.verify(&random_kid_token(), None).await.map(drop) }
    });
    server.asked(2).await;
    verifier.verify(&FIRST.token(&id_claims()), None).await.unwrap();
    assert!(!unknown.is_finished());
    assert_eq!(unknown.await.unwrap(), Err(AuthError::UnknownKid));
}

#[tokio::test]
async fn an_unknown_kid_leads_to_a_fetch_again_after_the_interval() {
    let server = JwksServer::with_keys(&[&FIRST]).await;
    let verifier = Verifier::new(vec![server.hasty_config(HASTY)]).unwrap();
    verifier.hydrated().await;
    let started = Instant::now();
    while server.hits() < 4 {
        assert_eq!(
            verifier.verify(&random_kid_token(), None).await.err(),
            Some(AuthError::UnknownKid)
        );
        tokio::time::sleep(HASTY / 40).await;
    }
    // Three fetches for tokens have two intervals between them.
    assert!(started.elapsed() >= HASTY * 2, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_end_the_fetch_of_the_others() {
    let server = JwksServer::with_keys(&[&FIRST]).await;
    let verifier = server.verifier().await;
    server.answer(keys_of(&[&FIRST, &SECOND]));
    let token = SECOND.token(&id_claims());
    {
        // Polled once, which starts the fetch, and dropped.
        let call = verifier.verify(&token, None);
        assert!(futures_util::FutureExt::now_or_never(call).is_none());
    }
    verifier.verify(&token, None).await.unwrap();
    assert_eq!(server.hits(), 2);
}

#[tokio::test]
async fn known_keys_stay_when_a_fetch_fails() {
    let too_large = format!("{{\"keys\":[],\"pad\":\"{}\"}}", "x".repeat(64 * 1024));
    let failures = [
        Answer::Status(500),
        Answer::Status(204),
        Answer::Body("<html>".to_owned()),
        Answer::Body(too_large),
        Answer::Keys(vec![]),
        Answer::Redirect("/elsewhere".to_owned()),
        Answer::Silence,
    ];
    for failure in failures {
        let server = JwksServer::with_keys(&[&FIRST]).await;
        let verifier = server.verifier().await;
        server.answer(failure);
        let refused = verifier.verify(&SECOND.token(&id_claims()), None).await;
        assert_eq!(refused.err(), Some(AuthError::UnknownKid));
        assert_eq!(server.hits(), 2);
        verifier.verify(&FIRST.token(&id_claims()), None).await.unwrap();
        assert!(verifier.ready());
    }
}

#[tokio::test]
async fn a_silent_issuer_is_given_up_after_two_seconds() {
    let server = JwksServer::start(Answer::Silence).await;
    let verifier = Verifier::new(vec![server.config()]).unwrap();
    let started = Instant::now();
    let refused = verifier.verify(&FIRST.token(&id_claims()), None).await;
    assert_eq!(refused.err(), Some(AuthError::KeysUnavailable));
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_node_is_ready_once_the_keys_come_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
    // Nobody listens there now.
    drop(listener);
    let text = format!("{POOL} clients={CLIENT} jwks={url}");
    let verifier = Verifier::new(vec![text.parse().unwrap()]).unwrap();
    let token = FIRST.token(&id_claims());
    assert_eq!(verifier.verify(&token, None).await.err(), Some(AuthError::KeysUnavailable));
    assert!(!verifier.ready());

    let server = JwksServer::start(Answer::Status(503)).await;
    let verifier = Verifier::new(vec![server.hasty_config(HASTY)]).unwrap();
    server.asked(3).await;
    assert!(!verifier.ready());
    server.answer(keys_of(&[&FIRST]));
    verifier.hydrated().await;
    assert!(verifier.ready());
    verifier.verify(&token, None).await.unwrap();
}

#[tokio::test]
async fn a_node_waits_for_the_keys_of_each_issuer() {
    let (up, down) =
        (JwksServer::with_keys(&[&FIRST]).await, JwksServer::start(Answer::Status(500)).await);
    let login = format!("https://login.example audiences=plenary jwks={}", down.url());
    let login = IssuerConfig { refresh_interval: HASTY, ..login.parse().unwrap() };
    let verifier = Verifier::new(vec![up.config(), login]).unwrap();
    down.asked(2).await;
    // The issuer that works works.
    verifier.verify(&FIRST.token(&id_claims()), None).await.unwrap();
    assert!(!verifier.ready());
    down.answer(keys_of(&[&SECOND]));
    verifier.hydrated().await;
    assert!(verifier.ready());
}

#[tokio::test]
async fn keys_are_fetched_from_the_configured_host_alone_and_read_up_to_a_bound() {
    let elsewhere = JwksServer::with_keys(&[&FIRST]).await;
    let padded = json!({"keys": [FIRST.jwk], "pad": "x".repeat(64 * 1024)}).to_string();
    for answer in [Answer::Redirect(elsewhere.url()), Answer::Body(padded)] {
        let server = JwksServer::start(answer).await;
        let verifier = Verifier::new(vec![server.hasty_config(HASTY)]).unwrap();
        server.asked(2).await;
        let refused = verifier.verify(&FIRST.token(&id_claims()), None).await;
        assert_eq!(refused.err(), Some(AuthError::KeysUnavailable));
        assert!(!verifier.ready());
    }
    assert_eq!(elsewhere.hits(), 0);
    let nearly = json!({"keys": [FIRST.jwk], "pad": "x".repeat(60 * 1024)}).to_string();
    let server = JwksServer::start(Answer::Body(nearly)).await;
    server.verifier().await.verify(&FIRST.token(&id_claims()), None).await.unwrap();
}

#[tokio::test]
async fn the_other_spelling_of_a_pool_does_not_keep_a_node_unready() {
    let server = JwksServer::with_keys(&[&FIRST]).await;
    let verifier = server.verifier().await;
    assert!(verifier.ready());
    assert_eq!(server.hits(), 1);
}

#[tokio::test]
async fn a_verifier_needs_issuers_that_differ_and_keys_that_verify() {
    let server = JwksServer::with_keys(&[&FIRST]).await;
    let twice = vec![server.config(), server.config()];
    assert!(matches!(Verifier::new(vec![]), Err(VerifierError::NoIssuer)));
    assert!(
        matches!(Verifier::new(twice), Err(VerifierError::DuplicateIssuer(issuer)) if issuer == POOL)
    );
    let keys = KeySource::Fixed(jsonwebtoken::jwk::JwkSet { keys: vec![] });
    let without = IssuerConfig { keys, ..server.config() };
    assert!(
        matches!(Verifier::new(vec![without]), Err(VerifierError::NoKeys(issuer)) if issuer == POOL)
    );
}
