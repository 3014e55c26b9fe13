//! Where the node counts: one cell for each metric of the [catalogue](super::catalogue) and each of its labels' values.
//!
//! Counting is an atomic addition and nothing else: a histogram has its bounds from the start, so nothing is kept of an
//! observation and nobody has to clear up. Whoever reads takes a [`Snapshot`].

use super::{
    catalogue::{self, Kind, Metric},
    histogram::Buckets,
    snapshot::Snapshot,
};
use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Label, Metadata, SharedString, Unit,
    atomics::AtomicU64,
};
use metrics_util::registry::{Registry, Storage};
use std::sync::{Arc, atomic::Ordering};

/// Counts what the code tells by the macros of `metrics`. A handle that is cheap to clone.
#[derive(Clone)]
pub struct Recorder {
    registry: Arc<Registry<Key, Cells>>,
}

/// Makes the cells.
pub(super) struct Cells;

impl Recorder {
    /// A recorder in which everything stands at zero whose labels are known beforehand.
    #[must_use]
    pub fn new() -> Self {
        let recorder = Self { registry: Arc::new(Registry::new(Cells)) };
        for metric in catalogue::all() {
            for values in metric.combinations() {
                recorder.begin(metric, &values);
            }
        }
        recorder
    }

    fn begin(&self, metric: &'static Metric, values: &[&'static str]) {
        let labels = metric.labels.iter().zip(values);
        let labels = labels.map(|(label, value)| Label::from_static_parts(label.name, value));
        let key = Key::from_parts(metric.name, labels.collect::<Vec<_>>());
        match metric.kind {
            Kind::Counter => self.registry.get_or_create_counter(&key, |_| {}),
            Kind::Gauge => self.registry.get_or_create_gauge(&key, |_| {}),
            Kind::Histogram(_) => self.registry.get_or_create_histogram(&key, |_| {}),
        }
    }

    /// What everything stands at now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        self.registry.visit_counters(|key, cell| {
            #[expect(clippy::cast_precision_loss, reason = "52 bits of bytes last for years")]
            snapshot.number(key, cell.load(Ordering::Relaxed) as f64);
        });
        self.registry.visit_gauges(|key, cell| {
            snapshot.number(key, f64::from_bits(cell.load(Ordering::Relaxed)));
        });
        self.registry.visit_histograms(|key, cell| snapshot.distribution(key, cell.read()));
        snapshot
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}

impl metrics::Recorder for Recorder {
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.registry.get_or_create_counter(key, |cell| Counter::from_arc(cell.clone()))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        self.registry.get_or_create_gauge(key, |cell| Gauge::from_arc(cell.clone()))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        self.registry.get_or_create_histogram(key, |cell| Histogram::from_arc(cell.clone()))
    }

    // The catalogue describes them.
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
}

impl Storage<Key> for Cells {
    type Counter = Arc<AtomicU64>;
    type Gauge = Arc<AtomicU64>;
    type Histogram = Arc<Buckets>;

    fn counter(&self, key: &Key) -> Arc<AtomicU64> {
        debug_assert!(is_listed(key, Kind::Counter), "{key} is not in the catalogue");
        Arc::default()
    }

    fn gauge(&self, key: &Key) -> Arc<AtomicU64> {
        debug_assert!(is_listed(key, Kind::Gauge), "{key} is not in the catalogue");
        Arc::default()
    }

    fn histogram(&self, key: &Key) -> Arc<Buckets> {
        let bounds = match catalogue::find(key.name()).map(|metric| metric.kind) {
            Some(Kind::Histogram(bounds)) => bounds,
            _ => &[],
        };
        debug_assert!(is_listed(key, Kind::Histogram(bounds)), "{key} is not in the catalogue");
        Arc::new(Buckets::new(bounds))
    }
}

/// Whether the catalogue has the metric as this kind, with these labels.
fn is_listed(key: &Key, kind: Kind) -> bool {
    catalogue::find(key.name()).is_some_and(|metric| {
        metric.kind == kind
            && metric.labels.len() == key.labels().len()
            && metric
                .labels
                .iter()
                .zip(key.labels())
                .all(|(label, found)| label.name == found.key() && label.allows(found.value()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use metrics::{counter, gauge, histogram};

    #[test]
    fn what_was_counted_is_shown_beside_zeros() {
        let recorder = Recorder::new();
        metrics::with_local_recorder(&recorder, || {
            counter!("plenary_replays_total", "from" => "memory").increment(3);
            gauge!("plenary_feeds").set(2.0);
            gauge!("plenary_feeds").decrement(0.5);
            histogram!("plenary_append_group_size").record(3.0);
            counter!("plenary_http_requests_total", "status" => "200").increment(1);
        });
        let text = recorder.snapshot().to_string();
        for line in [
            r#"plenary_replays_total{from="memory"} 3"#,
            r#"plenary_replays_total{from="table"} 0"#,
            "plenary_feeds 1.5",
            r#"plenary_append_group_size_bucket{le="2"} 0"#,
            r#"plenary_append_group_size_bucket{le="4"} 1"#,
            r#"plenary_append_group_size_bucket{le="+Inf"} 1"#,
            "plenary_append_group_size_sum 3",
            "plenary_append_group_size_count 1",
            r#"plenary_http_requests_total{status="200"} 1"#,
            "# TYPE plenary_append_group_size histogram",
            "# HELP plenary_feeds Rooms that are open on this node.",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
    }

    #[test]
    #[should_panic(expected = "not in the catalogue")]
    fn what_is_not_listed_is_found_by_whoever_tests_it() {
        metrics::with_local_recorder(&Recorder::new(), || {
            counter!("plenary_replays_total", "from" => "hearsay").increment(1);
        });
    }
}
