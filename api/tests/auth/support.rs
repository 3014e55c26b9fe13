//! A user pool to test with: keys, tokens, and a JWKS server that counts what it is asked.

use api::auth::{IssuerConfig, Verifier};
use aws_lc_rs::{encoding::AsDer, rsa};
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header::LOCATION},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, crypto, jwk::Jwk};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{Arc, LazyLock, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{net::TcpListener, sync::watch};

pub(crate) const POOL: &str =
    "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_TestPool1";
pub(crate) const CLIENT: &str = "test-client";

/// The pool's key, the one it rotates to, and the key of somebody else.
pub(crate) static FIRST: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate("first="));
pub(crate) static SECOND: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate("second="));
pub(crate) static STRANGER: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::generate("stranger="));

pub(crate) struct SigningKey {
    pub(crate) kid: String,
    pub(crate) key: EncodingKey,
    pub(crate) jwk: Value,
}

impl SigningKey {
    pub(crate) fn generate(kid: &str) -> Self {
        let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
        let der = STANDARD.encode(pair.as_der().unwrap().as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n");
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
        Self::new(kid, key, Algorithm::RS256)
    }

    pub(crate) fn new(kid: &str, key: EncodingKey, algorithm: Algorithm) -> Self {
        let mut jwk =
            serde_json::to_value(Jwk::from_encoding_key(&key, algorithm).unwrap()).unwrap();
        jwk["kid"] = json!(kid);
        jwk["use"] = json!("sig");
        Self { kid: kid.to_owned(), key, jwk }
    }

    pub(crate) fn header(&self) -> Value {
        json!({"alg": "RS256", "kid": self.kid})
    }

    /// A token whose header says what it likes.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        sign(header, claims, &self.key, Algorithm::RS256)
    }

    pub(crate) fn token(&self, claims: &Value) -> String {
        self.sign(&self.header(), claims)
    }
}

pub(crate) fn sign(
    header: &Value,
    claims: &Value,
    key: &EncodingKey,
    algorithm: Algorithm,
) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

pub(crate) fn encode(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

pub(crate) fn id_claims() -> Value {
    json!({
        "iss": POOL, "sub": "0c4c1b0a-0000-4000-8000-000000000001", "aud": CLIENT, "token_use": "id",
        "cognito:username": "ada", "cognito:groups": ["plenary-hosts"], "auth_time": now(), "iat": now(),
        "exp": now() + 300, "jti": "j", "email": "ada@example.com",
    })
}

pub(crate) fn access_claims() -> Value {
    json!({
        "iss": POOL, "sub": "0c4c1b0a-0000-4000-8000-000000000001", "client_id": CLIENT, "token_use": "access",
        "username": "ada", "scope": "aws.cognito.signin.user.admin", "auth_time": now(), "iat": now(),
        "exp": now() + 300, "jti": "j", "version": 2,
    })
}

/// The claims with some replaced; `null` takes one away.
pub(crate) fn with(mut claims: Value, changes: &Value) -> Value {
    let all = claims.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => all.remove(name),
            value => all.insert(name.clone(), value.clone()),
        };
    }
    claims
}

/// What the JWKS server answers.
#[derive(Clone)]
pub(crate) enum Answer {
    Keys(Vec<Value>),
    Body(String),
    Status(u16),
    Redirect(String),
    /// Nothing, ever.
    Silence,
}

/// A JWKS server on loopback.
pub(crate) struct JwksServer {
    pub(crate) address: SocketAddr,
    state: Arc<ServerState>,
}

struct ServerState {
    answer: Mutex<Answer>,
    hits: watch::Sender<u32>,
}

impl JwksServer {
    pub(crate) async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(ServerState { answer: Mutex::new(answer), hits: watch::channel(0).0 });
        let app = Router::new().fallback(serve).with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, state }
    }

    pub(crate) async fn with_keys(keys: &[&SigningKey]) -> Self {
        Self::start(keys_of(keys)).await
    }

    pub(crate) fn answer(&self, answer: Answer) {
        *self.state.answer.lock().unwrap() = answer;
    }

    pub(crate) fn hits(&self) -> u32 {
        *self.state.hits.borrow()
    }

    /// Waits until it has been asked so often.
    pub(crate) async fn asked(&self, times: u32) {
        self.state.hits.subscribe().wait_for(|hits| *hits >= times).await.unwrap();
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/jwks.json", self.address)
    }

    /// The pool as configured, its keys here.
    pub(crate) fn config(&self) -> IssuerConfig {
        format!("{POOL} clients={CLIENT} jwks={}", self.url()).parse().unwrap()
    }

    /// A verifier that has loaded the keys.
    pub(crate) async fn verifier(&self) -> Verifier {
        let verifier = Verifier::new(vec![self.config()]).unwrap();
        verifier.hydrated().await;
        verifier
    }

    /// The same that asks again sooner.
    pub(crate) fn hasty_config(&self, refresh_interval: Duration) -> IssuerConfig {
        IssuerConfig { refresh_interval, ..self.config() }
    }
}

pub(crate) fn keys_of(keys: &[&SigningKey]) -> Answer {
    Answer::Keys(keys.iter().map(|key| key.jwk.clone()).collect())
}

async fn serve(State(state): State<Arc<ServerState>>) -> (StatusCode, HeaderMap, String) {
    state.hits.send_modify(|hits| *hits += 1);
    let answer = state.answer.lock().unwrap().clone();
    let mut headers = HeaderMap::new();
    match answer {
        Answer::Keys(keys) => (StatusCode::OK, headers, json!({ "keys": keys }).to_string()),
        Answer::Body(body) => (StatusCode::OK, headers, body),
        Answer::Status(status) => (StatusCode::from_u16(status).unwrap(), headers, String::new()),
        Answer::Redirect(url) => {
            headers.insert(LOCATION, HeaderValue::from_str(&url).unwrap());
            (StatusCode::FOUND, headers, String::new())
        }
        Answer::Silence => std::future::pending().await,
    }
}
