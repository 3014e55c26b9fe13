//! A server of the test's own, and what the tests say to it.

pub(crate) mod schema;

use api::{
    app::App,
    auth::{
        TokenUse, Verifier,
        development::{DevelopmentIssuer, DevelopmentToken},
    },
    config::{Cli, Command, Config},
    errors,
    executor::{Executor, Prepare},
    limits, server, telemetry,
    trusted::TrustedDocuments,
};
use async_graphql::Schema;
use clap::Parser;
use reqwest::{
    RequestBuilder, StatusCode, Url,
    header::{AUTHORIZATION, HeaderMap},
};
use resolvers::Identity;
use schema::{Mutation, Probe, Query, Subscription};
use serde_json::{Value, json};
use std::{
    io,
    net::SocketAddr,
    sync::{Arc, LazyLock, Mutex, OnceLock},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time,
};
use tokio_util::sync::CancellationToken;

/// A token that is accepted.
pub(crate) static TOKEN: LazyLock<String> = LazyLock::new(|| {
    ISSUER.mint(&DevelopmentToken {
        user: "ada".to_owned(),
        groups: Vec::new(),
        name: None,
        token_use: TokenUse::Id,
        lifetime: Duration::from_secs(3600),
    })
});

static ISSUER: LazyLock<DevelopmentIssuer> =
    LazyLock::new(|| DevelopmentIssuer::generate().unwrap());

/// Long enough for a busy machine; whoever waits longer has found a fault.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A server on a port of its own; it ends with the test.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) probe: Arc<Probe>,
    pub(crate) executor: Executor,
    verifier: Verifier,
    client: reqwest::Client,
    stop: CancellationToken,
    pub(crate) ended: JoinHandle<()>,
}

/// An answer that has been read.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// Starts a server with the default configuration.
pub(crate) async fn serve() -> Server {
    serve_with(|_| {}).await
}

/// Starts a server whose configuration the test has changed.
pub(crate) async fn serve_with(adjust: impl FnOnce(&mut Config)) -> Server {
    start(adjust, None).await
}

/// Starts a server that also signs tokens for whoever asks.
pub(crate) async fn serve_with_sign_in(adjust: impl FnOnce(&mut Config)) -> Server {
    start(adjust, DevelopmentIssuer::generate().ok()).await
}

async fn start(adjust: impl FnOnce(&mut Config), development: Option<DevelopmentIssuer>) -> Server {
    logs();
    metrics();
    let Command::Serve(mut config) = Cli::parse_from(["plenary", "serve"]).command else {
        panic!("another command")
    };
    adjust(&mut config);

    let probe = Arc::new(Probe::default());
    let builder = || {
        let builder = Schema::build(Query, Mutation, Subscription).data(Arc::clone(&probe));
        limits::apply(errors::apply(builder), &config.document, config.mode())
    };
    let schema = builder().finish();
    let prepare: Prepare = Arc::new(|request, identity, _| request.data(identity));
    let trusted = match &config.trusted_documents {
        Some(path) => TrustedDocuments::load(path, builder()).await.unwrap(),
        None => TrustedDocuments::default(),
    };
    let executor = Executor::new(schema, prepare);
    let verifier = Verifier::new(vec![ISSUER.config()]).unwrap();
    let verifier = verifier.with_api_keys(config.api_keys().unwrap());
    let app = Arc::new(App::new(&config, executor.clone(), verifier.clone(), development, trusted));

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let ended = tokio::spawn(server::run(listener, app, stop.clone().cancelled_owned()));
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
    Server { address, probe, executor, verifier, client, stop, ended }
}

impl Server {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A request without anything that is not in it.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.client.request(method.parse().unwrap(), self.url(path))
    }

    /// `POST /graphql` with a token.
    pub(crate) fn post(&self, body: &Value) -> RequestBuilder {
        self.request("POST", "/graphql").header(AUTHORIZATION, &*TOKEN).json(body)
    }

    /// `GET /graphql` with a token.
    pub(crate) fn get(&self, query: &[(&str, &str)]) -> RequestBuilder {
        let url = Url::parse_with_params(&self.url("/graphql"), query).unwrap();
        self.client.get(url).header(AUTHORIZATION, &*TOKEN)
    }

    /// What a query is answered.
    pub(crate) async fn query(&self, query: &str) -> Reply {
        send(self.post(&json!({ "query": query }))).await
    }

    /// Whom [`TOKEN`] names.
    pub(crate) async fn identity(&self) -> Arc<Identity> {
        Arc::new(self.verifier.verify(&TOKEN, None).await.unwrap())
    }

    /// Asks the server to end.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
    }

    /// Opens a connection and sends some bytes.
    pub(crate) async fn connect(&self, bytes: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        stream
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Reply {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// `extensions.code` of the first error.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("no code: {self:?}"))
            .to_owned()
    }

    #[track_caller]
    pub(crate) fn message(&self) -> String {
        self.json()["errors"][0]["message"]
            .as_str()
            .unwrap_or_else(|| panic!("no message: {self:?}"))
            .to_owned()
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
}

/// Everything that the other end says until it hangs up.
pub(crate) async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset after the answer is a way to hang up as well.
    let _ = time::timeout(PATIENCE, stream.read_to_end(&mut bytes))
        .await
        .expect("the connection is closed");
    String::from_utf8(bytes).unwrap()
}

/// Everything that any test has logged so far, at every level.
pub(crate) fn logs() -> &'static Logs {
    static LOGS: OnceLock<Logs> = OnceLock::new();
    LOGS.get_or_init(|| {
        let logs = Logs::default();
        let Cli { log, .. } =
            Cli::parse_from(["plenary", "schema", "--log", "trace", "--log-format", "json"]);
        let writer = logs.clone();
        tracing::subscriber::set_global_default(telemetry::subscriber(&log, move || {
            writer.clone()
        }))
        .unwrap();
        logs
    })
}

/// What any test has counted so far.
pub(crate) fn metrics() -> &'static telemetry::Metrics {
    static METRICS: OnceLock<telemetry::Metrics> = OnceLock::new();
    METRICS.get_or_init(|| telemetry::start_metrics().unwrap())
}

/// Collects log lines.
#[derive(Clone, Default)]
pub(crate) struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl io::Write for Logs {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
