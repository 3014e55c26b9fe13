use super::*;
use aws_credential_types::{
    credential_fn::provide_credentials_fn, provider::error::CredentialsError,
};
use futures_util::StreamExt;
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};
use tokio::time::Instant;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SESSION: &str = "IQoJb3JpZ2luX2VjEXAMPLE+session/token==";

fn signer(cache: &str) -> Signer {
    let (user, region) = ("plenary-node".to_owned(), "eu-central-1".to_owned());
    Signer { user, cache: cache.parse().unwrap(), region }
}

fn credentials(session: Option<&str>, expiry: Option<SystemTime>) -> Credentials {
    Credentials::new("AKIDEXAMPLE", SECRET, session.map(ToOwned::to_owned), expiry, "test")
}

fn parts(token: &str) -> (&str, BTreeSet<&str>) {
    let (place, query) = token.split_once('?').unwrap();
    (place, query.split('&').collect())
}

/// The signatures are botocore's (1.43.11): `SigV4QueryAuth(credentials, 'elasticache', 'eu-central-1', expires=900)` on a GET of
/// `https://plenary-prod/?Action=connect&User=plenary-node`, serverless with `&ResourceType=ServerlessCache`, at 2026-05-04T03:02:01Z.
#[test]
fn a_token_is_what_the_sdk_of_another_language_makes() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_777_863_721);
    for (cache, session, signature) in [
        ("plenary-prod", None, "dc5cf980c2e778084ad338fa6cc2b1ac8b9402c8d59652d458a35cf9400ce63a"),
        (
            "plenary-prod",
            Some(SESSION),
            "8102ddabd74bfacc0a17de30a25bcbd0abc193d36aa670e129fc53bbe0ab9731",
        ),
        (
            "serverless:plenary-prod",
            None,
            "d3c79eb7402ae841db1f5da9b57383b23f264e9775c0df1b5bf5e82881e19b99",
        ),
        (
            "serverless:plenary-prod",
            Some(SESSION),
            "f6993a9e5a2f290914a7761d2ee1e80e079f494d4a2048f87e874f99c010af5c",
        ),
    ] {
        let token = signer(cache).sign(credentials(session, None), now).unwrap();
        let mut expected = format!(
            "plenary-prod/?Action=connect&User=plenary-node&X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIDEXAMPLE%2F20260504%2Feu-central-1%2Felasticache%2Faws4_request\
             &X-Amz-Date=20260504T030201Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host\
             &X-Amz-Signature={signature}"
        );
        if cache.starts_with("serverless:") {
            expected += "&ResourceType=ServerlessCache";
        }
        if session.is_some() {
            expected += "&X-Amz-Security-Token=IQoJb3JpZ2luX2VjEXAMPLE%2Bsession%2Ftoken%3D%3D";
        }
        assert_eq!(parts(&token), parts(&expected));
    }
}

#[tokio::test(start_paused = true)]
async fn an_open_connection_shows_a_new_token_long_before_twelve_hours_are_over() {
    let provider = SharedCredentialsProvider::new(credentials(None, None));
    let mut tokens = Iam::new(signer("plenary-prod"), provider).subscribe();
    let mut shown = Instant::now();
    assert_eq!(tokens.next().await.unwrap().unwrap().username(), "plenary-node");
    assert_eq!(shown.elapsed(), Duration::ZERO);
    let mut pauses = BTreeSet::new();
    for _ in 0..20 {
        tokens.next().await.unwrap().unwrap();
        let pause = shown.elapsed();
        assert!(pause >= RENEWAL && pause <= RENEWAL * 2 + Duration::from_secs(1), "{pause:?}");
        pauses.insert(pause);
        shown = Instant::now();
    }
    assert!(pauses.len() > 10, "nodes would renew in step: {pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_cannot_be_made_is_tried_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let provider = provide_credentials_fn({
        let asked = asked.clone();
        move || {
            let missing = asked.fetch_add(1, Ordering::Relaxed) < 2;
            async move {
                match missing {
                    true => Err(CredentialsError::not_loaded("away")),
                    false => Ok(credentials(None, None)),
                }
            }
        }
    });
    let iam = Iam::new(signer("plenary-prod"), SharedCredentialsProvider::new(provider));
    let (mut tokens, begun) = (iam.subscribe(), Instant::now());
    for _ in 0..2 {
        let error = tokens.next().await.unwrap().unwrap_err().to_string();
        assert!(error.contains("cannot authenticate by IAM"), "{error}");
    }
    tokens.next().await.unwrap().unwrap();
    assert!(begun.elapsed() < Duration::from_hours(1), "there are two hours for it at least");
}

#[tokio::test]
async fn credentials_are_kept_until_they_end_and_others_never() {
    let soon = Some(SystemTime::now() + MARGIN / 2);
    let late = Some(SystemTime::now() + Duration::from_hours(6));
    for (expiry, times) in [(late, 1), (soon, 3), (None, 3)] {
        let asked = Arc::new(AtomicUsize::new(0));
        let provider = provide_credentials_fn({
            let asked = asked.clone();
            move || {
                asked.fetch_add(1, Ordering::Relaxed);
                async move { Ok(credentials(Some(SESSION), expiry)) }
            }
        });
        let iam = Iam::new(signer("plenary-prod"), SharedCredentialsProvider::new(provider));
        for _ in 0..3 {
            iam.subscribe().next().await.unwrap().unwrap();
        }
        assert_eq!(asked.load(Ordering::Relaxed), times, "{expiry:?}");
    }
}
