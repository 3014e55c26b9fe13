//! Connections, and what goes out to them.

use super::{BYTES, FINE_SECONDS, Label, Metric, labels::CLOSE_CODE};

pub(super) const METRICS: &[Metric] = &[
    Metric::gauge("plenary_connections", "TCP connections that are open, WebSockets included."),
    Metric::counter(
        "plenary_connections_refused_total",
        "TCP connections that were refused before anything was read.",
    )
    .by(&[Label::of("reason", &["full", "rate", "address"])]),
    Metric::gauge("plenary_ws_connections", "WebSockets that are open."),
    Metric::gauge("plenary_sse_streams", "Event streams that are open."),
    Metric::gauge("plenary_subscriptions", "Subscriptions that run."),
    Metric::gauge(
        "plenary_groups",
        "Groups of subscriptions that are alike and are executed as one.",
    ),
    Metric::counter("plenary_group_executions_total", "Responses that were executed for a group."),
    Metric::counter(
        "plenary_single_executions_total",
        "Responses that were executed for one subscriber alone.",
    ),
    Metric::counter(
        "plenary_fan_out_rounds_total",
        "Rounds: what went out to all members of a group in one write each.",
    ),
    Metric::histogram(
        "plenary_fan_out_duration_seconds",
        FINE_SECONDS,
        "From the first response of a round to the last write to a member.",
    )
    .seconds(),
    Metric::histogram(
        "plenary_publish_to_socket_seconds",
        FINE_SECONDS,
        "From when an event happened, on whichever node, to the last write to a member of a group.",
    )
    .seconds(),
    Metric::counter("plenary_ws_sent_total", "Messages that were sent to WebSockets and streams."),
    Metric::counter(
        "plenary_ws_sent_bytes_total",
        "Bytes of such messages that the kernel has taken.",
    )
    .bytes(),
    Metric::histogram(
        "plenary_ws_send_queue_bytes",
        BYTES,
        "What a connection has yet to send; every connection is looked at every ten seconds.",
    )
    .bytes(),
    Metric::durations(
        "plenary_ws_ping_seconds",
        "From a ping to the pong, of connections that were silent for a while.",
    ),
    Metric::counter(
        "plenary_ws_slow_consumers_total",
        "Connections that were closed because their queue was full.",
    ),
    Metric::counter("plenary_ws_closed_total", "WebSockets that have ended, by close code.")
        .by(&[CLOSE_CODE]),
    Metric::counter("plenary_sse_ended_total", "Event streams that have ended, by close code.")
        .by(&[CLOSE_CODE]),
];
