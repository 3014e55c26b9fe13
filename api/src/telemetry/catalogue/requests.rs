//! What is asked over HTTP, and of GraphQL.

use super::{
    FINE_SECONDS, Label, Metric,
    labels::{AUTH_FAILURE, ERROR_CODE},
};

pub(super) const METRICS: &[Metric] = &[
    Metric::counter("plenary_http_requests_total", "HTTP requests that were answered.")
        .by(&[Label::open("status")]),
    Metric::durations(
        "plenary_http_request_duration_seconds",
        "From a request's head to the head of its answer.",
    ),
    Metric::histogram(
        "plenary_mutation_duration_seconds",
        FINE_SECONDS,
        "How long mutations took: `refused` is the caller's doing, `failed` the server's.",
    )
    .seconds()
    .by(&[Label::open("field"), Label::of("result", &["ok", "refused", "failed"])]),
    Metric::counter("plenary_refusals_total", "Errors that were answered.").by(&[ERROR_CODE]),
    Metric::counter("plenary_auth_failures_total", "Tokens and keys that were refused.")
        .by(&[AUTH_FAILURE]),
    Metric::counter("plenary_jwks_fetches_total", "Attempts to load an issuer's keys.")
        .by(&[Label::of("outcome", &["ok", "failed"])]),
];
