//! Every metric that a node tells: its name, kind, unit, labels and meaning, and what CloudWatch gets of it.
//!
//! This is the only list. The recorder takes nothing that is not on it, `/metrics` shows all of it, with zeros from the
//! start, and `plenary reference metrics` prints it for dashboards and alarms.

mod cloudwatch;
mod labels;
mod process;
mod requests;
mod rooms;
mod sockets;
mod stores;

pub use cloudwatch::{CLOUDWATCH, CloudWatchMetric, NAMESPACE, SERVICE, Source, Statistic, Where};
pub use labels::{Label, Values};

use serde::Serialize;

/// One metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name in Prometheus.
    pub name: &'static str,
    /// What it counts by.
    pub kind: Kind,
    /// What its values are.
    pub unit: Unit,
    /// What it is told apart by.
    pub labels: &'static [Label],
    /// What it says, in one sentence.
    pub meaning: &'static str,
}

/// How a metric behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// It counts observations up to each of these bounds.
    Histogram(&'static [f64]),
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A number of things.
    Count,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
}

/// Upper bounds, in seconds, that histograms of durations count by.
const SECONDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Finer ones, by which a percentile is off by no more than a quarter.
const FINE_SECONDS: &[f64] = &[
    0.001, 0.0015, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15,
    0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0,
];

/// Upper bounds that histograms of counts count by.
const COUNTS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1024.0];

/// Upper bounds, in bytes, that histograms of sizes count by. Most queues are empty.
const BYTES: &[f64] = &[0.0, 1024.0, 4096.0, 16384.0, 65536.0, 262_144.0, 1_048_576.0];

/// All metrics, in the order of the reference.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    [requests::METRICS, sockets::METRICS, rooms::METRICS, stores::METRICS, process::METRICS]
        .into_iter()
        .flatten()
}

/// The metric of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Metric> {
    all().find(|metric| metric.name == name)
}

impl Kind {
    /// What Prometheus calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram(_) => "histogram",
        }
    }
}

impl Metric {
    const fn counter(name: &'static str, meaning: &'static str) -> Self {
        Self { name, kind: Kind::Counter, unit: Unit::Count, labels: &[], meaning }
    }

    const fn gauge(name: &'static str, meaning: &'static str) -> Self {
        Self { kind: Kind::Gauge, ..Self::counter(name, meaning) }
    }

    const fn histogram(name: &'static str, bounds: &'static [f64], meaning: &'static str) -> Self {
        Self { kind: Kind::Histogram(bounds), ..Self::counter(name, meaning) }
    }

    /// A histogram of durations.
    const fn durations(name: &'static str, meaning: &'static str) -> Self {
        Self::histogram(name, SECONDS, meaning).seconds()
    }

    const fn by(self, labels: &'static [Label]) -> Self {
        Self { labels, ..self }
    }

    const fn seconds(self) -> Self {
        Self { unit: Unit::Seconds, ..self }
    }

    const fn bytes(self) -> Self {
        Self { unit: Unit::Bytes, ..self }
    }

    /// Every combination of its labels' values, in the order of the labels; none when one of them is open.
    #[must_use]
    pub fn combinations(&self) -> Vec<Vec<&'static str>> {
        let mut combinations = vec![Vec::new()];
        for label in self.labels {
            let values = label.values();
            combinations = combinations
                .iter()
                .flat_map(|begun| values.iter().map(|value| [begun, &[*value][..]].concat()))
                .collect();
        }
        combinations
    }
}

#[cfg(test)]
mod tests;
