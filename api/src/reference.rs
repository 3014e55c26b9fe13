//! What the binary says of itself, for the documents that are made of it.

use crate::telemetry::catalogue::{self, CLOUDWATCH, NAMESPACE, SERVICE, Statistic, Unit};
use serde::Serialize;

/// The metrics as JSON: what CloudWatch and what Prometheus gets.
#[must_use]
pub fn metrics() -> String {
    let metrics = CLOUDWATCH.iter().map(|it| CloudWatchMetric {
        name: it.name,
        unit: it.unit,
        statistic: it.statistic,
        meaning: it.meaning,
        of: it.source.names(),
    });
    let cloudwatch =
        CloudWatch { namespace: NAMESPACE, dimension: SERVICE, metrics: metrics.collect() };
    let prometheus = catalogue::all().map(|it| PrometheusMetric {
        name: it.name,
        kind: it.kind.name(),
        unit: it.unit,
        labels: it.labels.iter().map(|label| label.name).collect(),
        meaning: it.meaning,
    });
    let reference = Metrics { cloudwatch, prometheus: prometheus.collect() };
    serde_json::to_string_pretty(&reference).expect("all of it has a JSON form") + "\n"
}

#[derive(Serialize)]
struct Metrics {
    cloudwatch: CloudWatch,
    prometheus: Vec<PrometheusMetric>,
}

#[derive(Serialize)]
struct CloudWatch {
    namespace: &'static str,
    dimension: &'static str,
    metrics: Vec<CloudWatchMetric>,
}

#[derive(Serialize)]
struct CloudWatchMetric {
    name: &'static str,
    unit: &'static str,
    statistic: Statistic,
    meaning: &'static str,
    /// The metrics of Prometheus that it is made of.
    of: Vec<&'static str>,
}

#[derive(Serialize)]
struct PrometheusMetric {
    name: &'static str,
    kind: &'static str,
    unit: Unit,
    labels: Vec<&'static str>,
    meaning: &'static str,
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_metrics_are_current() {
        let committed = include_str!("../../deploy/metrics.json");
        assert_eq!(committed, super::metrics(), "run `make docs`");
    }
}
