//! Metrics for CloudWatch: now and then one line on standard output, in Embedded Metric Format.
//!
//! The format is specified at
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.
//!
//! A line holds what happened since the one before it, so that what CloudWatch sums up is what `/metrics` counts. The last
//! one is written when the node ends.

use super::{
    Metrics, Snapshot,
    catalogue::{CLOUDWATCH, CloudWatchMetric, NAMESPACE, SERVICE, Source},
};
use serde_json::{Map, Value, json};
use std::{
    pin::pin,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    time::{MissedTickBehavior, interval, timeout},
};

/// How long a line may take to be taken. Whoever reads has stopped then, and a node must not end later for it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Writes a line in each interval, and the last one when it ends.
pub async fn run(
    service: &str,
    every: Duration,
    metrics: &Metrics,
    mut out: impl AsyncWrite + Unpin,
    end: impl Future<Output = ()>,
) {
    let mut end = pin!(end);
    let mut beat = interval(every);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick comes at once.
    beat.tick().await;
    let mut before = Snapshot::default();
    let mut ends = false;
    while !ends {
        tokio::select! {
            _ = beat.tick() => {}
            () = &mut end => ends = true,
        }
        let now = metrics.snapshot();
        let text = line(service, SystemTime::now(), &before, &now).to_string() + "\n";
        before = now;
        match timeout(PATIENCE, write(&mut out, &text)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "metrics were not written"),
            Err(_) => tracing::warn!("metrics were not written: nobody reads standard output"),
        }
    }
}

async fn write(out: &mut (impl AsyncWrite + Unpin), text: &str) -> std::io::Result<()> {
    out.write_all(text.as_bytes()).await?;
    out.flush().await
}

/// One line: what it defines, the one dimension, and the values.
fn line(service: &str, at: SystemTime, before: &Snapshot, now: &Snapshot) -> Value {
    let told = CLOUDWATCH.iter().filter_map(|metric| {
        let value = value(&metric.source, before, now).filter(|value| value.is_finite())?;
        Some((metric, value))
    });
    let told: Vec<(&CloudWatchMetric, f64)> = told.collect();
    let defined = told.iter().map(|(it, _)| json!({ "Name": it.name, "Unit": it.unit }));
    let definition = json!({
        "Namespace": NAMESPACE,
        "Dimensions": [[SERVICE]],
        "Metrics": defined.collect::<Vec<_>>(),
    });
    let millis = at.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let millis = u64::try_from(millis).unwrap_or(u64::MAX);
    let mut line = Map::new();
    line.insert("_aws".into(), json!({ "Timestamp": millis, "CloudWatchMetrics": [definition] }));
    line.insert(SERVICE.into(), service.into());
    line.extend(told.into_iter().map(|(metric, value)| (metric.name.into(), value.into())));
    line.into()
}

/// What a metric is at; nothing where nothing is known.
fn value(source: &Source, before: &Snapshot, now: &Snapshot) -> Option<f64> {
    match source {
        // Where there is no /proc, no zero takes its place.
        Source::Now(names) if !names.iter().all(|name| now.has(name)) => None,
        Source::Now(names) => Some(names.iter().map(|name| now.sum(name, None)).sum()),
        Source::Growth(name, only) => Some(now.sum(name, *only) - before.sum(name, *only)),
        Source::P99(name, only) => {
            now.observations(name, *only).since(&before.observations(name, *only)).quantile(0.99)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::Recorder;
    use metrics::{counter, gauge, histogram};

    fn told(before: &Snapshot, now: &Snapshot) -> Value {
        line("hall", UNIX_EPOCH + Duration::from_millis(1234), before, now)
    }

    #[test]
    fn a_line_has_what_the_specification_asks_for() {
        let recorder = Recorder::new();
        metrics::with_local_recorder(&recorder, || gauge!("plenary_ws_connections").set(2.0));
        let line = told(&Snapshot::default(), &recorder.snapshot());
        assert_eq!(line["_aws"]["Timestamp"], 1234);
        assert_eq!(line["Service"], "hall");
        let definition = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(definition["Namespace"], "Plenary");
        assert_eq!(definition["Dimensions"], json!([["Service"]]));
        let metrics = definition["Metrics"].as_array().unwrap();
        assert!(metrics.contains(&json!({ "Name": "ActiveSockets", "Unit": "Count" })));
        for metric in metrics {
            assert!(line[metric["Name"].as_str().unwrap()].is_number(), "{metric} in {line}");
        }
        assert_eq!(line.as_object().unwrap().len(), metrics.len() + 2);
        assert_eq!(line["ActiveSockets"], 2.0);
    }

    #[test]
    fn sums_and_percentiles_are_those_of_the_interval() {
        let recorder = Recorder::new();
        let mutations = |result: &'static str, seconds: f64, count: usize| {
            metrics::with_local_recorder(&recorder, || {
                histogram!("plenary_mutation_duration_seconds", "field" => "sendMessage", "result" => result)
                    .record_many(seconds, count);
            });
        };
        let refused = |count| {
            metrics::with_local_recorder(&recorder, || {
                counter!("plenary_connections_refused_total", "reason" => "full").increment(count);
            });
        };
        refused(3);
        mutations("ok", 8.0, 10);
        let first = recorder.snapshot();
        assert_eq!(told(&Snapshot::default(), &first)["ConnectionsRefused"], 3.0);
        refused(2);
        mutations("ok", 0.04, 98);
        mutations("failed", 0.4, 2);
        mutations("refused", 9.0, 50);
        let second = recorder.snapshot();
        let line = told(&first, &second);
        assert_eq!(line["ConnectionsRefused"], 2.0);
        assert_eq!((&line["Mutations"], &line["MutationErrors"]), (&json!(150.0), &json!(2.0)));
        let p99 = line["MutationLatencyP99"].as_f64().unwrap();
        assert!((0.3..=0.5).contains(&p99), "{p99}");
        // Nothing was observed since.
        assert!(told(&second, &second).get("MutationLatencyP99").is_none());
        assert_eq!(told(&second, &second)["Mutations"], 0.0);
    }

    #[test]
    fn what_limits_say_is_told_as_one() {
        let recorder = Recorder::new();
        metrics::with_local_recorder(&recorder, || {
            for code in ["RATE_LIMITED", "SLOW_MODE", "ROOM_BUSY", "FORBIDDEN"] {
                counter!("plenary_refusals_total", "code" => code).increment(1);
            }
        });
        let line = told(&Snapshot::default(), &recorder.snapshot());
        assert_eq!(line["RateLimited"], 3.0);
    }
}
