//! The client of DynamoDB, with bounds on every wait.

use aws_sdk_dynamodb::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig, timeout::TimeoutConfig},
};
use std::time::Duration;

/// A node and its table are in one region, so a handshake takes milliseconds.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// DynamoDB answers in milliseconds; beyond this the request or its answer is lost.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// The most that a caller waits, with all attempts.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);

/// The first and three retries, with the SDK's jitter and its budget for retries.
const MAX_ATTEMPTS: u32 = 4;

/// What AWS's other SDKs use for DynamoDB; a second, the default here, would be felt in a chat.
const INITIAL_BACKOFF: Duration = Duration::from_millis(50);

/// A throttled partition has room again within a second.
const MAX_BACKOFF: Duration = Duration::from_secs(1);

/// Which DynamoDB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// AWS's, with region and credentials from the usual environment.
    Aws,
    /// An emulator at this URL, which checks no credentials.
    Local(String),
}

/// Builds a client whose calls end within ten seconds, whatever happens. Nothing is sent to the table yet.
pub async fn connect(endpoint: &Endpoint) -> Client {
    let builder = match endpoint {
        Endpoint::Aws => {
            Config::from(&aws_config::load_defaults(BehaviorVersion::latest()).await).to_builder()
        }
        // Without the environment: a profile must not redirect an emulator's client, nor the lack of one make the SDK
        // ask the instance metadata address for seconds.
        Endpoint::Local(url) => Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(url)
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("local", "local", None, None, "local")),
    };
    Client::from_conf(builder.timeout_config(timeouts()).retry_config(retries()).build())
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build()
}

fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(MAX_ATTEMPTS)
        .with_initial_backoff(INITIAL_BACKOFF)
        .with_max_backoff(MAX_BACKOFF)
}
