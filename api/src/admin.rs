//! The listener for operators: `/metrics` for Prometheus, `/statusz` for people. Not for the public.

use axum::{Json, Router, http::header::CONTENT_TYPE, response::IntoResponse, routing::get};
use metrics_exporter_prometheus::PrometheusHandle;
use std::{io, sync::Arc, time::Duration};
use tokio::{net::TcpListener, select, time};

/// How often samples are folded into their histograms when nobody asks for them.
const UPKEEP: Duration = Duration::from_secs(5);

/// Tells how the node and the services behind it are.
pub type Status = Arc<dyn Fn() -> serde_json::Value + Send + Sync>;

/// Serves the operators until it is dropped.
pub async fn run(
    listener: TcpListener,
    metrics: PrometheusHandle,
    status: Status,
) -> io::Result<()> {
    let upkeep = upkeep(metrics.clone());
    let served = axum::serve(listener, router(metrics, status));
    select! {
        served = served.into_future() => served,
        () = upkeep => Ok(()),
    }
}

fn router(metrics: PrometheusHandle, status: Status) -> Router {
    let render = async move || {
        ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render())
            .into_response()
    };
    Router::new()
        .route("/metrics", get(render))
        .route("/statusz", get(async move || Json(status())))
}

async fn upkeep(metrics: PrometheusHandle) {
    let mut beat = time::interval(UPKEEP);
    loop {
        beat.tick().await;
        metrics.run_upkeep();
    }
}
