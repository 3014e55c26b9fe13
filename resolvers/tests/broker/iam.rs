//! ElastiCache as far as its IAM authentication is concerned: a gate that takes no password but a token that is signed right, before
//! real servers, and the credentials of a task's role, which change.

mod gate;
mod role;
mod token;

use self::{gate::Gate, role::Role};
use crate::{PATIENCE, eventually, next, payload, server::Server, subscribed};
use resolvers::source::{
    broker::{Broker, BrokerEvent, RedisConfig, UnfitForIam},
    limiter::{Limiter, Status},
};
use schema::RoomId;
use std::process::Stdio;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::Command,
    time::timeout,
};
use tracing_subscriber::filter::LevelFilter;

/// Named in the environment of a process that is a node: it trusts the gate's certificate and has the role's credentials.
const NODE_URL: &str = "PLENARY_TEST_IAM_URL";

const USER: &str = "plenary-node";

#[tokio::test]
async fn a_server_gets_a_token_for_every_connection_and_new_ones_with_new_credentials() {
    if let Some(url) = std::env::var_os(NODE_URL) {
        return be_a_node(url.to_str().unwrap()).await;
    }
    let test = "iam::a_server_gets_a_token_for_every_connection_and_new_ones_with_new_credentials";
    follow_the_role(Server::absent(), test).await;
}

#[tokio::test]
async fn so_does_each_server_of_a_cluster() {
    if let Some(url) = std::env::var_os(NODE_URL) {
        return be_a_node(url.to_str().unwrap()).await;
    }
    let mut server = Server::absent();
    server.options(&["--cluster-enabled", "yes", "--cluster-announce-hostname", "localhost"]);
    server.options(&["--cluster-preferred-endpoint-type", "hostname"]);
    follow_the_role(server, "iam::so_does_each_server_of_a_cluster").await;
}

#[tokio::test]
async fn a_node_without_a_region_is_told_so() {
    if let Some(url) = std::env::var_os(NODE_URL) {
        let config = RedisConfig::parse([url.to_str().unwrap()]).unwrap();
        let unfit = config.authenticated_by_iam("plenary-test".parse().unwrap()).await.err();
        assert_eq!(unfit, Some(UnfitForIam::NoRegion));
        return;
    }
    let mut command = node("iam::a_node_without_a_region_is_told_so");
    command.env(NODE_URL, "rediss://node@localhost:6379");
    let output = timeout(PATIENCE, command.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

async fn follow_the_role(mut server: Server, test: &str) {
    let (key, certificate) = server.certificate();
    let gate = Gate::open(&server, &key, &certificate).await;
    if server.has_option("--cluster-enabled") {
        server.options(&["--cluster-announce-port", &gate.port.to_string()]);
        server.run().await;
        let _: String = server.ask(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]).await;
    } else {
        server.run().await;
    }
    let _: String =
        server.ask(&["ACL", "SETUSER", USER, "on", "nopass", "+@all", "~*", "&*"]).await;
    let role = Role::start().await;

    // The gate does not know these credentials yet.
    let mut child = node(test)
        .env(NODE_URL, format!("rediss://{USER}@localhost:{}", gate.port))
        .env("SSL_CERT_FILE", &certificate)
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", role.url())
        .env("AWS_REGION", "eu-central-1")
        .spawn()
        .unwrap();
    let log = collect(child.stderr.take().unwrap());
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut hear = async |what: &str| loop {
        let line = timeout(PATIENCE, said.next_line()).await.expect(what).unwrap().expect(what);
        if line.ends_with(what) {
            break;
        }
    };
    eventually("unknown credentials are refused", async || gate.refused() > 1).await;
    gate.accepts(&role.credentials());
    hear("DELIVERED").await;
    let first = gate.accepted();
    assert!(first.iter().any(|shown| shown.on_open_connection), "{first:?}");

    role.rotate();
    gate.accepts(&role.credentials());
    gate.cut();
    hear("DELIVERED").await;
    let second = gate.accepted().split_off(first.len());
    assert!(!second.is_empty() && second.iter().all(|shown| shown.key == role.credentials().key));
    let status = timeout(PATIENCE, child.wait()).await.expect("it ends").unwrap();
    let log = log.await.unwrap();
    assert!(status.success(), "{log}");

    assert!(log.contains("the broker is down"), "{log}");
    for shown in first.iter().chain(&second) {
        assert!(!log.contains(&shown.signature), "{log}");
    }
    for secret in role.secrets() {
        assert!(!log.contains(&secret), "{secret} in {log}");
    }
}

/// This test again, as a process whose environment is its own.
fn node(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).kill_on_drop(true);
    command.env_clear().env("AWS_EC2_METADATA_DISABLED", "true");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Reads what the process logs, so that it never waits for a reader.
fn collect(mut stderr: tokio::process::ChildStderr) -> tokio::task::JoinHandle<String> {
    tokio::spawn(async move {
        let mut text = String::new();
        stderr.read_to_string(&mut text).await.unwrap();
        text
    })
}

/// Delivers over the broker, says so, loses its connections, and does so again.
async fn be_a_node(url: &str) {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(std::io::stderr)
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let config = RedisConfig::parse([url]).unwrap();
    let config = config.authenticated_by_iam("plenary-test".parse().unwrap()).await.unwrap();
    tracing::info!(?config, "connecting");
    let (broker, limiter) = (Broker::redis(config.clone()), Limiter::redis(config));
    let room = RoomId::generate();
    let mut subscription = broker.subscribe(&room);
    for text in ["before", "after"] {
        subscribed(&mut subscription).await;
        broker.publish(&room, payload(text));
        assert_eq!(next(&mut subscription).await, BrokerEvent::Payload(payload(text)));
        eventually("the limiter counts there", async || limiter.status() == Status::Shared).await;
        println!("DELIVERED");
    }
}
