//! How far a run is, while it runs: one line that changes on a terminal, else a line now and then.

use crate::{control::Progress, summary::time};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::{IsTerminal, stderr},
    time::{Duration, Instant},
};

/// How often a line is written where it stays.
const LINE: Duration = Duration::from_secs(5);

/// Where progress is shown.
pub(crate) struct Display {
    bar: Option<ProgressBar>,
    phase: &'static str,
    participants: u64,
    last: Option<Seen>,
}

/// What was shown last.
struct Seen {
    at: Instant,
    line_at: Instant,
    deliveries: u64,
}

impl Display {
    pub(crate) fn new() -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            let style = ProgressStyle::with_template(
                "{spinner} {prefix:9} [{elapsed}] {bar:16} {wide_msg}",
            );
            bar.set_style(style.expect("the template is well-formed"));
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self { bar, phase: "starting", participants: 0, last: None }
    }

    /// Says something that stays.
    pub(crate) fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => eprintln!("{line}"),
        }
    }

    pub(crate) fn phase(&mut self, phase: &'static str, participants: u64) {
        self.phase = phase;
        self.participants = participants;
        if let Some(bar) = &self.bar {
            bar.set_prefix(phase);
            bar.set_length(participants);
        }
    }

    pub(crate) fn show(&mut self, progress: &Progress) {
        let now = Instant::now();
        let first = Seen { at: now, line_at: now, deliveries: progress.deliveries };
        let last = self.last.get_or_insert(first);
        let elapsed = now.duration_since(last.at).as_secs_f64();
        if elapsed < 0.4 && elapsed > 0.0 {
            return;
        }
        let rate = (progress.deliveries - last.deliveries) as f64 / elapsed.max(0.001);
        let line = format!(
            "{} of {} subscribed, {} deliveries, {:.0}/s, p50 {}, p99 {}, {} failures",
            progress.subscribed,
            self.participants,
            progress.deliveries,
            rate,
            time(progress.p50),
            time(progress.p99),
            progress.failures
        );
        match &self.bar {
            Some(bar) => {
                bar.set_position(progress.subscribed);
                bar.set_message(line);
            }
            None if now.duration_since(last.line_at) < LINE => return,
            None => {
                eprintln!("{:9} {line}", self.phase);
                last.line_at = now;
            }
        }
        (last.at, last.deliveries) = (now, progress.deliveries);
    }

    pub(crate) fn end(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
