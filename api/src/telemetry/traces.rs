//! Traces for an OpenTelemetry collector: OTLP over HTTP with protobuf.
//!
//! Sent are spans whose target ends in `::trace`, and nothing else: what other crates say in theirs, and every log line, may
//! hold what people write. Which fields a span has is written where it begins, in `trace.rs` of this crate and of
//! `resolvers`.

use crate::config::TelemetryConfig;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{Sampler, SdkTracerProvider},
};
use std::time::Duration;
use tokio::task::spawn_blocking;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

/// How long the last spans may take to be sent: a node must not end later for a collector that is away.
const PATIENCE: Duration = Duration::from_secs(3);

/// Sends spans, in batches, from a thread of its own. What it cannot send in time it drops.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins to send, if a collector is configured.
    ///
    /// # Errors
    ///
    /// If there is no way to it, such as a URL that is no HTTP.
    pub fn start(config: &TelemetryConfig) -> Result<Option<Self>, ExporterBuildError> {
        let Some(endpoint) = &config.otlp_endpoint else { return Ok(None) };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/')))
            .build()?;
        let sampler = Sampler::TraceIdRatioBased(config.otel_sample_ratio);
        let resource =
            Resource::builder().with_service_name(config.otel_service_name.clone()).with_attribute(
                opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            );
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(Sampler::ParentBased(Box::new(sampler)))
            .with_resource(resource.build());
        Ok(Some(Self(provider.build())))
    }

    /// What takes spans from the code to the collector.
    pub(super) fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("plenary"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(is_sent))
    }

    /// Sends what there is, and no more after it.
    pub async fn end(self) {
        match spawn_blocking(move || self.0.shutdown_with_timeout(PATIENCE)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the last traces were not sent"),
            Err(error) => tracing::warn!(%error, "the last traces were not sent"),
        }
    }
}

fn is_sent(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && matches!(metadata.target(), "api::trace" | "resolvers::trace")
}
