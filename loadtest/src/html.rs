//! A run as one page that needs nothing else.

mod plot;

use crate::{
    check::Violation,
    results::Results,
    summary::{costs, process_rows, rows, totals, verdict},
};

/// The page.
pub(crate) fn page(results: &Results, violations: &[Violation]) -> String {
    let title = results.settings.get("scenario").map_or("Load test", String::as_str);
    let class = if violations.is_empty() { "passed" } else { "failed" };
    let mut body = format!(
        "<h1>Plenary load test: {}</h1>\n<p class=\"verdict {class}\">{}</p>\n",
        escaped(title),
        escaped(&verdict(violations))
    );
    if !violations.is_empty() {
        let items = violations.iter().map(|violation| {
            let Violation { kind, count, example } = violation;
            format!("<li>{count} × {}: {}</li>", escaped(kind), escaped(example))
        });
        body += &format!("<ul>{}</ul>\n", items.collect::<String>());
    }
    body += &section("Durations", &numbers(rows(results)));
    body += &section(
        "Latency by percentile, due to receipt",
        &plot::percentiles(&[
            ("per delivery", &results.latency),
            ("last receipt of a message", &results.last_receipts()),
        ]),
    );
    // Both have the same axis, so that joins and deliveries can be compared.
    let length = results.deliveries.seconds.len().max(results.joined.seconds.len());
    body += &section("Deliveries a second", &plot::seconds(&results.deliveries, length));
    body += &section("Joins a second", &plot::seconds(&results.joined, length));
    body += &section("Totals", &pairs(totals(results)));
    if !results.processes.is_empty() {
        let notes = costs(results).into_iter().map(|cost| format!("<p>{}</p>", escaped(&cost)));
        body +=
            &section("Processes", &(numbers(process_rows(results)) + &notes.collect::<String>()));
    }
    body += &section("Settings", &pairs(results.settings.clone()));
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Plenary load test</title>\
         <style>{STYLE}</style></head>\n<body><main>\n{body}</main></body></html>\n"
    )
}

fn section(title: &str, content: &str) -> String {
    format!("<section><h2>{title}</h2>\n{content}\n</section>\n")
}

/// A table whose first row is its head.
fn numbers(rows: Vec<Vec<String>>) -> String {
    let row = |(number, cells): (usize, Vec<String>)| {
        let tag = if number == 0 { "th" } else { "td" };
        let cells: String =
            cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = rows.into_iter().enumerate().map(row).collect();
    format!("<div class=\"wide\"><table class=\"numbers\">{rows}</table></div>")
}

fn pairs<N: AsRef<str>>(pairs: impl IntoIterator<Item = (N, String)>) -> String {
    let row = |(name, value): (N, String)| {
        format!("<tr><th>{}</th><td>{}</td></tr>\n", escaped(name.as_ref()), escaped(&value))
    };
    format!("<table>{}</table>", pairs.into_iter().map(row).collect::<String>())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = "
:root { color-scheme: light dark; --ink: #1c1f26; --paper: #fff; --faint: #5d6472; --line: #d9dde4;
  --first: #2563c9; --second: #b4540a; --good: #16743c; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaee; --paper: #15171c; --faint: #9aa1ad; --line: #333842;
  --first: #7aa7f5; --second: #f0a060; --good: #67cf92; --bad: #ff8a80 } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem }
h1 { font-size: 1.5rem; margin: 0 0 .5rem } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
.verdict { font-weight: 600 } .passed { color: var(--good) } .failed { color: var(--bad) }
.wide { overflow-x: auto } table { border-collapse: collapse }
th, td { padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
th { font-weight: 500; color: var(--faint) }
.numbers { width: 100% } .numbers th + th, .numbers td + td { text-align: right; white-space: nowrap }
.numbers td { font-variant-numeric: tabular-nums }
svg { width: 100%; height: auto; display: block } svg text { fill: var(--faint); font-size: 12px }
.grid { stroke: var(--line); stroke-width: 1 } .first { stroke: var(--first) } .second { stroke: var(--second) }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round } .bar { fill: var(--first) }
.name-first { fill: var(--first) !important } .name-second { fill: var(--second) !important }
";

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn measured() -> Results {
        let mut results = Results::default();
        for value in 1..=10_000 {
            results.latency.record(Duration::from_micros(value * 10));
        }
        results.deliveries.seconds = vec![0, 40, 50, 3];
        results.settings.insert("scenario".to_owned(), "<b>".to_owned());
        results
    }

    #[test]
    fn the_page_needs_nothing_else_and_escapes_what_it_shows() {
        let page = page(&measured(), &[]);
        for absent in ["http", "<script", "<b>", "NaN", "inf"] {
            assert!(!page.contains(absent), "{absent}");
        }
        assert_eq!(page.matches("<svg").count(), 3);
    }

    #[test]
    fn a_run_in_which_nothing_happened_has_a_page_too() {
        let page = page(&Results::default(), &[]);
        assert!(!page.contains("NaN") && !page.contains("inf"));
    }
}
