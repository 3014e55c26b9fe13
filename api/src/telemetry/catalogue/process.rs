//! The process and its runtime.

use super::{Label, Metric};

pub(super) const METRICS: &[Metric] = &[
    Metric::gauge("plenary_build_info", "1, with the version that runs.")
        .by(&[Label::of("version", &[env!("CARGO_PKG_VERSION")])]),
    Metric::gauge("process_resident_memory_bytes", "Memory that the process holds.").bytes(),
    Metric::counter("process_cpu_seconds_total", "Time that the process has spent on processors.")
        .seconds(),
    Metric::gauge("process_open_fds", "File descriptors that are open."),
    Metric::gauge("process_max_fds", "File descriptors that may be open."),
    Metric::gauge("process_threads", "Threads of the process."),
    Metric::gauge("process_start_time_seconds", "When the process began, as a Unix time.")
        .seconds(),
    Metric::gauge("tokio_workers", "Threads that run tasks."),
    Metric::gauge("tokio_alive_tasks", "Tasks that have not ended."),
    Metric::gauge("tokio_global_queue_depth", "Tasks that wait for any thread to run them."),
    Metric::counter(
        "tokio_busy_seconds_total",
        "Time that threads have spent on tasks, all threads together.",
    )
    .seconds(),
];
