//! Logs and metrics. Query strings, headers, documents and tokens are never given to either.

use crate::config::{LogConfig, LogFormat};
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::{
    io::{self, IsTerminal},
    panic,
};
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    fmt::MakeWriter,
    layer::SubscriberExt,
    registry,
    util::SubscriberInitExt,
};

/// The crates whose finest lines may be written: at that level the AWS SDK writes the items that it reads, and the
/// headers that it signs.
const OWN_CRATES: [&str; 3] = ["api", "resolvers", "schema"];

/// Upper bounds, in seconds, that the histograms of durations count by.
const SECONDS: [f64; 12] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Upper bounds that the histograms of counts count by.
const COUNTS: [f64; 11] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0];

/// Starts logging to standard error and counting; once in a process.
pub fn start(config: &LogConfig) -> Result<PrometheusHandle, BuildError> {
    subscriber(config, io::stderr).init();
    panic::set_hook(Box::new(log_panic));
    start_metrics()
}

/// Starts counting; once in a process.
pub fn start_metrics() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_size".into()), &COUNTS)?
        .install_recorder()?;
    describe_counter!("plenary_http_requests_total", "Requests answered, by status");
    describe_histogram!(
        "plenary_http_request_duration_seconds",
        Unit::Seconds,
        "From a request's head to its answer"
    );
    describe_gauge!("plenary_connections", "Open connections, WebSockets included");
    describe_counter!(
        "plenary_connections_refused_total",
        "Connections refused before anything was read, by reason"
    );
    describe_counter!("plenary_refusals_total", "Errors answered, by code");
    describe_histogram!(
        "plenary_mutation_duration_seconds",
        Unit::Seconds,
        "Mutations, by field and result"
    );
    describe_histogram!("plenary_append_group_size", "Positions taken by one call");
    describe_histogram!("plenary_votes_counted_together", "Votes of one transaction");
    describe_histogram!(
        "plenary_source_duration_seconds",
        Unit::Seconds,
        "Requests of resolvers to table and log, by call and result"
    );
    describe_counter!("plenary_table_requests_total", "Requests to the table, by operation");
    describe_counter!("plenary_log_voids_total", "Positions that nobody wrote in time");
    describe_counter!("plenary_log_hole_reads_total", "Reads of what the broker did not carry");
    describe_counter!("plenary_replays_total", "Resumed subscriptions, by where from");
    describe_counter!("plenary_gaps_total", "Subscriptions that could not be resumed");
    describe_gauge!("plenary_task_protected", "Whether Amazon ECS protects this task");
    describe_counter!(
        "plenary_task_protection_requests_total",
        "Requests to change the protection of this task, by result"
    );
    describe_gauge!("plenary_feeds", "Rooms that are open on this node");
    Ok(handle)
}

/// Writes log lines as they are configured.
pub fn subscriber<W>(config: &LogConfig, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines =
        tracing_subscriber::fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(writer);
    let lines = match config.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    registry().with(lines.with_filter(EnvFilter::new(&config.log).and(filter_fn(is_discreet))))
}

fn is_discreet(line: &Metadata<'_>) -> bool {
    let of = line.target().split("::").next().unwrap_or_default();
    *line.level() != Level::TRACE || OWN_CRATES.contains(&of)
}

/// A panic is one log line like any other.
fn log_panic(panic: &panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let what = panic.payload_as_str().unwrap_or("no text");
    tracing::error!(panic.location = place, error = what, "panicked");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    #[test]
    fn other_crates_do_not_write_what_passes_through_them() {
        let config = LogConfig { log: "trace".to_owned(), log_format: LogFormat::Json };
        let written = Written::default();
        let writer = written.clone();
        tracing::subscriber::with_default(subscriber(&config, move || writer.clone()), || {
            tracing::trace!(target: "aws_smithy_runtime::client", "an item");
            tracing::debug!(target: "aws_smithy_runtime::client", "a retry");
            tracing::trace!(target: "api::http", "a step");
        });
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        assert!(!text.contains("an item"), "{text}");
        assert!(text.contains("a retry") && text.contains("a step"), "{text}");
    }

    impl io::Write for Written {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(line)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
