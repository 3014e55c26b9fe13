//! Real processes: nodes, the table they share, and Redis between them. Everything ends with the test.

use super::{PATIENCE, client::Client};
use serde_json::Value;
use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

pub(crate) const PLENARY: &str = env!("CARGO_BIN_EXE_plenary");

/// Some nodes, one table, one Redis.
pub(crate) struct Cluster {
    pub(crate) redis: Redis,
    pub(crate) table: Table,
    pub(crate) nodes: Vec<Node>,
    pub(crate) data: DataDir,
}

/// One `plenary serve`.
pub(crate) struct Node {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) admin: SocketAddr,
}

/// One `plenary dynamodb`, or the DynamoDB at `DYNAMODB_ENDPOINT`.
pub(crate) struct Table {
    _child: Option<Child>,
    pub(crate) endpoint: String,
}

/// One `redis-server` that keeps nothing.
pub(crate) struct Redis {
    child: Child,
    pub(crate) port: u16,
}

/// A directory of its own for the development key and the embedded table.
pub(crate) struct DataDir(pub PathBuf);

impl Cluster {
    pub(crate) async fn start(nodes: usize) -> Self {
        let data = DataDir::new();
        let (redis, table) = tokio::join!(Redis::start(free_port()), Table::start());
        let mut cluster = Self { redis, table, nodes: Vec::new(), data };
        for _ in 0..nodes {
            let node = cluster.node(&cluster.table.endpoint.clone()).await;
            cluster.nodes.push(node);
        }
        cluster
    }

    /// Starts one more node that reaches the table at this endpoint.
    pub(crate) async fn node(&self, endpoint: &str) -> Node {
        self.node_with(endpoint, &[]).await
    }

    /// The same with more arguments.
    pub(crate) async fn node_with(&self, endpoint: &str, arguments: &[&str]) -> Node {
        let redis = format!("redis://127.0.0.1:{}", self.redis.port);
        let table = ["--dynamodb", endpoint, "--table-name", self.name(), "--create-table"];
        let all = [&["--redis-url", redis.as_str()], &table[..], arguments].concat();
        Node::start(&self.data, &all).await
    }

    /// Some nodes with more arguments.
    pub(crate) async fn start_with(nodes: usize, arguments: &[&str]) -> Self {
        let mut cluster = Self::start(0).await;
        for _ in 0..nodes {
            let node = cluster.node_with(&cluster.table.endpoint.clone(), arguments).await;
            cluster.nodes.push(node);
        }
        cluster
    }

    /// The name of the table: tests that share a DynamoDB have a table of their own each.
    pub(crate) fn name(&self) -> &str {
        self.data.0.file_name().unwrap().to_str().unwrap()
    }

    /// A client of one of the nodes, signed in as somebody of these groups.
    pub(crate) async fn client(&self, node: usize, user: &str, groups: &[&str]) -> Client {
        Client::new(self.nodes[node].address, self.data.token(user, groups).await)
    }

    pub(crate) async fn host(&self, node: usize) -> Client {
        self.client(node, "hedy", &["plenary-hosts"]).await
    }
}

impl Node {
    /// Starts a node with these arguments, on ports of its own.
    pub(crate) async fn start(data: &DataDir, arguments: &[&str]) -> Self {
        Self::start_by(plenary(&[]), data, arguments).await
    }

    /// The same by a command that runs what follows it as the arguments of `plenary`.
    pub(crate) async fn start_by(mut command: Command, data: &DataDir, arguments: &[&str]) -> Self {
        command.args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
        // A few users are many participants, and send as fast as they can.
        command.args(["--max-connections-per-user=0", "--data-dir"]).arg(&data.0).args(arguments);
        command.env("MAX_MESSAGE_RATE", "0").env("MAX_REACTION_RATE", "0");
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        let mut lines = BufReader::new(stdout).lines();
        let mut printed = async |name: &str| loop {
            let line =
                timeout(PATIENCE, lines.next_line()).await.expect("the node starts").unwrap();
            let line = line.expect("the node prints where it listens");
            if let Some(url) = line.trim().strip_prefix(name) {
                let address = url.trim().strip_prefix("http://").unwrap().split('/').next();
                break address.unwrap().parse().unwrap();
            }
        };
        let (address, admin) = (printed("API").await, printed("metrics").await);
        // What else it prints must not fill the pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { child, address, admin }
    }

    /// kill -9.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// SIGTERM, and what the process ended with.
    pub(crate) async fn terminate(&mut self) -> ExitStatus {
        signal(&self.child, "-TERM").await;
        ended(&mut self.child).await
    }

    /// Resident memory in KiB.
    pub(crate) fn memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id().expect("the node runs"));
        let status = std::fs::read_to_string(path).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// The value of a metric, summed over its labels.
    pub(crate) async fn metric(&self, name: &str) -> f64 {
        let text = reqwest::get(format!("http://{}/metrics", self.admin))
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let of = |line: &&str| {
            line.starts_with(name)
                && [Some(' '), Some('{')].contains(&line[name.len()..].chars().next())
        };
        text.lines()
            .filter(of)
            .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .sum()
    }

    pub(crate) async fn status(&self) -> Value {
        reqwest::get(format!("http://{}/statusz", self.admin)).await.unwrap().json().await.unwrap()
    }
}

impl Table {
    pub(crate) async fn start() -> Self {
        if let Some(endpoint) = std::env::var_os("DYNAMODB_ENDPOINT") {
            return Self { _child: None, endpoint: endpoint.into_string().unwrap() };
        }
        let mut command = plenary(&["dynamodb", "--port", "0", "--memory"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line =
            timeout(PATIENCE, lines.next_line()).await.expect("the table starts").unwrap().unwrap();
        let endpoint =
            line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { _child: Some(child), endpoint }
    }
}

impl Redis {
    pub(crate) async fn start(port: u16) -> Self {
        let port_text = port.to_string();
        let arguments =
            ["--port", &port_text, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        let mut command = Command::new("redis-server");
        let child = command
            .args(arguments)
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("redis-server");
        let answered = timeout(PATIENCE, async {
            while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                tokio::task::yield_now().await;
            }
        });
        answered.await.expect("Redis starts");
        Self { child, port }
    }

    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }
}

impl DataDir {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("plenary-test-{}-{next}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A token of the development issuer.
    pub(crate) async fn token(&self, user: &str, groups: &[&str]) -> String {
        let groups = groups.iter().flat_map(|group| ["--group", group]).collect::<Vec<_>>();
        self.token_with(user, &groups).await
    }

    /// One that is valid so long.
    pub(crate) async fn token_for(&self, user: &str, time: &str) -> String {
        self.token_with(user, &["--valid-for", time]).await
    }

    async fn token_with(&self, user: &str, arguments: &[&str]) -> String {
        let mut command = plenary(&["token", "--user", user, "--data-dir"]);
        command.arg(&self.0).args(arguments);
        let output = command.output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for DataDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Sends a signal, such as `-TERM`, to a process that runs.
pub(crate) async fn signal(child: &Child, name: &str) {
    let id = child.id().expect("the process runs").to_string();
    Command::new("kill").args([name, &id]).status().await.unwrap();
}

/// What a process ends with, which it does soon.
pub(crate) async fn ended(child: &mut Child) -> ExitStatus {
    timeout(PATIENCE, child.wait()).await.expect("the process ends").unwrap()
}

/// The binary, without the environment of whoever runs the tests.
pub(crate) fn plenary(arguments: &[&str]) -> Command {
    let mut command = Command::new(PLENARY);
    command.args(arguments).env_clear().env("LOG", "warn").kill_on_drop(true);
    command
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
