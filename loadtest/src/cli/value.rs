//! Values of options.

use std::{fs, str::FromStr, time::Duration};

/// Which of several machines this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    pub(crate) index: u64,
    pub(crate) of: u64,
}

/// A process to watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Watch {
    pub(crate) name: String,
    pub(crate) pid: u32,
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once('/').and_then(|(index, of)| {
            Some(Self { index: index.parse().ok()?, of: of.parse().ok()? })
        });
        parsed.filter(|shard| shard.index < shard.of).ok_or("give I/N, I from 0 to N - 1")
    }
}

impl FromStr for Watch {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text
            .split_once('=')
            .and_then(|(name, pid)| Some(Self { name: name.to_owned(), pid: pid.parse().ok()? }));
        parsed.ok_or("give NAME=PID")
    }
}

/// `1500ms`, `90s`, `5m` or `1h`.
pub(super) fn duration(text: &str) -> Result<Duration, &'static str> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let milliseconds = match &text[digits.len()..] {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err("give a number with ms, s, m or h"),
    };
    let number: u64 = digits.parse().map_err(|_| "give a number with ms, s, m or h")?;
    let milliseconds = number.checked_mul(milliseconds).filter(|&it| it <= 7 * 24 * 3_600_000);
    milliseconds.map(Duration::from_millis).ok_or("give at most a week")
}

pub(super) fn positive(text: &str) -> Result<u64, &'static str> {
    text.parse().ok().filter(|&number| number > 0).ok_or("give a whole number above zero")
}

pub(super) fn rate(text: &str) -> Result<f64, &'static str> {
    let number: Option<f64> = text.parse().ok();
    number.filter(|rate| (0.001..=1e6).contains(rate)).ok_or("give a number from 0.001 to 1000000")
}

pub(super) fn share(text: &str) -> Result<f64, &'static str> {
    let number: Option<f64> = text.parse().ok();
    number.filter(|share| (0.000_001..=1.0).contains(share)).ok_or("give a number up to 1")
}

/// A GraphQL document, or a file with one.
pub(super) fn document(text: &str) -> Result<String, String> {
    match text.strip_prefix('@') {
        Some(path) => fs::read_to_string(path).map_err(|error| format!("{path}: {error}")),
        None => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::{CommandFactory, Parser};

    #[test]
    fn the_options_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_bad_value_names_its_option() {
        for (option, value) in [
            ("--shard", "2/2"),
            ("--shard", "half"),
            ("--duration", "30"),
            ("--duration", "99999999999999h"),
            ("--participants", "0"),
            ("--messages-per-second", "0"),
            ("--slow-share", "2"),
            ("--watch", "node"),
            ("--scenario", "chaos"),
            ("--subscription", "@/nowhere"),
        ] {
            let arguments =
                ["plenary-loadtest", "run", "--target", "ws://localhost", "--start-at", "1"];
            let refusal =
                Cli::try_parse_from(arguments.iter().chain([&option, &value])).unwrap_err();
            assert!(refusal.to_string().contains(option), "{refusal}");
        }
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("1500ms"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
    }
}
