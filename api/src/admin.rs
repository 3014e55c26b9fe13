//! The listener for operators: `/metrics` for Prometheus, `/statusz` for people. Not for the public.

use crate::{server::Patient, telemetry::Metrics};
use axum::{Json, Router, http::header::CONTENT_TYPE, response::IntoResponse, routing::get};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{sync::Arc, time::Duration};
use tokio::{net::TcpListener, select, task::JoinSet, time};

/// Connections at once; those beyond wait. Operators have a few.
const MAX_CONNECTIONS: usize = 64;

/// Time to send a request's head, to begin the next one, and to take some of an answer: nobody keeps a place for ever.
const PATIENCE: Duration = Duration::from_secs(5);

/// Pause after an accept that failed, mostly for want of file descriptors: without it the loop would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Tells how the node and the services behind it are.
pub type Status = Arc<dyn Fn() -> serde_json::Value + Send + Sync>;

/// Serves the operators until it is dropped.
pub async fn run(listener: TcpListener, metrics: Metrics, status: Status) {
    serve(listener, router(metrics, status)).await;
}

async fn serve(listener: TcpListener, router: Router) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    let mut connections = JoinSet::new();
    loop {
        select! {
            accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => {
                let Ok((stream, _)) = accepted else {
                    time::sleep(ACCEPT_PAUSE).await;
                    continue;
                };
                let stream = TokioIo::new(Patient::new(stream, PATIENCE));
                connections.spawn(http.serve_connection(stream, TowerToHyperService::new(router.clone())));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

fn router(metrics: Metrics, status: Status) -> Router {
    let render = async move || {
        ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render())
            .into_response()
    };
    Router::new()
        .route("/metrics", get(render))
        .route("/statusz", get(async move || Json(status())))
}
