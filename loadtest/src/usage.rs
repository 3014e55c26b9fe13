//! Memory and processor time of processes, from `/proc`.

use crate::http;
use serde::{Deserialize, Serialize};
use std::{fs, net::SocketAddr, time::Duration};

/// Processor time is counted in hundredths of a second: `USER_HZ` is 100 on every platform that Linux runs on today.
const TICK: Duration = Duration::from_millis(10);

/// A process that is looked at during a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Watched {
    pub(crate) name: String,
    pub(crate) pid: u32,
    pub(crate) role: Role,
    /// Where a node tells its metrics.
    pub(crate) metrics: Option<SocketAddr>,
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
    /// Before the burst, where there is one.
    #[serde(default)]
    pub(crate) paced: Option<Sample>,
    /// After the last delivery.
    pub(crate) end: Sample,
}

/// What a process has used until now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sample {
    pub(crate) resident_bytes: u64,
    pub(crate) peak_bytes: u64,
    pub(crate) cpu: Duration,
    /// Reads of the table that operations made, where the process tells.
    #[serde(default)]
    pub(crate) table_reads: Option<u64>,
}

/// Looks at a process; what cannot be read is zero.
pub(crate) async fn sample(process: &Watched) -> Sample {
    let pid = process.pid;
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let table_reads = match process.metrics {
        Some(address) => http::get(address, "/metrics").await.ok().map(|text| table_reads(&text)),
        None => None,
    };
    Sample {
        resident_bytes: kibibytes(&status, "VmRSS:") * 1024,
        peak_bytes: kibibytes(&status, "VmHWM:") * 1024,
        cpu: cpu(&stat),
        table_reads,
    }
}

/// How often a node asked its table for something.
fn table_reads(metrics: &str) -> u64 {
    const READS: [&str; 3] = ["GetItem", "BatchGetItem", "Query"];
    let counts = metrics.lines().filter_map(|line| {
        let operation = line.strip_prefix("plenary_table_requests_total{operation=\"")?;
        let (operation, count) = operation.split_once("\"} ")?;
        READS.contains(&operation).then(|| count.parse::<u64>().ok())?
    });
    counts.sum()
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
    fn reads_are_told_from_writes() {
        let metrics = "# TYPE plenary_table_requests_total counter\n\
            plenary_table_requests_total{operation=\"GetItem\"} 4\n\
            plenary_table_requests_total{operation=\"Query\"} 2\n\
            plenary_table_requests_total{operation=\"PutItem\"} 9\n\
            plenary_source_duration_seconds_count{call=\"get\",result=\"ok\"} 4\n";
        assert_eq!(table_reads(metrics), 6);
    }

    #[test]
    fn sizes_are_in_kibibytes() {
        assert_eq!(kibibytes("VmHWM:\t  90 kB\nVmRSS:\t  80 kB\n", "VmRSS:"), 80);
        assert_eq!(kibibytes("", "VmRSS:"), 0);
    }
}
