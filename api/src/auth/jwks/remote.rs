//! Keys that an issuer publishes: fetched at start, kept, and fetched again when a token names one that is not known.

use super::{Key, Keys};
use crate::auth::{AuthError, VerifierError, issuer::is_loopback};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use reqwest::{Client, StatusCode, Url, redirect::Policy};
use std::{
    error::Error as StdError,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::watch, time::Instant};

/// How long a fetch may take, from name resolution to the last byte.
const FETCH_TIMEOUT: Duration = Duration::from_secs(2);

/// The largest document that is read. Cognito's is 1 KiB.
const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

/// The pause after the first failed fetch at start, as a part of the refresh interval; it doubles up to the interval.
const FIRST_RETRY: u32 = 20;

/// Keys behind an address. Those that were loaded last stay when a fetch fails.
pub(in crate::auth) struct RemoteKeys {
    client: Client,
    url: Url,
    refresh_interval: Duration,
    keys: watch::Sender<Option<Keys>>,
    last_refresh: Mutex<Option<Refresh>>,
}

/// The latest fetch that a token made necessary, in flight or done.
struct Refresh {
    started_at: Instant,
    done: Shared<BoxFuture<'static, ()>>,
}

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error("the request failed")]
    Request(#[source] reqwest::Error),
    #[error("the answer has status {0}")]
    Status(StatusCode),
    #[error("the answer is larger than {MAX_DOCUMENT_BYTES} bytes")]
    TooLarge,
    #[error("the answer is not a JWKS document")]
    Malformed(#[source] serde_json::Error),
    #[error("the answer has no key that can verify a signature")]
    NoKeys,
}

impl RemoteKeys {
    pub(in crate::auth) fn new(
        url: &Url,
        refresh_interval: Duration,
    ) -> Result<Self, VerifierError> {
        let client =
            client_for(url).map_err(|source| VerifierError::Client { url: url.clone(), source })?;
        let (keys, _) = watch::channel(None);
        Ok(Self {
            client,
            url: url.clone(),
            refresh_interval,
            keys,
            last_refresh: Mutex::default(),
        })
    }

    /// Fetches the keys in the background until it succeeds once.
    pub(in crate::auth) fn hydrate(self: &Arc<Self>) {
        let keys = Arc::downgrade(self);
        let interval = self.refresh_interval;
        tokio::spawn(async move {
            let mut pause = interval / FIRST_RETRY;
            // A verifier that nobody holds any more needs no keys.
            while let Some(keys) = keys.upgrade() {
                if keys.is_loaded() || keys.load().await {
                    return;
                }
                drop(keys);
                tokio::time::sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
                pause = interval.min(pause * 2);
            }
        });
    }

    pub(in crate::auth) fn is_loaded(&self) -> bool {
        self.keys.borrow().is_some()
    }

    pub(in crate::auth) async fn loaded(&self) {
        let loaded = self.keys.subscribe().wait_for(Option::is_some).await.map(drop);
        loaded.expect("the sender is in self");
    }

    pub(in crate::auth) async fn find(self: &Arc<Self>, kid: &str) -> Result<Arc<Key>, AuthError> {
        if let Ok(key) = self.known(kid) {
            return Ok(key);
        }
        self.refresh().await;
        self.known(kid)
    }

    fn known(&self, kid: &str) -> Result<Arc<Key>, AuthError> {
        match &*self.keys.borrow() {
            Some(keys) => keys.get(kid).ok_or(AuthError::UnknownKid),
            None => Err(AuthError::KeysUnavailable),
        }
    }

    /// The end of the latest refresh; starts one when the latest is old enough.
    ///
    /// So unknown keys cost one fetch per interval however many tokens name them, whoever comes during the fetch
    /// waits for it, and whoever comes after it is refused at once.
    fn refresh(self: &Arc<Self>) -> Shared<BoxFuture<'static, ()>> {
        let mut last = self.last_refresh.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) =
            last.as_ref().filter(|last| last.started_at.elapsed() < self.refresh_interval)
        {
            return last.done.clone();
        }
        let keys = Arc::clone(self);
        // A task of its own: a caller that goes away must not end the fetch on which others wait.
        let fetch = tokio::spawn(async move { keys.load().await });
        let done = fetch.map(drop).boxed().shared();
        *last = Some(Refresh { started_at: Instant::now(), done: done.clone() });
        done
    }

    /// Replaces the keys by those at the address, and says whether that worked.
    async fn load(&self) -> bool {
        match self.fetch().await {
            Ok(keys) => {
                self.keys.send_replace(Some(keys));
                metrics::counter!("plenary_jwks_fetches_total", "outcome" => "ok").increment(1);
                tracing::info!(url = %self.url, "keys loaded");
                true
            }
            Err(error) => {
                metrics::counter!("plenary_jwks_fetches_total", "outcome" => "failed").increment(1);
                tracing::warn!(url = %self.url, error = &error as &dyn StdError, "keys not loaded");
                false
            }
        }
    }

    async fn fetch(&self) -> Result<Keys, FetchError> {
        let mut response =
            self.client.get(self.url.clone()).send().await.map_err(FetchError::Request)?;
        if response.status() != StatusCode::OK {
            return Err(FetchError::Status(response.status()));
        }
        let mut document = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(FetchError::Request)? {
            if document.len() + chunk.len() > MAX_DOCUMENT_BYTES {
                return Err(FetchError::TooLarge);
            }
            document.extend_from_slice(&chunk);
        }
        Keys::parse(&document).map_err(FetchError::Malformed)?.ok_or(FetchError::NoKeys)
    }
}

fn client_for(url: &Url) -> reqwest::Result<Client> {
    // A redirect would make the answer of one host the keys of another.
    let builder = Client::builder().timeout(FETCH_TIMEOUT).redirect(Policy::none());
    match is_loopback(url) {
        // No proxy can reach this machine's own addresses.
        true => builder.no_proxy().build(),
        false => builder.https_only(true).build(),
    }
}
