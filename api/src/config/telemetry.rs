//! What the node tells of itself beside its log and `/metrics`.

use super::value::{ServiceName, duration, ratio};
use clap::Args;
use reqwest::Url;
use std::time::Duration;

/// What the node tells of itself, and to whom.
#[derive(Clone, Debug, Args)]
pub struct TelemetryConfig {
    /// Tell CloudWatch how the node is, as the service of this name: once every `EMF_INTERVAL` a line of Embedded Metric Format
    /// on standard output, from which CloudWatch Logs makes metrics.
    #[arg(long, env = "EMF_SERVICE", hide_env_values = true)]
    pub emf_service: Option<ServiceName>,
    /// From one such line to the next.
    #[arg(long, env = "EMF_INTERVAL", default_value = "1m", value_parser = duration, hide_env_values = true)]
    pub emf_interval: Duration,
    /// Send traces to an OpenTelemetry collector at this URL, over HTTP with protobuf, such as `http://127.0.0.1:4318`. Headers
    /// and the sizes of batches come from OpenTelemetry's own variables.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", hide_env_values = true)]
    pub otlp_endpoint: Option<Url>,
    /// The service that traces name.
    #[arg(long, env = "OTEL_SERVICE_NAME", default_value = "plenary", hide_env_values = true)]
    pub otel_service_name: String,
    /// Which share of the traces that begin here is sent. What a client began is sent if the client says so.
    #[arg(long, env = "OTEL_TRACES_SAMPLER_ARG", default_value = "0.01", value_parser = ratio, hide_env_values = true)]
    pub otel_sample_ratio: f64,
}
