//! A node that restarts under load.

use super::{File, PATIENCE, loadtest, plenary};
use std::{net::TcpListener, path::PathBuf, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStderr, Command},
    time::{sleep, timeout},
};

/// A node with a table of its own, which outlives it.
struct Node {
    data: PathBuf,
    port: u16,
    process: Child,
}

impl Node {
    async fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let data = std::env::temp_dir().join(format!("loadtest-restart-{}", std::process::id()));
        let process = Self::serve(&data, port).await;
        Self { data, port, process }
    }

    async fn serve(data: &PathBuf, port: u16) -> Child {
        let mut command = Command::new(plenary());
        command.args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--admin-listen"]);
        command.args(["127.0.0.1:0", "--max-connections-per-user", "0", "--drain-spread", "500ms"]);
        command.arg("--data-dir").arg(data).env_clear();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.kill_on_drop(true).spawn().unwrap();
        let is_open = async || TcpStream::connect(("127.0.0.1", port)).await.is_ok();
        let opens = async {
            while !is_open().await {
                sleep(Duration::from_millis(20)).await
            }
        };
        timeout(PATIENCE, opens).await.expect("the node starts");
        process
    }

    async fn restart(&mut self) {
        let id = self.process.id().unwrap().to_string();
        Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
        let ended = timeout(PATIENCE, self.process.wait()).await.expect("it drains").unwrap();
        assert!(ended.success(), "{ended}");
        self.process = Self::serve(&self.data, self.port).await;
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

#[tokio::test]
async fn whoever_is_told_of_a_restart_comes_back_and_nothing_is_lost() {
    let mut node = Node::start().await;
    let json = File::new("restart.json");
    let target = format!("ws://127.0.0.1:{}/graphql", node.port);
    let key = node.data.join("development-key.pem");
    let load = ["--participants", "40", "--messages-per-second", "10", "--duration", "12s"];
    let scenario = ["--scenario", "rolling-restart", "--json", json.path()];
    let run = ["run", "--target", &target, "--key", key.to_str().unwrap()];
    let mut run = loadtest(&[&run[..], &load, &scenario].concat()).spawn().unwrap();
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines();

    timeout(PATIENCE, sending(&mut lines)).await.expect("it sends");
    node.restart().await;

    let rest = async { while lines.next_line().await.unwrap().is_some() {} };
    let ended = timeout(PATIENCE, async { tokio::join!(run.wait(), rest).0 });
    let ended = ended.await.expect("it ends").unwrap();
    let counts = &json.json()["counts"];
    assert!(ended.success(), "{counts}");
    assert!(counts["returns"].as_u64().unwrap() >= 40, "{counts}");
    // None was sent twice, though answers may have been lost.
    assert_eq!((&counts["acknowledged"], &counts["deliveries"]), (&120.into(), &4800.into()));
}

/// Returns when messages are on their way.
async fn sending(lines: &mut Lines<BufReader<ChildStderr>>) {
    let mut said = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.starts_with("sending") {
            return;
        }
        said += &(line + "\n");
    }
    panic!("nothing was sent: {said}");
}
