//! A run in a screenful of text.

use crate::{
    check::{self, Violation},
    figures::figures,
    results::{Distribution, Results, Timeline},
    usage::ProcessUse,
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
    text += &table(&rows(results));
    text.push('\n');
    for (name, value) in totals(results) {
        line(&mut text, &format!("{name:<28}{value}"));
    }
    text.push('\n');
    text += &table(&process_rows(results));
    text.push('\n');
    for cost in costs(results) {
        line(&mut text, &cost);
    }
    text.push('\n');
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
    rows_of([
        ("due to receipt, per delivery", &results.latency),
        ("due to last receipt, per message", &results.last_receipts()),
        ("due to receipt, burst", &results.burst_latency),
        ("due to last receipt, burst", &results.last_burst_receipts()),
        ("due to receipt, small room", &results.small_room_latency),
        ("due to receipt, slow readers", &results.slow_latency),
        ("due to acknowledged", &results.acknowledgements),
        ("join, due to subscribed", &results.joins),
    ])
}

/// The same of any distributions; empty ones are left out.
pub(crate) fn rows_of<'a>(
    named: impl IntoIterator<Item = (&'a str, &'a Distribution)>,
) -> Vec<Vec<String>> {
    let mut head = vec![String::new(), "count".to_owned()];
    head.extend(QUANTILES.map(|(name, _)| name.to_owned()));
    head.push("max".to_owned());
    let some = named.into_iter().filter(|(_, distribution)| distribution.count() > 0);
    let row = |(name, distribution): (&str, &Distribution)| {
        let mut row = vec![name.to_owned(), grouped(distribution.count())];
        row.extend(QUANTILES.map(|(_, share)| time(distribution.quantile(share))));
        row.push(time(distribution.max()));
        row
    };
    [vec![head], some.map(row).collect()].concat()
}

/// A table as text.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    rows.iter().fold(String::new(), |mut text, row| {
        line(&mut text, &row.iter().enumerate().map(cell).collect::<String>());
        text
    })
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

/// What processes used for each participant and each delivery, and how often nodes read the table.
pub(crate) fn costs(results: &Results) -> Vec<String> {
    let figures = figures(results);
    let told = |name: &str| figures.get(name).copied();
    let kind = |(kind, title): (&str, &str)| {
        let resident = told(&format!("{kind}_kib_per_participant"))?;
        let grown = told(&format!("{kind}_kib_grown_per_participant"))?;
        let joining = told(&format!("{kind}_us_per_join"))?;
        let mut text = format!(
            "{title}: {resident:.2} KiB resident for each participant ({grown:.2} KiB of them since joins began); CPU: {joining:.0} us per join"
        );
        for (name, what) in
            [("us_per_delivery", "delivery"), ("us_per_burst_delivery", "delivery of the burst")]
        {
            if let Some(spent) = told(&format!("{kind}_{name}")) {
                text += &format!(", {spent:.2} us per {what}");
            }
        }
        Some(text)
    };
    let processes = [("node", "All nodes"), ("worker", "All workers")].into_iter().filter_map(kind);
    let reads = ["joining", "sending"].into_iter().filter_map(|when| {
        let all = told(&format!("table_reads_{when}"))?;
        let most = told(&format!("table_reads_{when}_of_one_node"))?;
        Some(format!("Table reads while {when}: {all} of all nodes, {most} of the one with most"))
    });
    let rate = told("joins_per_second")
        .map(|rate| format!("Joins: {rate:.0} a second until all were there"));
    processes.chain(reads).chain(rate).collect()
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
