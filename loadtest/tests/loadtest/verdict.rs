//! A promise that is broken is found; one that is kept is not found broken.

use super::{
    File, loadtest,
    peer::{self, Fault},
    run, text,
};

const SUBSCRIPTION: &str =
    "subscription($roomId: ID!) { messageSent(roomId: $roomId) { seq content } }";

/// Runs a short load against a server with a fault.
async fn against(fault: Fault) -> (Option<i32>, String) {
    during("steady", fault).await
}

async fn during(scenario: &str, fault: Fault) -> (Option<i32>, String) {
    let url = peer::start(fault).await;
    let output = run(&[
        "run",
        "--scenario",
        scenario,
        "--target",
        &url,
        "--participants",
        "20",
        "--messages-per-second",
        "20",
        "--duration",
        "1s",
        "--drain",
        "2s",
        "--subscription",
        SUBSCRIPTION,
    ])
    .await;
    (output.status.code(), text(&output))
}

#[tokio::test]
async fn a_server_that_keeps_its_promises_passes() {
    let (code, said) = against(Fault::Nothing).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("PASSED"), "{said}");
}

#[tokio::test]
async fn a_server_behind_tls_passes_if_it_is_trusted() {
    let (url, certificate) = peer::encrypt(&peer::start(Fault::Nothing).await).await;
    let trusted = File::new("trusted.pem");
    std::fs::write(trusted.path(), certificate).unwrap();
    let load = ["run", "--target", &url, "--participants", "20", "--duration", "1s"];
    let patience = ["--settle", "1s", "--drain", "2s", "--subscription", SUBSCRIPTION];
    let load = [&load[..], &patience[..]].concat();
    let output = loadtest(&load).env("SSL_CERT_FILE", trusted.path()).output().await.unwrap();
    let said = text(&output);
    assert!(output.status.success() && said.contains("PASSED"), "{said}");
    let output = run(&load).await;
    let said = text(&output);
    assert!(!output.status.success() && said.contains("certificate"), "{said}");
}

#[tokio::test]
async fn a_server_that_breaks_a_promise_fails() {
    for (fault, complaint) in [
        (Fault::Loses, "missing in room 0: 1 participants"),
        (Fault::Repeats, "1 x delivered twice"),
        (Fault::Swaps, "1 x delivered out of order"),
        (Fault::Refuses, "1 x not sent: ROOM_BUSY"),
        (Fault::Closes, "1 x connection lost"),
    ] {
        let (code, said) = against(fault).await;
        assert_eq!(code, Some(1), "{fault:?}: {said}");
        assert!(said.contains("FAILED") && said.contains(complaint), "{fault:?}: {said}");
    }
}

#[tokio::test]
async fn a_connection_that_ends_without_the_code_of_a_restart_is_no_restart() {
    let (code, said) = during("rolling-restart", Fault::Closes).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("1 x connection lost: closed without a code"), "{said}");
}

#[tokio::test]
async fn two_machines_report_together() {
    let url = peer::start(Fault::Nothing).await;
    let start_at = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let start_at = (start_at.as_secs() + 1).to_string();
    let files = [File::new("a.json"), File::new("b.json")];
    let logs = [File::new("a.hlog"), File::new("b.hlog")];
    let shard = async |index: usize| {
        let shard = format!("{index}/2");
        let common = ["--target", &url, "--subscription", SUBSCRIPTION, "--run-id", "both"];
        let size = ["--participants", "21", "--messages-per-second", "20", "--duration", "1s"];
        let time = ["--start-at", &start_at, "--settle", "5s", "--drain", "2s", "--shard", &shard];
        let file = ["run", "--json", files[index].path(), "--hlog", logs[index].path()];
        run(&[&file[..], &common, &size, &time].concat()).await
    };
    let (first, second) = tokio::join!(shard(0), shard(1));
    assert!(first.status.success() && second.status.success(), "{}{}", text(&first), text(&second));

    let (merged, page) = (File::new("both.json"), File::new("both.html"));
    let [a, b] = &files;
    let report = ["report", a.path(), b.path(), "--json", merged.path(), "--html", page.path()];
    let output = run(&report).await;
    assert!(output.status.success(), "{}", text(&output));
    let counts = &merged.json()["counts"];
    assert_eq!((&counts["participants"], &counts["acknowledged"]), (&21.into(), &20.into()));
    assert_eq!(counts["deliveries"], 21 * 20);
    assert!(std::fs::read_to_string(&page.0).unwrap().contains("<svg"));

    let [a, b] = &logs;
    let output = run(&["report", a.path(), b.path()]).await;
    let said = text(&output);
    let delivery = said.lines().find(|line| line.starts_with("delivery")).expect("a line");
    assert!(output.status.success() && delivery.contains(" 420 "), "{said}");
}

#[tokio::test]
async fn what_cannot_run_says_why() {
    for (arguments, reason) in [
        (&["run", "--target", "ws://127.0.0.1:1/graphql"][..], "connect"),
        (&["run", "--target", "http://127.0.0.1/graphql"], "ws://"),
        (
            &["run", "--target", "ws://127.0.0.1/graphql", "--shard", "0/2", "--start-at", "1"],
            "--run-id",
        ),
        (&["run", "--target", "ws://127.0.0.1/graphql", "--key", "/nowhere.pem"], "/nowhere.pem"),
        (&["cluster", "--plenary", "/nowhere"], "/nowhere"),
        (&["report", "/nowhere.json"], "/nowhere.json"),
    ] {
        let output = run(arguments).await;
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output));
        assert!(text(&output).contains(reason), "{arguments:?}: {}", text(&output));
    }
}
