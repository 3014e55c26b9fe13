//! Traces, as a collector gets them: a message from the mutation at one node to the subscribers of another.

use super::{PATIENCE, client::Client, cluster::Cluster};
use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::any_value::Value::StringValue,
    trace::v1::{Span, span::SpanKind},
};
use prost::Message;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// A collector that keeps what it gets.
#[derive(Clone, Default)]
struct Collector {
    bodies: Arc<Mutex<Vec<Bytes>>>,
}

/// A span and the service that sent it.
#[derive(Clone, Debug)]
struct Sent {
    service: String,
    span: Span,
}

impl Collector {
    async fn start() -> (Self, String) {
        let collector = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/traces", post(keep)).with_state(collector.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (collector, url)
    }

    fn spans(&self) -> Vec<Sent> {
        let bodies = self.bodies.lock().unwrap();
        let requests =
            bodies.iter().map(|body| ExportTraceServiceRequest::decode(body.clone()).unwrap());
        let resources = requests.flat_map(|request| request.resource_spans);
        let spans = resources.flat_map(|of| {
            let attributes = of.resource.unwrap_or_default().attributes;
            let service = text(&attributes, "service.name").unwrap();
            let spans = of.scope_spans.into_iter().flat_map(|scope| scope.spans);
            spans.map(move |span| Sent { service: service.clone(), span }).collect::<Vec<_>>()
        });
        spans.collect()
    }

    /// The spans of a trace.
    fn of(&self, trace: &str) -> Vec<Sent> {
        self.spans().into_iter().filter(|sent| hex(&sent.span.trace_id) == trace).collect()
    }

    fn holds(&self, text: &str) -> bool {
        let bodies = self.bodies.lock().unwrap();
        bodies.iter().any(|body| body.windows(text.len()).any(|window| window == text.as_bytes()))
    }
}

async fn keep(State(collector): State<Collector>, headers: HeaderMap, body: Bytes) {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    collector.bodies.lock().unwrap().push(body);
}

fn text(
    attributes: &[opentelemetry_proto::tonic::common::v1::KeyValue],
    key: &str,
) -> Option<String> {
    let attribute = attributes.iter().find(|attribute| attribute.key == key)?;
    match attribute.value.as_ref()?.value.as_ref()? {
        StringValue(text) => Some(text.clone()),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The one span of this name.
fn named<'a>(spans: &'a [Sent], name: &str) -> &'a Sent {
    let mut found = spans.iter().filter(|sent| sent.span.name == name);
    let first = found.next().unwrap_or_else(|| panic!("no {name} among {spans:#?}"));
    assert!(found.next().is_none(), "{name} is there twice");
    first
}

pub(crate) const SEND: &str =
    "mutation Say($c: String!) { sendMessage(input: { roomId: \"hall\", content: $c }) { id } }";

/// Sends a message with a `traceparent`.
async fn send(client: &Client, content: &str, parent: &str) {
    let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
    let body = json!({ "query": SEND, "operationName": "Say", "variables": { "c": content } });
    let request = http.post(format!("http://{}/graphql", client.address)).json(&body);
    let request = request.header(AUTHORIZATION, &client.token).header("traceparent", parent);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert!(answer["errors"].is_null(), "{answer}");
}

/// Two nodes that send their traces, of which neither begins one.
async fn traced(url: &str) -> Cluster {
    let mut cluster = Cluster::start(0).await;
    for name in ["node-a", "node-b"] {
        let arguments =
            ["--otlp-endpoint", url, "--otel-service-name", name, "--otel-sample-ratio", "0"];
        let node = cluster.node_with(&cluster.table.endpoint.clone(), &arguments).await;
        cluster.nodes.push(node);
    }
    cluster
}

const SPAN: &str = "00f067aa0ba902b7";

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_followed_from_its_mutation_to_the_subscribers_of_the_other_node() {
    let (collector, url) = Collector::start().await;
    let mut cluster = traced(&url).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let mut readers = Vec::new();
    for _ in 0..3 {
        readers.push(cluster.client(1, "ada", &[]).await.follow("hall", Value::Null).await);
    }
    let (sampled, unsampled) =
        ("4bf92f3577b34da6a3ce929d0e0e4736", "11111111111111111111111111111111");
    send(&host, "canary-of-content", &format!("00-{sampled}-{SPAN}-01")).await;
    send(&host, "another", &format!("00-{unsampled}-{SPAN}-00")).await;
    host.send("hall", "a third").await;
    for reader in &mut readers {
        reader.events(3).await;
    }
    drop(readers);
    for node in &mut cluster.nodes {
        assert!(node.terminate().await.success());
    }

    let spans = collector.of(sampled);
    let mutation = named(&spans, "mutation");
    assert_eq!((mutation.service.as_str(), mutation.span.kind()), ("node-a", SpanKind::Server));
    assert_eq!(hex(&mutation.span.parent_span_id), SPAN);
    let attribute = |name| text(&mutation.span.attributes, name);
    assert_eq!(attribute("graphql.operation.type").as_deref(), Some("mutation"));
    assert_eq!(attribute("graphql.operation.name").as_deref(), Some("Say"));
    let append = named(&spans, "append");
    assert_eq!(append.span.parent_span_id, mutation.span.span_id);
    let publish = named(&spans, "publish");
    assert_eq!(publish.span.parent_span_id, append.span.span_id);
    // One, for three subscribers.
    let fan_out = named(&spans, "fan-out");
    assert_eq!((fan_out.service.as_str(), fan_out.span.kind()), ("node-b", SpanKind::Consumer));
    assert_eq!(fan_out.span.parent_span_id, publish.span.span_id);

    // What nobody has asked to be collected is not.
    let others = collector.spans().into_iter().filter(|sent| hex(&sent.span.trace_id) != sampled);
    assert_eq!(others.count(), 0);
    for secret in ["canary-of-content", "sendMessage(", &host.token, "Authorization", "hedy"] {
        assert!(!collector.holds(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_says_in_which_trace_an_operation_is() {
    let (collector, url) = Collector::start().await;
    let mut cluster = traced(&url).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let mut socket = host.follow("hall", Value::Null).await;
    let (mutation, subscription) = ("1".repeat(32), "2".repeat(32));
    let extensions = |trace: &str| json!({ "traceparent": format!("00-{trace}-{SPAN}-01") });
    let follow = "subscription Look { roomEvents(roomId: \"hall\") { cursor } }";
    let payload = json!({ "query": follow, "extensions": extensions(&subscription) });
    socket.say(json!({ "type": "subscribe", "id": "look", "payload": payload })).await;
    let payload =
        json!({ "query": SEND, "variables": { "c": "hi" }, "extensions": extensions(&mutation) });
    socket.say(json!({ "type": "subscribe", "id": "say", "payload": payload })).await;
    while socket.message().await["type"] != "complete" {}
    drop(socket);
    for node in &mut cluster.nodes {
        assert!(node.terminate().await.success());
    }
    let spans = collector.of(&mutation);
    assert_eq!(named(&spans, "mutation").service, "node-a");
    named(&spans, "append");
    let spans = collector.of(&subscription);
    let follow = &named(&spans, "follow").span;
    assert_eq!(follow.parent_span_id, named(&spans, "subscription").span.span_id);
}
