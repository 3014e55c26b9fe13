//! The figures that runs are compared by, derived from what was measured.

use crate::{
    results::{Distribution, Results},
    usage::{ProcessUse, Role, Sample},
};
use std::{collections::BTreeMap, time::Duration};

/// Figures by name; a name ends with its unit. What was not measured is not there.
pub(crate) type Figures = BTreeMap<String, f64>;

/// All figures of a run.
pub(crate) fn figures(results: &Results) -> Figures {
    let mut figures = Figures::new();
    durations(results, &mut figures);
    if let Some(rate) = joins_per_second(results) {
        figures.insert("joins_per_second".to_owned(), rate);
    }
    for (role, name) in [(Role::Node, "node"), (Role::Load, "worker")] {
        let processes: Vec<_> = results.processes.iter().filter(|it| it.role == role).collect();
        if !processes.is_empty() {
            costs(results, &processes, name, &mut figures);
        }
    }
    table_reads(results, &mut figures);
    figures
}

/// Participants who joined, by the time from the first one's due time until the last one was subscribed.
pub(crate) fn joins_per_second(results: &Results) -> Option<f64> {
    let joining = results.joining();
    let first = results.counts.joins - results.counts.returns.min(results.counts.joins);
    (!joining.is_zero()).then(|| first as f64 / joining.as_secs_f64())
}

fn durations(results: &Results, figures: &mut Figures) {
    let mut tell = |name: &str, distribution: &Distribution| {
        if distribution.count() > 0 {
            for (what, share) in [("p50", 0.5), ("p99", 0.99), ("max", 1.0)] {
                let duration = distribution.quantile(share).as_secs_f64() * 1000.0;
                figures.insert(format!("{name}_{what}_ms"), duration);
            }
        }
    };
    tell("delivery", &results.latency);
    tell("last_receipt", &results.last_receipts());
    tell("burst_delivery", &results.burst_latency);
    tell("burst_last_receipt", &results.last_burst_receipts());
    tell("small_room_delivery", &results.small_room_latency);
    tell("slow_delivery", &results.slow_latency);
    tell("join", &results.joins);
}

/// What processes of one kind used for each participant and each delivery.
fn costs(results: &Results, processes: &[&ProcessUse], name: &str, figures: &mut Figures) {
    let participants = results.counts.participants.max(1) as f64;
    let sum = |of: &dyn Fn(&ProcessUse) -> f64| processes.iter().map(|it| of(it)).sum::<f64>();
    let mut tell = |what: &str, value: f64| figures.insert(format!("{name}_{what}"), value);
    let resident = sum(&|it| it.joined.resident_bytes as f64);
    let grown = sum(&|it| it.joined.resident_bytes.saturating_sub(it.start.resident_bytes) as f64);
    tell("kib_per_participant", resident / 1024.0 / participants);
    tell("kib_grown_per_participant", grown / 1024.0 / participants);
    tell("peak_mib", sum(&|it| it.end.peak_bytes as f64) / 1_048_576.0);
    tell("us_per_join", sum(&|it| micros(it.start, it.joined)) / participants);

    let burst: u64 = burst_deliveries(results);
    let paced = results.counts.deliveries - burst;
    let before_burst = |it: &ProcessUse| it.paced.unwrap_or(it.end);
    if paced > 0 {
        let spent = sum(&|it| micros(it.joined, before_burst(it)));
        tell("us_per_delivery", spent / paced as f64);
    }
    if burst > 0 {
        let spent = sum(&|it| micros(before_burst(it), it.end));
        tell("us_per_burst_delivery", spent / burst as f64);
    }
}

/// Deliveries of messages that belonged to the burst.
fn burst_deliveries(results: &Results) -> u64 {
    let received = results.rooms.values().flat_map(|room| room.received.values());
    let burst = results.burst_from;
    let in_burst = received.filter(|it| burst.is_some() && it.due >= burst);
    in_burst.map(|it| it.deliveries).sum()
}

fn table_reads(results: &Results, figures: &mut Figures) {
    let between = |from: Sample, to: Sample| to.table_reads?.checked_sub(from.table_reads?);
    let reads = |of: &dyn Fn(&ProcessUse) -> Option<u64>| -> Vec<u64> {
        results.processes.iter().filter_map(of).collect()
    };
    let joining = reads(&|it| between(it.start, it.joined));
    let sending = reads(&|it| between(it.joined, it.end));
    for (when, reads) in [("joining", joining), ("sending", sending)] {
        if let Some(&most) = reads.iter().max() {
            let all: u64 = reads.iter().sum();
            figures.insert(format!("table_reads_{when}"), all as f64);
            figures.insert(format!("table_reads_{when}_of_one_node"), most as f64);
        }
    }
}

fn micros(from: Sample, to: Sample) -> f64 {
    to.cpu.saturating_sub(from.cpu).div_duration_f64(Duration::from_micros(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Moment,
        results::{Counts, Received, RoomResults},
    };

    fn sample(seconds: u64, kib: u64, reads: u64) -> Sample {
        Sample {
            resident_bytes: kib * 1024,
            peak_bytes: kib * 1024,
            cpu: Duration::from_secs(seconds),
            table_reads: Some(reads),
        }
    }

    #[test]
    fn costs_are_told_for_each_phase() {
        let received = |due, deliveries| Received {
            due: Some(Moment(due)),
            last_receipt: Moment(due + 1000),
            deliveries,
        };
        let room = RoomResults {
            received: [(1, received(0, 100_000)), (2, received(50, 300_000))].into(),
            ..RoomResults::default()
        };
        let node = ProcessUse {
            name: "node 0".to_owned(),
            role: Role::Node,
            start: sample(1, 100, 2),
            joined: sample(3, 300, 5),
            paced: Some(sample(4, 300, 5)),
            end: sample(7, 400, 6),
        };
        let results = Results {
            counts: Counts {
                participants: 100,
                joins: 100,
                deliveries: 400_000,
                ..Counts::default()
            },
            rooms: [(0, room)].into(),
            burst_from: Some(Moment(50)),
            processes: vec![node],
            ..Results::default()
        };
        let figures = figures(&results);
        for (name, value) in [
            ("node_kib_per_participant", 3.0),
            ("node_kib_grown_per_participant", 2.0),
            ("node_us_per_join", 20_000.0),
            ("node_us_per_delivery", 10.0),
            ("node_us_per_burst_delivery", 10.0),
            ("table_reads_joining", 3.0),
            ("table_reads_sending_of_one_node", 1.0),
            ("last_receipt_max_ms", 1.0),
        ] {
            assert!((figures[name] - value).abs() < 1e-9, "{name}: {figures:?}");
        }
        assert!(!figures.contains_key("worker_us_per_join"));
    }
}
