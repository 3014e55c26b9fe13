//! Which metrics CloudWatch gets, and what they are made of.
//!
//! CloudWatch asks money for each metric, so it gets what alarms, scaling and the first look need.

use serde::Serialize;

/// The namespace of all of them.
pub const NAMESPACE: &str = "Plenary";

/// Their one dimension.
pub const SERVICE: &str = "Service";

/// One metric of CloudWatch.
#[derive(Clone, Copy, Debug)]
pub struct CloudWatchMetric {
    /// Its name.
    pub name: &'static str,
    /// Its unit, in CloudWatch's words.
    pub unit: &'static str,
    /// How values of several nodes become one.
    pub statistic: Statistic,
    /// What it is made of.
    pub source: Source,
    /// What it says, in one sentence.
    pub meaning: &'static str,
}

/// How values of several nodes and of several lines become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Statistic {
    /// The mean.
    Average,
    /// The sum.
    Sum,
    /// The greatest.
    Maximum,
    /// The least.
    Minimum,
}

/// What a metric of CloudWatch is made of.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// The values of these gauges now, added up.
    Now(&'static [&'static str]),
    /// How much this counter, or this histogram's count, has grown in the interval, where its labels are among these.
    Growth(&'static str, Where),
    /// The value below which 99 of 100 observations of the interval lie.
    P99(&'static str, Where),
}

/// A label, and which of its values count; no label, and all count.
pub type Where = Option<(&'static str, &'static [&'static str])>;

/// All of them.
pub const CLOUDWATCH: &[CloudWatchMetric] = &[
    now(
        "ActiveSockets",
        &["plenary_ws_connections", "plenary_sse_streams"],
        "WebSockets and event streams that are open.",
    ),
    now("Connections", &["plenary_connections"], "TCP connections that are open."),
    now("Subscriptions", &["plenary_subscriptions"], "Subscriptions that run."),
    now("OpenRooms", &["plenary_feeds"], "Rooms that are open."),
    sum(
        "MessagesSent",
        "plenary_ws_sent_total",
        None,
        "Messages that were sent to sockets and streams.",
    ),
    sum("BytesSent", "plenary_ws_sent_bytes_total", None, "Bytes of such messages.")
        .in_unit("Bytes"),
    sum("Mutations", MUTATIONS, None, "Mutations that were executed."),
    sum(
        "MutationErrors",
        MUTATIONS,
        Some(("result", &["failed"])),
        "Mutations that failed through a fault of the server or of what stands behind it.",
    ),
    p99(
        "MutationLatencyP99",
        MUTATIONS,
        Some(("result", &["ok", "failed"])),
        "99 of 100 mutations took no longer; those that were refused do not count.",
    ),
    p99(
        "DeliveryLatencyP99",
        "plenary_publish_to_socket_seconds",
        None,
        "99 of 100 rounds were with all sockets so soon after their event happened.",
    ),
    sum(
        "SlowConsumers",
        "plenary_ws_slow_consumers_total",
        None,
        "Connections that were closed because their queue was full.",
    ),
    sum(
        "ConnectionsRefused",
        "plenary_connections_refused_total",
        None,
        "TCP connections that were refused: the node was full, or too many came at once or from one address.",
    ),
    sum(
        "RateLimited",
        "plenary_refusals_total",
        Some(("code", &["RATE_LIMITED", "ROOM_BUSY", "SLOW_MODE"])),
        "Answers that told a client to come back later.",
    ),
    sum("AuthFailures", "plenary_auth_failures_total", None, "Tokens and keys that were refused."),
    sum(
        "Gaps",
        "plenary_gaps_total",
        None,
        "Subscriptions that were told that something is missing.",
    ),
    sum(
        "Voids",
        "plenary_log_voids_total",
        None,
        "Positions that were voided because nobody wrote them in time.",
    ),
    now("BrokerUp", &["plenary_broker_up"], "1 while the broker delivers, 0 while it is away.")
        .by(Statistic::Minimum)
        .in_unit("None"),
    sum(
        "TableThrottles",
        "plenary_table_throttles_total",
        None,
        "Attempts that the table throttled.",
    ),
    sum(
        "TableErrors",
        "plenary_table_errors_total",
        None,
        "Calls to the table that failed for good.",
    ),
    now("ResidentBytes", &["process_resident_memory_bytes"], "Memory that the process holds.")
        .in_unit("Bytes"),
    sum(
        "CpuSeconds",
        "process_cpu_seconds_total",
        None,
        "Time that the process has spent on processors.",
    )
    .in_unit("Seconds"),
];

const MUTATIONS: &str = "plenary_mutation_duration_seconds";

const fn now(
    name: &'static str,
    of: &'static [&'static str],
    meaning: &'static str,
) -> CloudWatchMetric {
    CloudWatchMetric {
        name,
        unit: "Count",
        statistic: Statistic::Average,
        source: Source::Now(of),
        meaning,
    }
}

const fn sum(
    name: &'static str,
    of: &'static str,
    only: Where,
    meaning: &'static str,
) -> CloudWatchMetric {
    CloudWatchMetric {
        name,
        unit: "Count",
        statistic: Statistic::Sum,
        source: Source::Growth(of, only),
        meaning,
    }
}

const fn p99(
    name: &'static str,
    of: &'static str,
    only: Where,
    meaning: &'static str,
) -> CloudWatchMetric {
    CloudWatchMetric {
        name,
        unit: "Seconds",
        statistic: Statistic::Maximum,
        source: Source::P99(of, only),
        meaning,
    }
}

impl CloudWatchMetric {
    const fn by(self, statistic: Statistic) -> Self {
        Self { statistic, ..self }
    }

    const fn in_unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }
}

impl Source {
    /// The metrics of Prometheus that it reads.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        match self {
            Self::Now(names) => names.to_vec(),
            Self::Growth(name, _) | Self::P99(name, _) => vec![name],
        }
    }
}
