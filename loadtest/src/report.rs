//! What comes out of a run: text on standard output, and files.

use crate::{
    check::{self, Violation},
    cli::{OutputArgs, ReportArgs},
    html,
    results::Results,
    summary,
};
use std::{error::Error, fs, path::Path};

/// Prints and writes a report; tells whether the run passed.
pub(crate) fn publish(results: &Results, output: &OutputArgs) -> Result<Verdict, Box<dyn Error>> {
    let violations = check::violations(results);
    print!("{}", summary::text(results, &violations));
    if let Some(path) = &output.json {
        write(path, &serde_json::to_string(results)?)?;
    }
    if let Some(path) = &output.html {
        write(path, &html::page(results, &violations))?;
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

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
