//! The issuer for local development.

use super::support::{CLIENT, POOL};
use api::auth::{
    AuthError, TokenUse, Verifier,
    development::{DevelopmentError, DevelopmentIssuer, DevelopmentToken, KEY_FILE},
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        Self(
            Path::new(env!("CARGO_TARGET_TMPDIR"))
                .join(format!("development-{:016x}", fastrand::u64(..))),
        )
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn ada(token_use: TokenUse) -> DevelopmentToken {
    DevelopmentToken {
        user: "ada".to_owned(),
        groups: vec!["plenary-hosts".to_owned()],
        name: Some("Ada Lovelace".to_owned()),
        token_use,
        lifetime: Duration::from_secs(3600),
    }
}

#[tokio::test]
async fn the_verifier_accepts_what_it_mints() {
    let issuer = DevelopmentIssuer::generate().unwrap();
    let verifier = Verifier::new(vec![issuer.config()]).unwrap();
    assert!(verifier.ready());
    let id = verifier.verify(&issuer.mint(&ada(TokenUse::Id)), None).await.unwrap();
    let access = verifier.verify(&issuer.mint(&ada(TokenUse::Access)), None).await.unwrap();
    assert_eq!(
        (&id.sub, &id.username, &id.groups),
        (&access.sub, &access.username, &access.groups)
    );
    assert_eq!((id.username.as_str(), id.display_name().as_str()), ("ada", "Ada Lovelace"));
    assert_eq!(id.groups, ["plenary-hosts"]);
    let over = DevelopmentToken { lifetime: Duration::ZERO, ..ada(TokenUse::Id) };
    assert_eq!(verifier.verify(&issuer.mint(&over), None).await.err(), Some(AuthError::Expired));
}

#[tokio::test]
async fn nodes_that_share_a_directory_accept_each_others_tokens_and_no_others() {
    let directory = Directory::new();
    // They start at once, as a local cluster does.
    let open = || DevelopmentIssuer::open(&directory.0).unwrap();
    let nodes: Vec<_> = thread::scope(|scope| {
        let starting: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
        starting.into_iter().map(|node| node.join().unwrap()).collect()
    });
    let restarted = Verifier::new(vec![open().config()]).unwrap();
    for node in &nodes {
        restarted.verify(&node.mint(&ada(TokenUse::Id)), None).await.unwrap();
    }
    let stranger = DevelopmentIssuer::generate().unwrap().mint(&ada(TokenUse::Id));
    assert_eq!(restarted.verify(&stranger, None).await.err(), Some(AuthError::UnknownKid));
    let files: Vec<_> =
        fs::read_dir(&directory.0).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files, [KEY_FILE]);
}

#[test]
fn only_its_owner_can_read_the_key() {
    let directory = Directory::new();
    DevelopmentIssuer::open(&directory.0).unwrap();
    let mode = fs::metadata(directory.0.join(KEY_FILE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_file_that_is_no_key_is_named() {
    let directory = Directory::new();
    fs::create_dir_all(&directory.0).unwrap();
    fs::write(directory.0.join(KEY_FILE), "-----BEGIN CERTIFICATE-----").unwrap();
    let error = DevelopmentIssuer::open(&directory.0).unwrap_err();
    assert!(
        matches!(&error, DevelopmentError::NotAKey(path) if path.ends_with(KEY_FILE)),
        "{error}"
    );
    let error = DevelopmentIssuer::open(&directory.0.join(KEY_FILE)).unwrap_err();
    assert!(matches!(error, DevelopmentError::File { .. }), "{error}");
}

#[test]
fn the_published_keys_are_public() {
    let issuer = DevelopmentIssuer::generate().unwrap();
    let document = serde_json::to_value(issuer.jwks()).unwrap();
    let key = document["keys"][0].as_object().unwrap();
    let names: Vec<_> = key.keys().map(String::as_str).collect();
    assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
    assert!(!format!("{issuer:?}").contains("PRIVATE"));
}

#[test]
fn it_does_not_start_beside_a_real_issuer() {
    assert!(DevelopmentIssuer::check_alone(&[]).is_ok());
    let real = format!("{POOL} clients={CLIENT}").parse().unwrap();
    let error = DevelopmentIssuer::check_alone(&[real]).unwrap_err();
    assert!(error.to_string().contains(POOL), "{error}");
}
