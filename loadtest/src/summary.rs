//! A run in a screenful of text.

use crate::{
    check::{self, Violation},
    results::{Distribution, Results, Timeline},
    usage::{ProcessUse, Role},
};
use std::{fmt::Write, time::Duration};

/// The quantiles that are told.
pub(crate) const QUANTILES: [(&str, f64); 4] =
    [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)];

/// The whole report. Ends with the verdict.
pub(crate) fn text(results: &Results, violations: &[Violation]) -> String {
    let mut text = String::from("\n");
    let settings: Vec<_> =
        results.settings.iter().map(|(name, value)| format!("{name} {value}")).collect();
    for some in settings.chunks(4) {
        line(&mut text, &some.join(", "));
    }
    text.push('\n');
    for row in rows(results) {
        line(&mut text, &row.iter().enumerate().map(cell).collect::<String>());
    }
    text.push('\n');
    for (name, value) in totals(results) {
        line(&mut text, &format!("{name:<28}{value}"));
    }
    text.push('\n');
    for row in process_rows(results) {
        line(&mut text, &row.iter().enumerate().map(cell).collect::<String>());
    }
    if let Some(costs) = node_costs(results) {
        line(&mut text, &format!("\n{costs}\n"));
    }
    line(&mut text, &verdict(violations));
    for violation in violations {
        line(
            &mut text,
            &format!("  {} x {}: {}", grouped(violation.count), violation.kind, violation.example),
        );
    }
    text
}

/// The verdict in one sentence.
pub(crate) fn verdict(violations: &[Violation]) -> String {
    match violations.len() {
        0 => "PASSED: every participant got every position since it was subscribed, in order, once"
            .to_owned(),
        kinds => format!("FAILED: {kinds} kinds of violations"),
    }
}

/// The table of durations, with its head.
pub(crate) fn rows(results: &Results) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new(), "count".to_owned()]];
    rows[0].extend(QUANTILES.map(|(name, _)| name.to_owned()));
    rows[0].push("max".to_owned());
    let mut row = |name: &str, distribution: &Distribution| {
        if distribution.count() > 0 {
            let mut row = vec![name.to_owned(), grouped(distribution.count())];
            row.extend(QUANTILES.map(|(_, share)| time(distribution.quantile(share))));
            row.push(time(distribution.max()));
            rows.push(row);
        }
    };
    row("due to receipt, per delivery", &results.latency);
    row("due to last receipt, per message", &results.last_receipts());
    row("due to receipt, slow readers", &results.slow_latency);
    row("due to acknowledged", &results.acknowledgements);
    row("join, due to subscribed", &results.joins);
    rows
}

/// Totals and rates, by name.
pub(crate) fn totals(results: &Results) -> Vec<(&'static str, String)> {
    let counts = results.counts;
    let seconds = results.delivering().as_secs_f64().max(0.001);
    let rate = (counts.deliveries as f64 / seconds) as u64;
    let size = counts.bytes.checked_div(counts.frames).unwrap_or(0);
    let busiest = [&results.deliveries, &results.joined].map(Timeline::busiest);
    let rows: [(_, &[_]); 5] = [
        ("messages", &[(counts.messages, "due"), (counts.acknowledged, "acknowledged")]),
        (
            "deliveries",
            &[
                (counts.deliveries, "in all"),
                (rate, "a second while messages flowed"),
                (busiest[0], "in the busiest second"),
            ],
        ),
        ("frames", &[(counts.frames, "in all"), (counts.bytes / 1000, "kB"), (size, "bytes each")]),
        (
            "joins",
            &[
                (counts.joins, "in all"),
                (busiest[1], "in the busiest second"),
                (counts.join_retries, "attempts repeated"),
                (counts.returns, "came back"),
            ],
        ),
        (
            "irregular",
            &[
                (counts.replayed, "replayed"),
                (counts.gaps, "gaps announced"),
                (check::voids(results), "positions that nobody knows"),
            ],
        ),
    ];
    rows.map(|(name, parts)| (name, listed(parts))).into()
}

fn listed(parts: &[(u64, &str)]) -> String {
    let part = |(count, what): &(u64, &str)| format!("{} {what}", grouped(*count));
    parts.iter().map(part).collect::<Vec<_>>().join(", ")
}

/// What processes used, with the head of the table.
pub(crate) fn process_rows(results: &Results) -> Vec<Vec<String>> {
    if results.processes.is_empty() {
        return Vec::new();
    }
    let head = ["", "MiB at start", "joined", "peak", "CPU joining", "CPU sending"];
    let row = |process: &ProcessUse| {
        let ProcessUse { name, start, joined, end, .. } = process;
        let memory = [start.resident_bytes, joined.resident_bytes, end.peak_bytes];
        let cpu = [joined.cpu.saturating_sub(start.cpu), end.cpu.saturating_sub(joined.cpu)];
        let memory = memory.map(|bytes| format!("{:.1}", bytes as f64 / 1_048_576.0));
        let cpu = cpu.map(|time| format!("{:.2} s", time.as_secs_f64()));
        [vec![name.clone()], memory.into(), cpu.into()].concat()
    };
    let head = head.map(str::to_owned).to_vec();
    [vec![head], results.processes.iter().map(row).collect()].concat()
}

/// What nodes used for each participant and each delivery.
pub(crate) fn node_costs(results: &Results) -> Option<String> {
    let nodes = || results.processes.iter().filter(|process| process.role == Role::Node);
    let counts = results.counts;
    nodes().next()?;
    let grown = |node: &ProcessUse| {
        node.joined.resident_bytes.saturating_sub(node.start.resident_bytes) as f64
    };
    let grown: f64 = nodes().map(grown).sum();
    let joining: Duration =
        nodes().map(|node| node.joined.cpu.saturating_sub(node.start.cpu)).sum();
    let sending: Duration = nodes().map(|node| node.end.cpu.saturating_sub(node.joined.cpu)).sum();
    let participants = counts.participants.max(1) as f64;
    let delivery = sending.as_secs_f64() * 1e6 / counts.deliveries.max(1) as f64;
    let delivery =
        format!("{delivery:.1} us CPU per delivery, with all else that they did meanwhile");
    if joining.is_zero() {
        // Everybody joined while messages flowed.
        return Some(format!("All nodes: {delivery}."));
    }
    Some(format!(
        "All nodes: {:.1} KiB resident and {:.0} us CPU per participant who joined; {delivery}.",
        grown / 1024.0 / participants,
        joining.as_secs_f64() * 1e6 / participants,
    ))
}

fn cell((column, text): (usize, &String)) -> String {
    if column == 0 { format!("{text:<34}") } else { format!("{text:>13}") }
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes all that is written to it");
}

/// A duration with three digits that matter.
pub(crate) fn time(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1000.0;
    match milliseconds {
        ..10.0 => format!("{milliseconds:.2} ms"),
        ..100.0 => format!("{milliseconds:.1} ms"),
        ..10_000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.1} s", milliseconds / 1000.0),
    }
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        let times =
            [Duration::from_micros(1234), Duration::from_millis(56), Duration::from_secs(12)];
        assert_eq!(times.map(time), ["1.23 ms", "56.0 ms", "12.0 s"]);
    }

    #[test]
    fn a_violation_is_in_the_summary() {
        let violation =
            Violation { kind: "missing".to_owned(), count: 2000, example: "seq 7".to_owned() };
        let text = text(&Results::default(), &[violation]);
        assert!(text.contains("FAILED") && text.contains("2,000 x missing: seq 7"), "{text}");
        assert!(super::text(&Results::default(), &[]).contains("PASSED"));
    }
}
