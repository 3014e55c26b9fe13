//! ElastiCache's IAM authentication: what stands for a password is a signed request that is never sent.
//!
//! <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html>. A token is good for 15 minutes, so each connection gets
//! one of its own. ElastiCache ends a connection 12 hours after it was last authenticated, so an open one shows a new token before.

mod cache;
mod token;

pub use cache::{ElastiCache, MalformedCache};

use self::token::Signer;
use aws_sdk_dynamodb::config::{Credentials, ProvideCredentials, SharedCredentialsProvider};
use futures_util::{Stream, stream};
use redis::{BasicAuth, RedisError, RedisResult, StreamingCredentialsProvider};
use std::{
    error, fmt, io,
    pin::Pin,
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::{sync::Mutex, time::sleep};
use tracing::warn;

/// An open connection shows a new token after between so long and twice as long: not all nodes at once, and in good time before
/// the 12 hours are over, however often it has to be tried.
const RENEWAL: Duration = Duration::from_hours(5);

/// After so long a token that could not be made is tried again, for a connection that is open.
const RETRY: Duration = Duration::from_mins(5);

/// Credentials that end sooner are asked for anew: they must outlast the way to the server.
const MARGIN: Duration = Duration::from_mins(1);

/// Who this node is to a cache. A cheap handle.
#[derive(Clone)]
pub(super) struct Iam(Arc<Inner>);

struct Inner {
    signer: Signer,
    credentials: SharedCredentialsProvider,
    /// Of a task's role, until they end: reconnecting must not depend on who hands them out. Others are never kept, so one that was
    /// replaced in its file is used at once.
    kept: Mutex<Option<Credentials>>,
}

/// Why a node cannot authenticate by IAM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnfitForIam {
    /// One of the URLs is not `rediss://`.
    NoTls,
    /// The URLs do not name one and the same user, of letters, digits and hyphens.
    NoUser,
    /// One of the URLs holds a password.
    Password,
    /// AWS's environment names no region.
    NoRegion,
    /// AWS's environment has nothing that could give credentials.
    NoCredentials,
}

impl Iam {
    /// Signs with the credentials and for the region of the usual environment of AWS. No credentials are asked for yet.
    pub(super) async fn of(user: &str, cache: ElastiCache) -> Result<Self, UnfitForIam> {
        let aws = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
        let region = aws.region().ok_or(UnfitForIam::NoRegion)?.to_string();
        let credentials = aws.credentials_provider().ok_or(UnfitForIam::NoCredentials)?;
        Ok(Self::new(Signer { user: user.to_owned(), cache, region }, credentials))
    }

    fn new(signer: Signer, credentials: SharedCredentialsProvider) -> Self {
        Self(Arc::new(Inner { signer, credentials, kept: Mutex::default() }))
    }

    async fn authenticate(&self) -> RedisResult<BasicAuth> {
        let Inner { signer, .. } = self.0.as_ref();
        let credentials = self.credentials().await?;
        let token = signer.sign(credentials, SystemTime::now()).map_err(failed)?;
        Ok(BasicAuth::new(signer.user.clone(), token))
    }

    async fn credentials(&self) -> RedisResult<Credentials> {
        let mut kept = self.0.kept.lock().await;
        if let Some(credentials) = kept.as_ref().filter(|credentials| outlasts(credentials)) {
            return Ok(credentials.clone());
        }
        let credentials = self.0.credentials.provide_credentials().await.map_err(failed)?;
        *kept = credentials.expiry().is_some().then(|| credentials.clone());
        Ok(credentials)
    }
}

impl StreamingCredentialsProvider for Iam {
    /// A token at once, and further ones for as long as the connection lives.
    fn subscribe(&self) -> Pin<Box<dyn Stream<Item = RedisResult<BasicAuth>> + Send + 'static>> {
        let tokens = stream::unfold((self.clone(), Duration::ZERO), async |(iam, wait)| {
            sleep(wait).await;
            let shown = iam.authenticate().await;
            let next = match &shown {
                Ok(_) => RENEWAL.mul_f64(1.0 + fastrand::f64()),
                // Whoever opens a connection says so himself.
                Err(_) if wait.is_zero() => RETRY,
                Err(error) => {
                    warn!(%error, "an open connection to ElastiCache ends before long");
                    RETRY
                }
            };
            Some((shown, (iam, next)))
        });
        Box::pin(tokens)
    }
}

impl fmt::Display for UnfitForIam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoTls => "IAM authentication needs rediss://, for a token must not be overheard",
            Self::NoUser => {
                "IAM authentication needs the user in the redis url, rediss://USER@HOST, the same in each, of letters, digits and hyphens"
            }
            Self::Password => "IAM authentication takes no password in the redis url",
            Self::NoRegion => "IAM authentication needs a region (AWS_REGION)",
            Self::NoCredentials => "IAM authentication needs AWS credentials",
        })
    }
}

impl error::Error for UnfitForIam {}

fn outlasts(credentials: &Credentials) -> bool {
    credentials.expiry().is_some_and(|expiry| expiry > SystemTime::now() + MARGIN)
}

/// In words of AWS's SDK, which names sources of credentials and no credentials.
fn failed(error: impl error::Error) -> RedisError {
    io::Error::other(format!("cannot authenticate by IAM: {error}")).into()
}

#[cfg(test)]
mod tests;
