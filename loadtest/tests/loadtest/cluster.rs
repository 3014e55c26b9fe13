//! A whole cluster of real nodes, and what is left of it: nothing.

use super::{File, PATIENCE, loadtest, plenary, run, text};
use std::{fs, path::Path, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    time::{sleep, timeout},
};

#[tokio::test]
async fn two_nodes_deliver_everything_to_two_hundred() {
    let (json, page) = (File::new("cluster.json"), File::new("cluster.html"));
    let plenary = plenary();
    let cluster = ["cluster", "--nodes", "2", "--plenary", plenary.to_str().unwrap()];
    let load = ["--participants", "200", "--messages-per-second", "5", "--duration", "3s"];
    // Two workers, so that their parts are merged.
    let output = ["--per-worker", "100", "--json", json.path(), "--html", page.path()];
    let output = run(&[&cluster[..], &load, &output].concat()).await;
    assert!(output.status.success(), "{}", text(&output));

    let results = json.json();
    assert_eq!(results["counts"]["deliveries"], 200 * 15);
    assert_eq!(results["counts"]["acknowledged"], 15);
    let processes = results["processes"].as_array().unwrap();
    let names: Vec<_> = processes.iter().map(|process| process["name"].as_str().unwrap()).collect();
    let expected = ["redis", "table", "node 0", "node 1", "load worker 0", "load worker 1"];
    assert_eq!(names, expected);
    assert!(processes.iter().all(|it| it["end"]["resident_bytes"].as_u64().unwrap() > 0));
    assert_eq!(fs::read_to_string(&page.0).unwrap().matches("<svg").count(), 3);
}

#[tokio::test]
async fn participants_who_speak_appsyncs_protocol_come_back_and_miss_nothing() {
    let json = File::new("appsync.json");
    let plenary = plenary();
    let cluster = ["cluster", "--nodes", "2", "--plenary", plenary.to_str().unwrap()];
    let load = ["--participants", "100", "--messages-per-second", "20", "--duration", "4s"];
    let which = ["--protocol", "appsync", "--scenario", "reconnect-storm", "--json", json.path()];
    let output = run(&[&cluster[..], &load, &which].concat()).await;
    assert!(output.status.success(), "{}", text(&output));
    let results = json.json();
    assert_eq!(results["settings"]["protocol"], "appsync");
    assert_eq!(results["counts"]["joins"], 2 * 100);
    assert_eq!(results["violations"], 0);
}

#[tokio::test]
async fn a_burst_has_figures_of_its_own() {
    let json = File::new("burst.json");
    let plenary = plenary();
    let cluster = ["cluster", "--nodes", "2", "--plenary", plenary.to_str().unwrap()];
    let nodes = ["--node-threads", "1", "--node-arg=--keep-alive=5m"];
    let load = ["--participants", "60", "--duration", "2s", "--burst", "20"];
    let output = run(&[&cluster[..], &nodes, &load, &["--json", json.path()]].concat()).await;
    assert!(output.status.success(), "{}", text(&output));

    let results = json.json();
    assert_eq!(
        (&results["counts"]["deliveries"], &results["violations"]),
        (&1800.into(), &0.into())
    );
    let figures = results["figures"].as_object().unwrap();
    for name in [
        "last_receipt_p50_ms",
        "burst_last_receipt_max_ms",
        "joins_per_second",
        "node_kib_per_participant",
        "node_us_per_delivery",
        "worker_kib_per_participant",
        "worker_us_per_burst_delivery",
        "table_reads_joining_of_one_node",
    ] {
        assert!(figures.contains_key(name), "{name}: {figures:?}");
    }
    // 10 paced ones and 20 of the burst, to everybody.
    assert!(text(&output).contains("due to receipt, burst"), "{}", text(&output));
}

