//! What stands behind the node: the table, the broker, the limiter, the review hook.

use super::{Label, Metric, labels::OPERATION};

pub(super) const METRICS: &[Metric] = &[
    Metric::durations(
        "plenary_source_duration_seconds",
        "How long resolvers waited for a data source.",
    )
    .by(&[Label::open("call"), Label::of("result", &["ok", "error"])]),
    Metric::counter("plenary_table_requests_total", "Calls to the table.").by(&[OPERATION]),
    Metric::durations(
        "plenary_table_attempt_duration_seconds",
        "How long each attempt of a call to the table took; a condition that does not hold is `refused`.",
    )
    .by(&[
        OPERATION,
        Label::of("result", &["ok", "refused", "conflict", "throttled", "failed"]),
    ]),
    Metric::counter("plenary_table_throttles_total", "Attempts that the table throttled.")
        .by(&[OPERATION]),
    Metric::counter(
        "plenary_table_errors_total",
        "Calls to the table that failed for good: throttled, out of reach, or a fault of this program.",
    )
    .by(&[OPERATION]),
    Metric::gauge("plenary_broker_up", "1 while the broker delivers, 0 while it is away."),
    Metric::counter("plenary_broker_reconnects_total", "How often the broker came back."),
    Metric::counter("plenary_broker_published_total", "Payloads that the broker has taken."),
    Metric::counter("plenary_broker_received_total", "Payloads that came from the broker."),
    Metric::counter("plenary_broker_dropped_total", "Payloads that did not get through.")
        .by(&[Label::of("reason", &["disconnected", "full", "refused", "lagged"])]),
    Metric::durations(
        "plenary_broker_round_trip_seconds",
        "How long the broker took to answer a batch of commands.",
    ),
    Metric::durations(
        "plenary_broker_lag_seconds",
        "From when a node published entries to when this node received them, by the clocks of both.",
    ),
    Metric::gauge("plenary_limiter_up", "1 while limits are counted where they should be, 0 while Redis is away and each node counts by itself."),
    Metric::counter("plenary_limiter_decisions_total", "Decisions of the limiter.").by(&[
        Label::of("action", &["send", "react", "report"]),
        Label::of(
            "outcome",
            &["admitted", "rate_limited", "slow_mode", "duplicate", "room_busy"],
        ),
    ]),
    Metric::counter(
        "plenary_limiter_fallbacks_total",
        "Decisions that the node made by itself because Redis was away.",
    ),
    Metric::counter("plenary_review_answers_total", "Answers of the review hook.")
        .by(&[Label::of("outcome", &["allow", "hold", "refuse"])]),
    Metric::counter("plenary_review_failures_total", "Reviews that came to nothing.").by(&[
        Label::of(
            "reason",
            &["busy", "timeout", "connection", "status", "too_large", "malformed"],
        ),
    ]),
];
