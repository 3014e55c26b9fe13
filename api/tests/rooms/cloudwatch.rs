//! What CloudWatch is told on standard output, beside what `/metrics` says.

use super::{
    PATIENCE,
    client::Client,
    cluster::{DataDir, Node},
    fan_out::node,
};
use api::telemetry::catalogue::{CLOUDWATCH, Source};
use serde_json::{Value, json};
use tokio::time::timeout;

/// The lines of Embedded Metric Format that a node has written.
fn told(node: &Node) -> Vec<Value> {
    let written = node.written.borrow();
    let lines = written.iter().filter(|line| line.starts_with('{'));
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A metric added up over all lines.
fn sum(lines: &[Value], name: &str) -> f64 {
    lines.iter().filter_map(|line| line[name].as_f64()).sum()
}

/// Waits until a node has written lines like that.
async fn tells(node: &Node, are_enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let mut written = node.written.clone();
    let enough = written.wait_for(|_| true);
    enough.await.unwrap();
    let told = async {
        loop {
            let lines = told(node);
            if are_enough(&lines) {
                return lines;
            }
            written.changed().await.expect("the node writes");
        }
    };
    timeout(PATIENCE, told).await.expect("the node tells it")
}

/// Ends a node; everything that it has told.
async fn end(node: &mut Node) -> Vec<Value> {
    assert!(node.terminate().await.success());
    let mut written = node.written.clone();
    while written.changed().await.is_ok() {}
    told(node)
}

/// Something happens: three messages, one that is refused, and a token that is none.
async fn use_node(data: &DataDir, node: &Node) {
    let host = Client::new(node.address, data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    let mut reader = host.follow("hall", Value::Null).await;
    for content in ["one", "two", "three"] {
        host.send("hall", content).await;
    }
    assert_eq!(reader.events(3).await.len(), 3);
    let empty = "mutation { sendMessage(input: { roomId: \"hall\", content: \" \" }) { id } }";
    assert_eq!(host.refusal(empty, Value::Null).await, "MESSAGE_EMPTY");
    let nobody = Client::new(node.address, "nobody".to_owned());
    assert_eq!(
        nobody.ask("{ viewer { id } }", Value::Null).await["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    // Until the node has seen it go, its socket counts.
    drop(reader);
    while node.metric("plenary_ws_connections").await > 0.0 {}
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sums_of_all_lines_are_the_counters_and_the_last_comes_at_the_end() {
    let (data, mut node) = node(&["--emf-service", "Town hall", "--emf-interval", "1h"]).await;
    use_node(&data, &node).await;
    let mut counted = Vec::new();
    for metric in CLOUDWATCH {
        if let Source::Growth(name, None) = metric.source {
            let name = match name {
                "plenary_mutation_duration_seconds" => format!("{name}_count"),
                name => name.to_owned(),
            };
            counted.push((metric.name, node.metric(&name).await));
        }
    }
    assert!(told(&node).is_empty());
    let lines = end(&mut node).await;
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    for (name, value) in counted {
        match name {
            // Ending takes some.
            "CpuSeconds" => assert!(line[name].as_f64().unwrap() >= value, "{line}"),
            name => assert_eq!(line[name], value, "{name} in {line}"),
        }
    }
    assert_eq!((&line["Mutations"], &line["MutationErrors"]), (&json!(5.0), &json!(0.0)));
    assert_eq!((&line["AuthFailures"], &line["BrokerUp"]), (&json!(1.0), &json!(1.0)));
    assert!(line["MessagesSent"].as_f64().unwrap() >= 4.0, "{line}");
    assert!(line["ResidentBytes"].as_f64().unwrap() > 1_000_000.0, "{line}");
    for p99 in ["MutationLatencyP99", "DeliveryLatencyP99"] {
        let value = line[p99].as_f64().unwrap_or_else(|| panic!("{p99} in {line}"));
        assert!(value > 0.0 && value <= 10.0, "{line}");
    }
    assert_eq!(line["Service"], "Town hall");
    let definition = &line["_aws"]["CloudWatchMetrics"];
    assert_eq!(definition[0]["Dimensions"], json!([["Service"]]));
    assert_eq!(definition[0]["Metrics"].as_array().unwrap().len(), CLOUDWATCH.len());
    assert!(line["_aws"]["Timestamp"].as_u64().unwrap() > 1_700_000_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_line_tells_of_its_own_time() {
    let (data, mut node) = node(&["--emf-service", "hall", "--emf-interval", "50ms"]).await;
    tells(&node, |lines| !lines.is_empty()).await;
    use_node(&data, &node).await;
    let lines = tells(&node, |lines| sum(lines, "Mutations") >= 5.0).await;
    let with_mutations = |line: &&Value| line["Mutations"].as_f64().unwrap() > 0.0;
    assert!(
        lines
            .iter()
            .filter(with_mutations)
            .all(|line| line["MutationLatencyP99"].is_number() || line["Mutations"] == 1.0)
    );
    // Where nothing was observed there is no percentile, and it is not announced.
    let quiet =
        tells(&node, |lines| lines.len() > 2 && lines[lines.len() - 1]["Mutations"] == 0.0).await;
    let quiet = quiet.last().unwrap();
    assert!(quiet.get("MutationLatencyP99").is_none(), "{quiet}");
    assert!(!quiet["_aws"].to_string().contains("MutationLatencyP99"), "{quiet}");
    let lines = end(&mut node).await;
    assert_eq!(sum(&lines, "Mutations"), 5.0);
    let last = lines.last().unwrap();
    assert_eq!((&last["ActiveSockets"], &last["Connections"]), (&json!(0.0), &json!(0.0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_that_nobody_asked_for() {
    let (data, mut node) = node(&["--emf-interval", "1ms"]).await;
    use_node(&data, &node).await;
    assert!(end(&mut node).await.is_empty());
}
