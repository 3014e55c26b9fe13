//! The matrix: a bad token and why it is refused.

use super::support::*;
use api::{
    auth::{AuthError, MAX_TOKEN_BYTES},
    telemetry::Recorder,
};
use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    rsa,
    signature::KeyPair,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

#[tokio::test]
async fn every_bad_token_is_refused_for_its_reason_and_counted() {
    let recorder = Recorder::new();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let verifier = JwksServer::with_keys(&[&FIRST]).await.verifier().await;
    let rows = rows();
    for Row { name, token, reason } in &rows {
        assert_eq!(verifier.verify(token, None).await.err(), Some(*reason), "{name}");
    }
    let metrics = recorder.snapshot().to_string();
    for Row { reason, .. } in &rows {
        let count = rows.iter().filter(|row| row.reason == *reason).count();
        let line =
            format!("plenary_auth_failures_total{{reason=\"{}\"}} {count}\n", reason.reason());
        assert!(metrics.contains(&line), "{line}{metrics}");
    }
}

#[tokio::test]
async fn nothing_of_a_token_is_in_an_error() {
    let verifier = JwksServer::with_keys(&[&FIRST]).await.verifier().await;
    for Row { name, token, .. } in rows() {
        let error = verifier.verify(&token, None).await.unwrap_err();
        let shown = format!("{error} {error:?} {}", schema::Error::from(error));
        assert!(
            token.split('.').filter(|part| part.len() > 9).all(|part| !shown.contains(part)),
            "{name}: {shown}"
        );
    }
}

#[test]
fn a_client_learns_only_that_it_is_not_signed_in_or_should_try_again() {
    use schema::ErrorCode::{Unauthenticated, Unavailable};
    assert_eq!(schema::Error::from(AuthError::KeysUnavailable).code(), Unavailable);
    for Row { reason, .. } in rows() {
        assert_eq!(schema::Error::from(reason).code(), Unauthenticated);
    }
}

struct Row {
    name: &'static str,
    token: String,
    reason: AuthError,
}

fn row(name: &'static str, reason: AuthError, token: String) -> Row {
    Row { name, token, reason }
}

fn claims_rows() -> Vec<Row> {
    use AuthError::{Client, Expired, Issuer, Malformed, NotYetValid, TokenUse};
    let id =
        |name, reason, changes: Value| row(name, reason, FIRST.token(&with(id_claims(), &changes)));
    let access = |name, reason, changes: Value| {
        row(name, reason, FIRST.token(&with(access_claims(), &changes)))
    };
    let other_pool = "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Another";
    vec![
        id("expired a second ago", Expired, json!({"exp": now() - 1})),
        id("expired by 30 s, which a leeway would forgive", Expired, json!({"exp": now() - 30})),
        access("expired access token", Expired, json!({"exp": now() - 1})),
        id("valid later", NotYetValid, json!({"nbf": now() + 30})),
        id("another issuer", Issuer, json!({"iss": other_pool})),
        id("the issuer with a slash", Issuer, json!({"iss": format!("{POOL}/")})),
        id("the issuer in capitals", Issuer, json!({"iss": POOL.to_uppercase()})),
        id("ID token of another client", Client, json!({"aud": "another-client"})),
        id("ID token without client", Client, json!({"aud": null})),
        id(
            "ID token with the client of an access token",
            Client,
            json!({"aud": null, "client_id": CLIENT}),
        ),
        access("access token of another client", Client, json!({"client_id": "another-client"})),
        access(
            "access token with the client of an ID token",
            Client,
            json!({"client_id": null, "aud": CLIENT}),
        ),
        id("refresh token", TokenUse, json!({"token_use": "refresh"})),
        id("no use", TokenUse, json!({"token_use": null})),
        id("no exp", Malformed, json!({"exp": null})),
        id("exp as text", Malformed, json!({"exp": "9999999999"})),
        id("iat as text", Malformed, json!({"iat": "now"})),
        id("no iss", Malformed, json!({"iss": null})),
        id("no sub", Malformed, json!({"sub": null})),
        id("a sub that is no user id", Malformed, json!({"sub": "ROOM#x"})),
        id(
            "groups that are no names",
            Malformed,
            json!({"cognito:groups": [{"name": "plenary-hosts"}]}),
        ),
    ]
}

