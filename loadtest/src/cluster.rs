//! Nodes, their table and Redis on this machine, for one run: nothing is left of them, however the run ends.

mod directory;
mod guard;

pub(crate) use guard::guard;

use crate::{
    cli::{ClusterArgs, Shard},
    display::Display,
    http,
    results::Results,
    run::{self, Plan},
    token::{Issuer, Tokens},
    usage::{Role, Watched},
};
use directory::Directory;
use guard::Guarded;
use std::{
    env::current_exe,
    error::Error,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    time::Duration,
};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

/// How long one process may take to start.
const START: Duration = Duration::from_secs(60);
/// How often it is asked whether it has.
const ASK: Duration = Duration::from_millis(50);
/// Where nodes keep the key that signs tokens.
const KEY_FILE: &str = "development-key.pem";

/// Starts a cluster, loads it, and stops it.
pub(crate) async fn execute(
    args: &ClusterArgs,
    display: &mut Display,
) -> Result<Results, Box<dyn Error>> {
    let mut cluster = Cluster::start(args, display).await?;
    let issuer = Issuer::of(&args.load);
    let key = cluster.directory.path().join(KEY_FILE);
    let plan = Plan {
        tokens: Tokens::sign(&key, &issuer, args.load.users.min(args.load.participants))?,
        targets: cluster.targets.clone(),
        watched: cluster.watched(),
        load: args.load.clone(),
        shard: Shard { index: 0, of: 1 },
        start_at: None,
    };
    let results = run::execute(plan, display).await;
    cluster.stop().await;
    results
}

/// One of a cluster's processes.
struct Process {
    watched: Watched,
    guarded: Guarded,
}

/// Processes that run; they end when it is dropped.
struct Cluster {
    processes: Vec<Process>,
    targets: Vec<String>,
    // After the processes that write into it.
    directory: Directory,
}

impl Cluster {
    async fn start(args: &ClusterArgs, display: &Display) -> Result<Self, Box<dyn Error>> {
        let plenary = plenary(args)?;
        let mut cluster =
            Self { processes: Vec::new(), targets: Vec::new(), directory: Directory::create()? };
        let redis_port = free_port()?.to_string();
        let redis =
            ["--port", &redis_port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        cluster.spawn(Role::Store, "redis", "redis-server", &redis).await?;
        let redis_address: SocketAddr = format!("127.0.0.1:{redis_port}").parse()?;
        eventually(async || TcpStream::connect(redis_address).await.is_ok()).await?;

        let table = ["dynamodb", "--port", "0", "--memory"];
        let table = cluster.spawn(Role::Store, "table", &plenary, &table);
        let endpoint = table.await?.line_with("http://").await?;
        let endpoint = word_with(&endpoint, "http://").to_owned();
        for number in 0..args.nodes {
            let redis_url = format!("redis://127.0.0.1:{redis_port}");
            let data = cluster.directory.path().to_string_lossy().into_owned();
            let mut node =
                vec!["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];
            node.extend(["--data-dir", &data, "--create-table"]);
            // A few users are many participants.
            node.extend(["--max-connections-per-user", "0", "--max-message-rate", "0"]);
            node.extend(["--max-reaction-rate", "0"]);
            node.extend(["--dynamodb", &endpoint, "--redis-url", &redis_url]);
            node.extend(args.node_args.iter().map(String::as_str));
            let name = format!("node {number}");
            let threads = args.node_threads.map(|it| ("TOKIO_WORKER_THREADS", it.to_string()));
            let node = (&*plenary, &node[..], threads);
            let started = cluster.spawn_with(Role::Node, &name, node).await?;
            let lines = started.guarded.lines_with(["API", "metrics"]).await?;
            let [url, metrics] = lines.map(|line| word_with(&line, "http://").to_owned());
            started.watched.metrics = Some(address(&metrics)?);
            let address = address(&url)?;
            let url = url.replacen("http", "ws", 1);
            eventually(async || is_ready(address).await).await?;
            cluster.targets.push(url);
        }
        display.say(&format!("{} nodes are ready", args.nodes));
        Ok(cluster)
    }

    async fn spawn(
        &mut self,
        role: Role,
        name: &str,
        program: &str,
        arguments: &[&str],
    ) -> Result<&mut Guarded, Box<dyn Error>> {
        Ok(&mut self.spawn_with(role, name, (program, arguments, None)).await?.guarded)
    }

    /// Starts a process, perhaps with a setting in its environment; an error has the end of what it logged.
    async fn spawn_with(
        &mut self,
        role: Role,
        name: &str,
        command: (&str, &[&str], Option<(&str, String)>),
    ) -> Result<&mut Process, Box<dyn Error>> {
        let log = self.directory.path().join(format!("{name}.log"));
        let guarded = Guarded::spawn(name, command, log).await?;
        let watched = Watched { name: name.to_owned(), pid: guarded.pid(), role, metrics: None };
        self.processes.push(Process { watched, guarded });
        Ok(self.processes.last_mut().expect("it was just pushed"))
    }

    fn watched(&self) -> Vec<Watched> {
        self.processes.iter().map(|process| process.watched.clone()).collect()
    }

    /// Ends all, the last one first.
    async fn stop(&mut self) {
        while let Some(process) = self.processes.pop() {
            process.guarded.stop().await;
        }
    }
}

impl Issuer {
    /// What the options say; tokens outlive the run.
    pub(crate) fn of(load: &crate::cli::LoadArgs) -> Self {
        Self {
            issuer: load.issuer.clone(),
            client_id: load.client_id.clone(),
            host_group: load.host_group.clone(),
            valid_for: load.duration + load.settle + load.drain + Duration::from_secs(3600),
        }
    }
}

fn plenary(args: &ClusterArgs) -> Result<String, Box<dyn Error>> {
    let beside = || current_exe().map(|path| path.with_file_name("plenary"));
    let path: PathBuf = args.plenary.clone().map_or_else(beside, Ok)?;
    if !path.is_file() {
        return Err(format!("{} is not there: build it, or give --plenary", path.display()).into());
    }
    Ok(path.to_string_lossy().into_owned())
}

async fn eventually(is_so: impl AsyncFn() -> bool) -> Result<(), Box<dyn Error>> {
    let asked = async {
        while !is_so().await {
            sleep(ASK).await;
        }
    };
    timeout(START, asked).await.map_err(|_| format!("not ready within {START:?}").into())
}

async fn is_ready(address: SocketAddr) -> bool {
    http::get(address, "/readyz").await.is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// The address in an `http://` URL of a node.
fn address(url: &str) -> Result<SocketAddr, Box<dyn Error>> {
    let authority = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
    authority.parse().map_err(|_| format!("{url} has no address").into())
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn word_with<'a>(line: &'a str, part: &str) -> &'a str {
    line.split_whitespace().find(|word| word.starts_with(part)).unwrap_or_default()
}
