//! Logs and metrics. Query strings, headers, documents and tokens are never given to either.

pub mod catalogue;
pub mod emf;
mod histogram;
mod process;
mod recorder;
mod snapshot;
mod traces;

pub use histogram::Distribution;
pub use recorder::Recorder;
pub use snapshot::Snapshot;
pub use traces::Traces;

use crate::config::{LogConfig, LogFormat};
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
    registry::{LookupSpan, Registry},
    util::SubscriberInitExt,
};

/// All metrics of the process. A handle that is cheap to clone.
#[derive(Clone)]
pub struct Metrics(Recorder);

/// The process has a recorder of metrics already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("metrics are counted already")]
pub struct AlreadyCounting;

/// The crates whose finest lines may be written: at that level the AWS SDK writes the items that it reads, and the
/// headers that it signs.
const OWN_CRATES: [&str; 3] = ["api", "resolvers", "schema"];

/// Starts logging to standard error, counting, and giving spans to those who send them; once in a process.
pub fn start(config: &LogConfig, traces: Option<&Traces>) -> Result<Metrics, AlreadyCounting> {
    subscriber(config, io::stderr).with(traces.map(Traces::layer)).init();
    panic::set_hook(Box::new(log_panic));
    start_metrics()
}

/// Starts counting; once in a process.
pub fn start_metrics() -> Result<Metrics, AlreadyCounting> {
    let recorder = Recorder::new();
    metrics::set_global_recorder(recorder.clone()).map_err(|_| AlreadyCounting)?;
    metrics::gauge!("plenary_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(Metrics(recorder))
}

impl Metrics {
    /// What everything stands at now, the process and its runtime with it.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = self.0.snapshot();
        process::samples().for_each(|(key, value)| snapshot.number(&key, value));
        snapshot
    }

    /// The same as Prometheus reads it.
    #[must_use]
    pub fn render(&self) -> String {
        self.snapshot().to_string()
    }
}

/// Writes log lines as they are configured.
pub fn subscriber<W>(
    config: &LogConfig,
    writer: W,
) -> impl Subscriber + for<'span> LookupSpan<'span> + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines =
        tracing_subscriber::fmt::layer().with_ansi(io::stderr().is_terminal()).with_writer(writer);
    let lines = match config.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    Registry::default()
        .with(lines.with_filter(EnvFilter::new(&config.log).and(filter_fn(is_discreet))))
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
