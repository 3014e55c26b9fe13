//! What `/metrics` shows of nodes that are used: what the catalogue lists, all of it, and nothing else.

use super::{
    PATIENCE,
    client::Client,
    cluster::{Cluster, Node},
    proxy::{Fault, Proxy},
    traces::SEND,
    votes::UPVOTE,
};
use api::telemetry::catalogue::{self, Kind, Metric};
use futures_util::future::{join_all, select_all};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tokio::{io::AsyncReadExt, net::TcpStream, time::timeout};

/// What a node shows: for each name that its text declares, the label sets below it.
type Page = BTreeMap<String, Vec<(BTreeMap<String, String>, f64)>>;

async fn page(node: &Node) -> Page {
    let text = reqwest::get(format!("http://{}/metrics", node.admin)).await.unwrap();
    let text = text.text().await.unwrap();
    let (mut page, mut name) = (Page::new(), String::new());
    for line in text.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words.as_slice() {
            ["#", "HELP", of, meaning] => {
                let metric = catalogue::find(of).unwrap_or_else(|| panic!("{of} is not listed"));
                assert_eq!(metric.meaning, *meaning);
            }
            ["#", "TYPE", of, kind] => {
                assert_eq!(catalogue::find(of).unwrap().kind.name(), *kind);
                name = (*of).to_owned();
                assert!(page.insert(name.clone(), Vec::new()).is_none(), "{of} is there twice");
            }
            _ => {
                let (series, value) = line.rsplit_once(' ').unwrap();
                let (shown, labels) = parse(series);
                let suffix = shown.strip_prefix(&name).unwrap_or_else(|| panic!("{line}"));
                let is_histogram =
                    matches!(catalogue::find(&name).unwrap().kind, Kind::Histogram(_));
                assert_eq!(is_histogram, ["_bucket", "_sum", "_count"].contains(&suffix), "{line}");
                if !["_bucket", "_sum"].contains(&suffix) {
                    page.get_mut(&name).unwrap().push((labels, value.parse().unwrap()));
                }
            }
        }
    }
    page
}

/// A series' name and labels; none of the values has a comma or a quotation mark.
fn parse(series: &str) -> (&str, BTreeMap<String, String>) {
    let Some((name, labels)) = series.split_once('{') else {
        return (series, BTreeMap::new());
    };
    let labels = labels.trim_end_matches('}').split(',').map(|label| {
        let (name, value) = label.split_once('=').unwrap();
        (name.to_owned(), value.trim_matches('"').to_owned())
    });
    (name, labels.collect())
}

/// Each series has the labels that the catalogue tells, and what can be there from the start is.
fn check(page: &Page) {
    for metric @ Metric { name, kind, labels, .. } in catalogue::all() {
        let series = page.get(*name).unwrap_or_else(|| panic!("{name} is not shown"));
        let expected: BTreeSet<&str> = labels.iter().map(|label| label.name).collect();
        for (found, _) in series {
            let names: BTreeSet<&str> = found.keys().map(String::as_str).collect();
            assert_eq!(names, expected, "{name}");
            for label in *labels {
                assert!(label.allows(&found[label.name]), "{name}: {found:?}");
            }
        }
        for values in metric.combinations() {
            let wanted = labels.iter().map(|label| label.name.to_owned());
            let wanted: BTreeMap<String, String> =
                wanted.zip(values.into_iter().map(str::to_owned)).collect();
            assert!(
                series.iter().any(|(found, _)| *found == wanted),
                "{name}{wanted:?} ({kind:?})"
            );
        }
    }
}

fn value(page: &Page, name: &str, label: &str) -> f64 {
    let counts = |labels: &BTreeMap<String, String>| {
        label.is_empty() || labels.values().any(|it| it == label)
    };
    page[name].iter().filter(|(labels, _)| counts(labels)).map(|(_, value)| value).sum()
}

/// Waits until a node shows that something has happened.
async fn shows(node: &Node, name: &str, label: &str) {
    let shown = async { while value(&page(node).await, name, label) <= 0.0 {} };
    timeout(PATIENCE, shown).await.unwrap_or_else(|_| panic!("{name} of {label}"));
}

/// Connections that one address may have.
const MAX_CONNECTIONS: usize = 30;

