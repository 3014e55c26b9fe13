//! Stands between a node and the table, and does to its calls what a bad day does.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use std::sync::{Arc, Mutex};
use tokio::{net::TcpListener, sync::watch};

/// What happens to the calls of one operation, for example `PutItem`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// They wait until the fault is over.
    Hold,
    /// They fail and have no effect.
    Fail,
    /// They are too many at the moment, and have no effect.
    Throttle,
    /// They have their effect, but the answer is lost.
    LoseAnswer,
}

#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) endpoint: String,
    target: String,
    fault: watch::Sender<Option<(&'static str, Fault)>>,
    met: watch::Sender<usize>,
    calls: Arc<Mutex<Vec<String>>>,
    http: reqwest::Client,
}

impl Proxy {
    pub(crate) async fn start(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Self {
            endpoint: format!("http://{}", listener.local_addr().unwrap()),
            target: target.to_owned(),
            fault: watch::Sender::new(None),
            met: watch::Sender::new(0),
            calls: Arc::default(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        };
        let router = Router::new().fallback(pass).with_state(proxy.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        proxy
    }

    /// Lets a fault happen to an operation from now on.
    pub(crate) fn begin(&self, operation: &'static str, fault: Fault) {
        self.met.send_replace(0);
        self.fault.send_replace(Some((operation, fault)));
    }

    /// Ends the fault; what was held goes on.
    pub(crate) fn end(&self) {
        self.fault.send_replace(None);
    }

    /// Waits until the fault has met so many calls.
    pub(crate) async fn met(&self, calls: usize) {
        self.met.subscribe().wait_for(|met| *met >= calls).await.unwrap();
    }

    /// The operations called since the last time, in order.
    pub(crate) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }
}

async fn pass(State(proxy): State<Proxy>, headers: HeaderMap, body: Bytes) -> Response {
    let operation =
        headers.get("x-amz-target").and_then(|target| target.to_str().ok()?.rsplit('.').next());
    let operation = operation.unwrap_or_default().to_owned();
    proxy.calls.lock().unwrap().push(operation.clone());
    let fault = proxy.fault.borrow().filter(|(name, _)| *name == operation).map(|(_, fault)| fault);
    if fault.is_some() {
        proxy.met.send_modify(|met| *met += 1);
    }
    match fault {
        None => forward(&proxy, headers, body).await,
        Some(Fault::Fail) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Fault::Throttle) => {
            let kind = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
            let body = format!(r#"{{"__type":"{kind}","message":"slow down"}}"#);
            (StatusCode::BAD_REQUEST, body).into_response()
        }
        Some(Fault::LoseAnswer) => {
            forward(&proxy, headers, body).await;
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Some(Fault::Hold) => {
            let mut over = proxy.fault.subscribe();
            over.wait_for(Option::is_none).await.unwrap();
            forward(&proxy, headers, body).await
        }
    }
}

async fn forward(proxy: &Proxy, mut headers: HeaderMap, body: Bytes) -> Response {
    headers.remove("host");
    match proxy.http.post(&proxy.target).headers(headers).body(body).send().await {
        Ok(answer) => {
            let (status, mut headers) = (answer.status(), answer.headers().clone());
            headers.remove("transfer-encoding");
            (status, headers, answer.bytes().await.unwrap_or_default()).into_response()
        }
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