fn header_rows() -> Vec<Row> {
    use AuthError::{Algorithm as BadAlgorithm, Malformed, Signature, UnknownKid};
    let first = |name, reason, changes: Value| {
        row(name, reason, FIRST.sign(&with(FIRST.header(), &changes), &id_claims()))
    };
    let with_key_inside = json!({"alg": "RS256", "kid": STRANGER.kid, "jwk": STRANGER.jwk});
    vec![
        first("no kid", Malformed, json!({"kid": null})),
        first("no alg", Malformed, json!({"alg": null})),
        first("unknown kid", UnknownKid, json!({"kid": "third="})),
        first("a kid with a path", UnknownKid, json!({"kid": "../../../dev/null"})),
        first("alg none", BadAlgorithm, json!({"alg": "none"})),
        first("alg None", BadAlgorithm, json!({"alg": "None"})),
        first(
            "an accepted algorithm that is not the pool's",
            BadAlgorithm,
            json!({"alg": "RS512"}),
        ),
        first("an elliptic algorithm with an RSA key", BadAlgorithm, json!({"alg": "ES256"})),
        first("crit", Malformed, json!({"crit": ["exp"]})),
        row("another pool's key", UnknownKid, STRANGER.token(&id_claims())),
        row(
            "another pool's key under our kid",
            Signature,
            STRANGER.sign(&FIRST.header(), &id_claims()),
        ),
        row("a key inside the token", UnknownKid, STRANGER.sign(&with_key_inside, &id_claims())),
    ]
}

fn tampered_rows() -> Vec<Row> {
    use AuthError::{Malformed, Signature};
    let good = FIRST.token(&id_claims());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let header = message.split_once('.').unwrap().0;
    let host =
        encode(&with(id_claims(), &json!({"cognito:groups": ["plenary-hosts", "plenary-admins"]})));
    vec![
        row("truncated signature", Signature, good[..good.len() - 1].to_owned()),
        row("half a signature", Signature, good[..good.len() - signature.len() / 2].to_owned()),
        row("longer signature", Signature, format!("{good}AAAA")),
        row("zero signature", Signature, format!("{message}.{}", "A".repeat(signature.len()))),
        row("another payload", Signature, format!("{header}.{host}.{signature}")),
        row(
            "another header",
            Signature,
            good.replacen(header, &encode(&with(FIRST.header(), &json!({"x": 1}))), 1),
        ),
        row("no signature", Malformed, format!("{message}.")),
        row("alg none without signature", Malformed, {
            format!(
                "{}.{}.",
                encode(&json!({"alg": "none", "kid": FIRST.kid})),
                encode(&id_claims())
            )
        }),
        row("two parts", Malformed, message.to_owned()),
        row("four parts", Malformed, format!("{good}.AAAA")),
        row("nothing", Malformed, String::new()),
        row("the scheme alone", Malformed, "Bearer ".to_owned()),
        row("another scheme", Malformed, format!("Basic {good}")),
        row("garbage", Malformed, "\u{0}\u{fffd}..\u{1f600}".to_owned()),
        row(
            "huge",
            Malformed,
            FIRST.token(&with(id_claims(), &json!({"pad": "x".repeat(MAX_TOKEN_BYTES)}))),
        ),
    ]
}

/// Tokens signed with what everybody knows, the public key, as if it were a shared secret.
fn shared_secret_rows() -> Vec<Row> {
    let header = json!({"alg": "HS256", "kid": FIRST.kid});
    let secrets = [
        ("HS256 with the public key in PEM", public_pem().into_bytes()),
        ("HS256 with the public key in DER", public_der()),
        ("HS256 with the modulus", FIRST.jwk["n"].as_str().unwrap().as_bytes().to_vec()),
    ];
    let sign_with = |secret: &[u8]| {
        sign(&header, &id_claims(), &EncodingKey::from_secret(secret), Algorithm::HS256)
    };
    secrets
        .iter()
        .map(|(name, secret)| row(name, AuthError::Algorithm, sign_with(secret)))
        .collect()
}

fn rows() -> Vec<Row> {
    [claims_rows(), header_rows(), tampered_rows(), shared_secret_rows()]
        .into_iter()
        .flatten()
        .collect()
}

fn public_der() -> Vec<u8> {
    let pair = rsa::KeyPair::from_der(FIRST.key.as_bytes()).unwrap();
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    der.as_ref().to_vec()
}

fn public_pem() -> String {
    let lines: Vec<_> = public_der().chunks(48).map(|line| STANDARD.encode(line)).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}