/// What every node shows that has been used, whose broker is Redis.
const USED: &[(&str, &str)] = &[
    ("plenary_http_requests_total", "200"),
    ("plenary_http_request_duration_seconds", ""),
    ("plenary_mutation_duration_seconds", "ok"),
    ("plenary_mutation_duration_seconds", "refused"),
    ("plenary_refusals_total", "MESSAGE_EMPTY"),
    ("plenary_refusals_total", "RATE_LIMITED"),
    ("plenary_auth_failures_total", "malformed"),
    ("plenary_connections", ""),
    ("plenary_connections_refused_total", "address"),
    ("plenary_ws_connections", ""),
    ("plenary_sse_streams", ""),
    ("plenary_subscriptions", ""),
    ("plenary_groups", ""),
    ("plenary_group_executions_total", ""),
    ("plenary_single_executions_total", ""),
    ("plenary_fan_out_rounds_total", ""),
    ("plenary_fan_out_duration_seconds", ""),
    ("plenary_publish_to_socket_seconds", ""),
    ("plenary_ws_sent_total", ""),
    ("plenary_ws_sent_bytes_total", ""),
    ("plenary_ws_send_queue_bytes", ""),
    ("plenary_ws_ping_seconds", ""),
    ("plenary_ws_closed_total", "1006"),
    ("plenary_feeds", ""),
    ("plenary_append_group_size", ""),
    ("plenary_votes_counted_together", ""),
    ("plenary_replays_total", "memory"),
    ("plenary_gaps_total", ""),
    ("plenary_source_duration_seconds", "append"),
    ("plenary_table_requests_total", "TransactWriteItems"),
    ("plenary_table_attempt_duration_seconds", "ok"),
    ("plenary_table_attempt_duration_seconds", "refused"),
    ("plenary_broker_up", ""),
    ("plenary_broker_published_total", ""),
    ("plenary_broker_received_total", ""),
    ("plenary_broker_round_trip_seconds", ""),
    ("plenary_broker_lag_seconds", ""),
    ("plenary_limiter_up", ""),
    ("plenary_limiter_decisions_total", "admitted"),
    ("plenary_review_failures_total", "connection"),
    ("plenary_build_info", env!("CARGO_PKG_VERSION")),
    ("process_resident_memory_bytes", ""),
    ("process_cpu_seconds_total", ""),
    ("process_open_fds", ""),
    ("process_max_fds", ""),
    ("process_threads", ""),
    ("process_start_time_seconds", ""),
    ("tokio_workers", ""),
    ("tokio_alive_tasks", ""),
    ("tokio_busy_seconds_total", ""),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_node_shows_all_that_is_listed_and_nothing_else() {
    let mut cluster = Cluster::start_with(
        1,
        &[
            &format!("--max-connections-per-address={MAX_CONNECTIONS}"),
            "--keep-alive=100ms",
            "--max-subscriptions=2",
            "--max-report-rate=1",
            "--review-hook-url=http://127.0.0.1:9/",
            "--review-hook-secret=secret",
        ],
    )
    .await;
    check(&page(&cluster.nodes[0]).await);
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let message = host.send("hall", "one").await;
    let mut reader = host.follow("hall", Value::Null).await;
    let mut stream = host
        .stream("subscription { roomEvents(roomId: \"hall\") { events { seq } } }", Value::Null)
        .await;
    provoke(&host, &message).await;
    // What a participant says is shown to the hook, and nobody is there.
    cluster.client(0, "ada", &[]).await.ask(SEND, json!({ "c": "hi" })).await;
    host.send("hall", "two").await;
    reader.events(1).await;
    stream.next().await;
    let answers_pings = tokio::spawn(async move {
        loop {
            reader.next().await;
        }
    });
    crowd(&host).await;
    for (name, label) in USED {
        shows(&cluster.nodes[0], name, label).await;
    }
    check(&page(&cluster.nodes[0]).await);
    cluster.redis.kill().await;
    let node = &cluster.nodes[0];
    shows(node, "plenary_limiter_fallbacks_total", "").await;
    answers_pings.abort();
}

/// Does what is refused, and what is rare.
async fn provoke(host: &Client, message: &Value) {
    let empty = "mutation { sendMessage(input: { roomId: \"hall\", content: \" \" }) { id } }";
    assert_eq!(host.refusal(empty, Value::Null).await, "MESSAGE_EMPTY");
    host.data(UPVOTE, json!({ "m": message["id"], "on": true })).await;
    let nobody = Client::new(host.address, "nobody".to_owned());
    nobody.ask("{ viewer { id } }", Value::Null).await;
    // There is one already, says the table.
    let again = "mutation { createRoom(input: { id: \"hall\", name: \"again\" }) { id } }";
    host.refusal(again, Value::Null).await;
    assert_eq!(host.follow("hall", json!("0")).await.next().await["resume"], "REPLAYED");
    assert_eq!(host.follow("hall", json!("999")).await.next().await["resume"], "GAP");
    let mut many = host.follow("hall", Value::Null).await;
    for id in ["2", "3"] {
        let payload =
            json!({ "query": "subscription { roomEvents(roomId: \"hall\") { cursor } }" });
        many.say(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }
    while many.message().await["type"] != "error" {}
}

/// More connections of one address than there may be: whoever is told anything is refused.
async fn crowd(host: &Client) {
    let connections =
        join_all((0..=MAX_CONNECTIONS).map(|_| TcpStream::connect(host.address))).await;
    let told = connections.into_iter().map(|connection| {
        Box::pin(async move {
            let mut head = [0; 12];
            connection.unwrap().read_exact(&mut head).await.unwrap();
            head
        })
    });
    let (head, ..) = timeout(PATIENCE, select_all(told)).await.expect("one is refused");
    assert_eq!(&head, b"HTTP/1.1 503");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_table_throttles_is_counted_by_the_attempt() {
    let cluster = Cluster::start(0).await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let host = Client::new(node.address, cluster.data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    let ask = "{ viewer { id } room(id: \"other\") { id } }";
    proxy.begin("GetItem", Fault::Throttle);
    let asked = tokio::spawn({
        let host = host.clone();
        async move { host.ask(ask, Value::Null).await }
    });
    proxy.met(2).await;
    shows(&node, "plenary_table_throttles_total", "GetItem").await;
    proxy.end();
    asked.await.unwrap();
    let page_now = page(&node).await;
    assert!(value(&page_now, "plenary_table_attempt_duration_seconds", "throttled") >= 2.0);
    assert_eq!(value(&page_now, "plenary_table_errors_total", ""), 0.0);
    proxy.begin("TransactWriteItems", Fault::Throttle);
    let send = "mutation { sendMessage(input: { roomId: \"hall\", content: \"x\", clientMessageId: \"1\" }) { id } }";
    assert_eq!(host.refusal(send, Value::Null).await, "UNAVAILABLE");
    let page_now = page(&node).await;
    assert_eq!(value(&page_now, "plenary_table_throttles_total", "TransactWriteItems") % 4.0, 0.0);
    assert!(value(&page_now, "plenary_table_errors_total", "TransactWriteItems") >= 1.0);
    assert!(value(&page_now, "plenary_mutation_duration_seconds", "failed") >= 1.0);
    proxy.end();
    check(&page(&node).await);
}
