//! One question to the hook and its answer.

use super::{Review, ReviewConfig};
use crate::Verdict;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Response, StatusCode, header::CONTENT_TYPE, redirect::Policy};
use schema::DateTime;
use serde::Deserialize;
use sha2::Sha256;
use std::{error::Error, fmt};

/// The largest answer that is read; one that says something has some 20 bytes.
const MAX_ANSWER_BYTES: usize = 4096;

/// Seconds since 1970, so that the hook can tell a question that is repeated from one that is new.
const TIMESTAMP: &str = "x-plenary-timestamp";
/// `v1=` and the HMAC-SHA256 of the timestamp, a dot and the body, in hexadecimal.
const SIGNATURE: &str = "x-plenary-signature";

pub(super) struct Client {
    http: reqwest::Client,
    url: reqwest::Url,
    key: Hmac<Sha256>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// As many are asked about as may be.
    Busy,
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Connection(reqwest::Error),
    /// Another status than 200. Redirects are such: what a hook is asked is for nobody else.
    Status(StatusCode),
    /// The answer is too large.
    TooLarge,
    /// The answer is none of the three.
    Malformed,
}

#[derive(Deserialize)]
struct Answer {
    outcome: Verdict,
}

impl Client {
    pub(super) fn new(config: &ReviewConfig) -> Result<Self, Box<dyn Error>> {
        let builder = reqwest::Client::builder().timeout(config.timeout).redirect(Policy::none());
        let http = match config.url.is_loopback() {
            // No proxy can reach this machine's own addresses.
            true => builder.no_proxy().build()?,
            false => builder.https_only(true).build()?,
        };
        let key = Hmac::new_from_slice(&config.secret)?;
        Ok(Self { http, url: config.url.expose().clone(), key })
    }

    pub(super) async fn ask(&self, review: &Review) -> Result<Verdict, Failure> {
        let body = serde_json::to_string(review).map_err(|_| Failure::Malformed)?;
        let timestamp = DateTime::now().as_secs().to_string();
        let request = self
            .http
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(SIGNATURE, self.sign(&timestamp, &body))
            .header(TIMESTAMP, timestamp)
            .body(body);
        let answer = read(request.send().await?).await?;
        let Answer { outcome } = serde_json::from_slice(&answer).map_err(|_| Failure::Malformed)?;
        Ok(outcome)
    }

    fn sign(&self, timestamp: &str, body: &str) -> String {
        let mut mac = self.key.clone();
        [timestamp, ".", body].iter().for_each(|part| mac.update(part.as_bytes()));
        let digest = mac.finalize().into_bytes();
        digest.iter().fold("v1=".to_owned(), |signature, byte| signature + &format!("{byte:02x}"))
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, Failure> {
    if response.status() != StatusCode::OK {
        return Err(Failure::Status(response.status()));
    }
    let mut answer = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if answer.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(Failure::TooLarge);
        }
        answer.extend_from_slice(&chunk);
    }
    Ok(answer)
}

impl Failure {
    /// The reason in metrics.
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Timeout => "timeout",
            Self::Connection(_) => "connection",
            Self::Status(_) => "status",
            Self::TooLarge => "too_large",
            Self::Malformed => "malformed",
        }
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        match error.is_timeout() {
            true => Self::Timeout,
            // The address may hold what only the hook should know.
            false => Self::Connection(error.without_url()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("too many questions are open"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::Connection(_) => f.write_str("no connection"),
            Self::Status(status) => write!(f, "the answer has status {}", status.as_u16()),
            Self::TooLarge => write!(f, "the answer is larger than {MAX_ANSWER_BYTES} bytes"),
            Self::Malformed => f.write_str("the answer has no known outcome"),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Connection(error) => Some(error),
            _ => None,
        }
    }
}
