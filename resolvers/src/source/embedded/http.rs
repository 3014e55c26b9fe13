//! The engine's HTTP side, closed to browsers.
//!
//! The engine checks no signature, so a web page that reached it could read and write everything. Three things keep
//! pages out: a request needs headers that make a browser ask first, and nothing answers that question; a request that
//! says it comes from a page is refused; and `Host` must name loopback, so no foreign name can be pointed here.

use super::engine::Engine;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::{Body as _, Incoming},
    header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN},
    http::uri::Authority,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use std::{convert::Infallible, io, net::IpAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Instant, interval_at, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// DynamoDB's own limit.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// Each costs a descriptor of the node's; a cluster of local nodes stays far below.
const MAX_CONNECTIONS: usize = 1024;

/// Longer than the SDK keeps an idle connection (90 s), so that a close never meets a request on its way.
const IDLE_TIMEOUT: Duration = Duration::from_secs(120);

/// For a body on loopback.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// For the answers on their way when the process ends.
const STOP_GRACE: Duration = Duration::from_secs(1);

/// A sweep reads the whole table; DynamoDB itself takes days to delete what has expired.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

type Answer = Response<Full<Bytes>>;

/// Serves until `stop`, then finishes the requests that are running.
pub(super) async fn serve(
    listener: std::net::TcpListener,
    engine: Engine,
    stop: CancellationToken,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let engine = Arc::new(engine);
    let connections = GracefulShutdown::new();
    let mut sweeps = interval_at(Instant::now() + SWEEP_EVERY, SWEEP_EVERY);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            _ = sweeps.tick() => sweep(Arc::clone(&engine)),
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if connections.count() < MAX_CONNECTIONS => spawn(stream, &engine, &connections),
                Ok(_) => tracing::warn!("too many connections to the embedded table"),
                // Out of descriptors: accepting again at once would spin.
                Err(_) => sleep(Duration::from_millis(50)).await,
            },
        }
    }
    drop(listener);
    let _ = timeout(STOP_GRACE, connections.shutdown()).await;
    Ok(())
}

fn spawn(stream: TcpStream, engine: &Arc<Engine>, connections: &GracefulShutdown) {
    // Without it small answers wait for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let engine = Arc::clone(engine);
    let service = service_fn(move |request| {
        let engine = Arc::clone(&engine);
        async move { Ok::<_, Infallible>(respond(&engine, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                "connection to the embedded table failed"
            );
        }
    });
}

fn sweep(engine: Arc<Engine>) {
    tokio::task::spawn_blocking(move || engine.sweep());
}

async fn respond(engine: &Engine, request: Request<Incoming>) -> Answer {
    if !admits(request.headers()) {
        return refuse(StatusCode::FORBIDDEN);
    }
    let Some(operation) = operation(&request) else {
        return refuse(StatusCode::NOT_FOUND);
    };
    if request.body().size_hint().lower() > MAX_BODY_BYTES as u64 {
        return refuse(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let body = Limited::new(request.into_body(), MAX_BODY_BYTES).collect();
    match timeout(BODY_TIMEOUT, body).await {
        // The thread blocks meanwhile: the engine does one thing at a time, so nobody could be served sooner.
        Ok(Ok(body)) => call(engine, &operation, &body.to_bytes()),
        Ok(Err(_)) => refuse(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => refuse(StatusCode::REQUEST_TIMEOUT),
    }
}

/// Whether a request can come from a program only, never from a web page.
fn admits(headers: &HeaderMap) -> bool {
    let from_page = headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site");
    let signed = headers
        .get(AUTHORIZATION)
        .is_some_and(|value| value.as_bytes().starts_with(b"AWS4-HMAC-SHA256 "));
    signed
        && !from_page
        && headers.get(HOST).and_then(|host| host.to_str().ok()).is_some_and(is_loopback)
}

fn is_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

fn operation(request: &Request<Incoming>) -> Option<String> {
    let target = request.headers().get("x-amz-target")?.to_str().ok()?;
    let operation = target.strip_prefix("DynamoDB_20120810.")?;
    (request.method() == Method::POST).then(|| operation.to_owned())
}

fn call(engine: &Engine, operation: &str, body: &[u8]) -> Answer {
    match engine.call(operation, body) {
        Ok(json) => json_answer(StatusCode::OK, json),
        Err(error) => {
            let status = StatusCode::from_u16(error.status_code())
                .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            if status.is_server_error() {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, operation, "the table engine failed");
            }
            json_answer(status, error.to_json().into_bytes())
        }
    }
}

fn json_answer(status: StatusCode, json: Vec<u8>) -> Answer {
    let mut answer = Response::new(Full::from(json));
    *answer.status_mut() = status;
    answer.headers_mut().insert(
        CONTENT_TYPE,
        const { hyper::header::HeaderValue::from_static("application/x-amz-json-1.0") },
    );
    answer
}

fn refuse(status: StatusCode) -> Answer {
    let mut answer = Response::default();
    *answer.status_mut() = status;
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    const SIGNED: (&str, &str) =
        ("authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb");

    #[test]
    fn a_program_on_loopback_is_admitted_by_every_name_of_loopback() {
        for host in ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000", "127.9.9.9"] {
            assert!(admits(&headers(&[SIGNED, ("host", host)])), "{host}");
        }
    }

    #[test]
    fn a_foreign_host_name_is_refused() {
        for host in [
            "evil.example:8000",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1:8000",
            "",
            "@",
        ] {
            assert!(!admits(&headers(&[SIGNED, ("host", host)])), "{host}");
        }
        assert!(!admits(&headers(&[SIGNED])));
    }

    #[test]
    fn a_web_page_is_refused() {
        let host = ("host", "127.0.0.1:8000");
        assert!(!admits(&headers(&[SIGNED, host, ("origin", "http://127.0.0.1:8000")])));
        assert!(!admits(&headers(&[SIGNED, host, ("origin", "null")])));
        assert!(!admits(&headers(&[SIGNED, host, ("sec-fetch-site", "cross-site")])));
        assert!(!admits(&headers(&[host])));
    }
}
