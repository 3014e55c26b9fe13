//! Nodes, their table and Redis on this machine, for one run: nothing is left of them, however the run ends.

mod directory;
mod guard;

pub(crate) use guard::guard;

use crate::{
    cli::{ClusterArgs, Shard},
    display::Display,
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
    io::{AsyncReadExt, AsyncWriteExt},
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

/// Processes that run; they end when it is dropped.
struct Cluster {
    processes: Vec<(Role, String, Guarded)>,
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
            node.extend(["--dynamodb", &endpoint, "--redis-url", &redis_url]);
            node.extend(args.node_args.iter().map(String::as_str));
            let name = format!("node {number}");
            let started = cluster.spawn(Role::Node, &name, &plenary, &node).await?;
            let line = started.line_with("API").await?;
            let url = word_with(&line, "http://").replacen("http", "ws", 1);
            let address: SocketAddr =
                url.trim_start_matches("ws://").trim_end_matches("/graphql").parse()?;
            eventually(async || is_ready(address).await).await?;
            cluster.targets.push(url);
        }
        display.say(&format!("{} nodes are ready", args.nodes));
        Ok(cluster)
    }

    /// Starts a process; an error has the end of what it logged.
    async fn spawn(
        &mut self,
        role: Role,
        name: &str,
        program: &str,
        arguments: &[&str],
    ) -> Result<&mut Guarded, Box<dyn Error>> {
        let log = self.directory.path().join(format!("{name}.log"));
        let guarded = Guarded::spawn(name, program, arguments, log).await?;
        self.processes.push((role, name.to_owned(), guarded));
        Ok(&mut self.processes.last_mut().expect("it was just pushed").2)
    }

    fn watched(&self) -> Vec<Watched> {
        let watched = |(role, name, guarded): &(Role, String, Guarded)| Watched {
            name: name.clone(),
            pid: guarded.pid(),
            role: *role,
        };
        self.processes.iter().map(watched).collect()
    }

    /// Ends all, the last one first.
    async fn stop(&mut self) {
        while let Some((_, _, guarded)) = self.processes.pop() {
            guarded.stop().await;
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
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        let request =
            format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer.starts_with("HTTP/1.1 200"))
    };
    matches!(timeout(Duration::from_secs(5), ask).await, Ok(Ok(true)))
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn word_with<'a>(line: &'a str, part: &str) -> &'a str {
    line.split_whitespace().find(|word| word.starts_with(part)).unwrap_or_default()
}
