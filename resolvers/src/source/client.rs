//! The client of DynamoDB, with bounds on every wait.

use aws_config::{BehaviorVersion, Region, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::{Client, config::Credentials};
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

/// Builds a client whose calls end within [`OPERATION_TIMEOUT`]. Nothing is sent yet.
pub async fn connect(endpoint: &Endpoint) -> Client {
    let loader = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts()).retry_config(retries());
    let loader = match endpoint {
        Endpoint::Aws => loader,
        // Fixed values: else the SDK would look for them in files and at the instance metadata address, for seconds.
        Endpoint::Local(url) => loader
            .endpoint_url(url)
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("local", "local", None, None, "local")),
    };
    Client::new(&loader.load().await)
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
