//! What comes out of a run: text on standard output, and files.

use crate::{
    check::{self, Violation},
    cli::{OutputArgs, ReportArgs},
    figures, hlog, html,
    results::Results,
    summary,
};
use std::{error::Error, fs, path::Path, time::Duration};

/// Prints and writes a report; tells whether the run passed.
pub(crate) fn publish(results: &Results, output: &OutputArgs) -> Result<Verdict, Box<dyn Error>> {
    let violations = check::violations(results);
    print!("{}", summary::text(results, &violations));
    if let Some(path) = &output.json {
        let mut json = serde_json::to_value(results)?;
        json["figures"] = serde_json::to_value(figures::figures(results))?;
        json["violations"] = violations.iter().map(|it| it.count).sum::<u64>().into();
        write(path, json.to_string())?;
    }
    if let Some(path) = &output.hlog {
        let began = Duration::from_micros(results.joined.started.0.unsigned_abs());
        let seconds = results.deliveries.seconds.len() as u64;
        write(path, hlog::write(&hlog::named(results), began, Duration::from_secs(seconds))?)?;
    }
    if let Some(path) = &output.html {
        write(path, html::page(results, &violations))?;
    }
    Ok(Verdict::of(&violations))
}

/// Merges what several machines measured.
pub(crate) fn merge(args: &ReportArgs) -> Result<Results, Box<dyn Error>> {
    let mut merged: Option<Results> = None;
    for path in &args.files {
        let named = |error: &dyn Error| format!("{}: {error}", path.display());
        let text = fs::read_to_string(path).map_err(|error| named(&error))?;
        let results: Results = serde_json::from_str(&text).map_err(|error| named(&error))?;
        match &mut merged {
            Some(merged) => merged.merge(results),
            None => merged = Some(results),
        }
    }
    merged.ok_or_else(|| "there is nothing to merge".into())
}

/// Merges logs of histograms and prints what they have; of violations they know nothing.
pub(crate) fn merge_logs(args: &ReportArgs) -> Result<Verdict, Box<dyn Error>> {
    let OutputArgs { json, hlog, html } = &args.output;
    if json.is_some() || html.is_some() {
        return Err("a log of histograms has too little for --json and --html".into());
    }
    let mut named = hlog::Named::new();
    for path in &args.files {
        let read = fs::read(path).map_err(Into::into).and_then(|log| hlog::read(&log, &mut named));
        read.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let rows = named.iter().map(|(name, distribution)| (name.as_str(), distribution));
    print!("{}", summary::table(&summary::rows_of(rows)));
    if let Some(path) = hlog {
        write(path, hlog::write(&named, Duration::ZERO, Duration::ZERO)?)?;
    }
    Ok(Verdict::Passed)
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed,
    Failed,
}

impl Verdict {
    fn of(violations: &[Violation]) -> Self {
        if violations.is_empty() { Self::Passed } else { Self::Failed }
    }
}

fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
