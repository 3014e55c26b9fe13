//! The room log.

use super::{COUNTS, Label, Metric};

pub(super) const METRICS: &[Metric] = &[
    Metric::gauge("plenary_feeds", "Rooms that are open on this node."),
    Metric::histogram(
        "plenary_append_group_size",
        COUNTS,
        "Positions that were taken by one call to the table.",
    ),
    Metric::histogram(
        "plenary_votes_counted_together",
        COUNTS,
        "Votes on one message that were written in one transaction.",
    ),
    Metric::counter(
        "plenary_log_voids_total",
        "Positions that were voided because nobody wrote them in time.",
    ),
    Metric::counter(
        "plenary_log_hole_reads_total",
        "Reads of the table for entries that the broker did not bring.",
    ),
    Metric::counter("plenary_replays_total", "Stretches that were read for resumed subscriptions.")
        .by(&[Label::of("from", &["memory", "table"])]),
    Metric::counter(
        "plenary_gaps_total",
        "Subscriptions that were told that something is missing.",
    ),
];