#[tokio::test]
async fn a_small_room_beside_a_large_one_is_measured_alone() {
    let json = File::new("small.json");
    let plenary = plenary();
    let cluster = ["cluster", "--nodes", "2", "--plenary", plenary.to_str().unwrap()];
    let load = ["--participants", "110", "--small-room", "10", "--duration", "2s"];
    let rate = ["--messages-per-second", "20", "--json", json.path()];
    let output = run(&[&cluster[..], &load, &rate].concat()).await;
    assert!(output.status.success(), "{}", text(&output));
    let results = json.json();
    let deliveries = |room: &str| {
        let received = results["rooms"][room]["received"].as_object().unwrap();
        received.values().map(|it| it["deliveries"].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!((deliveries("0"), deliveries("1")), (100 * 20, 10 * 20));
    assert!(results["figures"]["small_room_delivery_p99_ms"].as_f64().unwrap() > 0.0);
}

#[tokio::test]
async fn connections_that_break_lose_nothing() {
    let plenary = plenary();
    let cluster = ["cluster", "--nodes", "1", "--plenary", plenary.to_str().unwrap()];
    let load = ["--participants", "50", "--rooms", "2", "--duration", "4s"];
    let scenario = ["--scenario", "reconnect-storm", "--return-spread", "500ms"];
    let output = run(&[&cluster[..], &load, &scenario].concat()).await;
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("50 came back"), "{}", text(&output));
}

#[tokio::test]
async fn every_scenario_ends_with_everything_delivered() {
    let plenary = plenary();
    let cluster = ["cluster", "--nodes", "2", "--plenary", plenary.to_str().unwrap()];
    let load = ["--participants", "60", "--messages-per-second", "20", "--duration", "6s"];
    let slow = ["--slow-share", "0.1", "--content-bytes", "500"];
    for (scenario, options, deliveries) in [
        ("join-storm", &[][..], None),
        ("slow-consumers", &slow, Some(60 * 120)),
        ("qa-burst", &[], Some(60 * 120)),
        ("small-rooms", &[], Some(10 * 120)),
    ] {
        let json = File::new("scenario.json");
        let which = ["--scenario", scenario, "--json", json.path()];
        let output = run(&[&cluster[..], &load, &which, options].concat()).await;
        assert!(output.status.success(), "{scenario}: {}", text(&output));
        let results = json.json();
        assert_eq!(results["counts"]["joins"], 60, "{scenario}");
        assert_eq!(results["counts"]["acknowledged"], 120, "{scenario}");
        if let Some(deliveries) = deliveries {
            assert_eq!(results["counts"]["deliveries"], deliveries, "{scenario}");
        }
        if scenario == "join-storm" {
            let reads = |when: &str| results["figures"][when].as_f64().unwrap();
            let joining = reads("table_reads_joining_of_one_node");
            assert!(joining <= 10.0, "{joining} reads of the table");
            // A node compares its rooms with the table every few seconds.
            assert!(reads("table_reads_joining") + reads("table_reads_sending") >= 1.0);
        }
        let is_slow = results["figures"]["slow_delivery_max_ms"].as_f64() > Some(1000.0);
        assert_eq!(is_slow, scenario == "slow-consumers");
    }
}

#[tokio::test]
async fn a_signal_leaves_nothing_behind() {
    for signal in ["-INT", "-TERM", "-KILL"] {
        let plenary = plenary();
        let arguments = ["cluster", "--nodes", "1", "--plenary", plenary.to_str().unwrap()];
        let mut child = loadtest(&arguments).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let ready = async { while !lines.next_line().await.unwrap().unwrap().contains("ready") {} };
        timeout(PATIENCE, ready).await.expect("the cluster starts");

        let id = child.id().unwrap();
        let descendants = descendants(id);
        // Redis, the table and the node, each with its guard.
        assert!(descendants.len() >= 6, "{descendants:?}");
        Command::new("kill").args([signal, &id.to_string()]).status().await.unwrap();
        let gone = async {
            while descendants.iter().any(|id| is_running(*id)) {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, gone)
            .await
            .unwrap_or_else(|_| panic!("{signal} leaves something behind"));
        timeout(PATIENCE, child.wait()).await.expect("it ends").unwrap();
        let directory = std::env::temp_dir().join(format!("plenary-loadtest-{id}"));
        if signal == "-KILL" {
            fs::remove_dir_all(&directory).unwrap();
        }
        assert!(!directory.exists());
    }
}

#[tokio::test]
async fn a_cluster_that_cannot_start_says_why_and_leaves_nothing_behind() {
    let plenary = plenary();
    let cluster = ["cluster", "--plenary", plenary.to_str().unwrap()];
    let output = run(&[&cluster[..], &["--node-arg", "--no-such-option"]].concat()).await;
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("--no-such-option"), "{}", text(&output));
}

/// The children of a process, and theirs.
fn descendants(id: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
    let children: Vec<u32> = children.split_whitespace().map(|id| id.parse().unwrap()).collect();
    children.into_iter().flat_map(|child| [vec![child], descendants(child)].concat()).collect()
}

/// Whether a process is there and no zombie.
fn is_running(id: u32) -> bool {
    let path = format!("/proc/{id}/stat");
    let stat = fs::read_to_string(Path::new(&path)).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
}
