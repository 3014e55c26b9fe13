//! What the process and its runtime are at: read when somebody asks, from the kernel (`man 5 proc`) and from Tokio.
//!
//! Where there is no `/proc`, what stands there is left out.

use metrics::Key;
use std::{fs, time::Duration};
use tokio::runtime::Handle;

/// Ticks of a second in which the kernel tells times: `USER_HZ`, the same on every architecture that this is built for.
const TICKS: f64 = 100.0;

/// Names of the catalogue, and what they stand at.
pub(super) fn samples() -> impl Iterator<Item = (Key, f64)> {
    [kernel().unwrap_or_default(), runtime().unwrap_or_default()]
        .into_iter()
        .flatten()
        .map(|(name, value)| (Key::from_static_name(name), value))
}

fn kernel() -> Option<Vec<(&'static str, f64)>> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (cpu, start) = times(&stat)?;
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let boot = field(&fs::read_to_string("/proc/stat").ok()?, "btime")?;
    Some(vec![
        ("process_resident_memory_bytes", field(&status, "VmRSS:")? * 1024.0),
        ("process_threads", field(&status, "Threads:")?),
        ("process_cpu_seconds_total", cpu),
        ("process_start_time_seconds", boot + start),
        ("process_open_fds", open_files()?),
        ("process_max_fds", field(&limits, "Max open files").unwrap_or(f64::INFINITY)),
    ])
}

#[expect(clippy::cast_precision_loss, reason = "there are not so many tasks")]
fn runtime() -> Option<Vec<(&'static str, f64)>> {
    let metrics = Handle::try_current().ok()?.metrics();
    let workers = metrics.num_workers();
    let busy: Duration = (0..workers).map(|it| metrics.worker_total_busy_duration(it)).sum();
    Some(vec![
        ("tokio_workers", workers as f64),
        ("tokio_alive_tasks", metrics.num_alive_tasks() as f64),
        ("tokio_global_queue_depth", metrics.global_queue_depth() as f64),
        ("tokio_busy_seconds_total", busy.as_secs_f64()),
    ])
}

/// The number behind a name at the beginning of a line.
fn field(text: &str, name: &str) -> Option<f64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// Seconds on processors, and seconds from the machine's start to the process's. The name in braces may hold anything.
fn times(stat: &str) -> Option<(f64, f64)> {
    let (_, rest) = stat.rsplit_once(") ")?;
    let ticks = |place: usize| rest.split(' ').nth(place)?.parse::<f64>().ok();
    Some(((ticks(11)? + ticks(12)?) / TICKS, ticks(19)? / TICKS))
}

/// Since Linux 6.2 the directory's size is their number; before, they are counted.
#[expect(clippy::cast_precision_loss, reason = "there are not so many files")]
fn open_files() -> Option<f64> {
    match fs::metadata("/proc/self/fd").ok()?.len() {
        0 => Some(fs::read_dir("/proc/self/fd").ok()?.count() as f64),
        count => Some(count as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_braces_and_spaces_moves_nothing() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 4 0 12345 1000 10";
        assert_eq!(times(stat), Some((3.0, 123.45)));
        assert_eq!(times("7 (a"), None);
    }

    #[test]
    fn a_line_is_found_by_its_name() {
        let limits = "Max processes             10    10   processes\nMax open files            20000  20000  files\n";
        assert_eq!(field(limits, "Max open files"), Some(20_000.0));
        assert_eq!(field(limits, "Max size"), None);
    }
}
