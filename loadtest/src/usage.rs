//! Memory and processor time of processes, from `/proc`.

use serde::{Deserialize, Serialize};
use std::{fs, time::Duration};

/// Processor time is counted in hundredths of a second: `USER_HZ` is 100 on every platform that Linux runs on today.
const TICK: Duration = Duration::from_millis(10);

/// A process that is looked at during a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Watched {
    pub(crate) name: String,
    pub(crate) pid: u32,
    pub(crate) role: Role,
}

/// What a process is to the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Role {
    /// It serves participants.
    Node,
    /// Nodes need it.
    Store,
    /// It is part of the load generator.
    Load,
}

/// What a process used, at the turns of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProcessUse {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// Before anybody joined.
    pub(crate) start: Sample,
    /// After everybody joined, before messages were sent.
    pub(crate) joined: Sample,
    /// After the last delivery.
    pub(crate) end: Sample,
}

/// What a process has used until now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sample {
    pub(crate) resident_bytes: u64,
    pub(crate) peak_bytes: u64,
    pub(crate) cpu: Duration,
}

/// Looks at a process; what cannot be read is zero.
pub(crate) fn sample(pid: u32) -> Sample {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    Sample {
        resident_bytes: kibibytes(&status, "VmRSS:") * 1024,
        peak_bytes: kibibytes(&status, "VmHWM:") * 1024,
        cpu: cpu(&stat),
    }
}

fn kibibytes(status: &str, field: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// User and system time are the 14th and 15th field; the second one, the name, may contain anything.
fn cpu(stat: &str) -> Duration {
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks =
        after_name.split(' ').skip(11).take(2).filter_map(|field| field.parse::<u32>().ok());
    TICK * ticks.sum::<u32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_parentheses_does_not_shift_the_fields() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 1 0 5 0 0";
        assert_eq!(cpu(stat), Duration::from_secs(2));
    }

    #[test]
    fn sizes_are_in_kibibytes() {
        assert_eq!(kibibytes("VmHWM:\t  90 kB\nVmRSS:\t  80 kB\n", "VmRSS:"), 80);
        assert_eq!(kibibytes("", "VmRSS:"), 0);
    }
}
