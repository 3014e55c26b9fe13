//! A Redis server of one test, and what stands in front of it.

use crate::eventually;
use redis::{Client, FromRedisValue};
use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::mpsc,
    time::{Instant, sleep_until},
};

/// Ends with the value.
pub(crate) struct Server {
    pub(crate) port: u16,
    pub(crate) dir: PathBuf,
    options: Vec<String>,
    child: Option<Child>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with_options(&[]).await
    }

    pub(crate) async fn with_options(options: &[&str]) -> Self {
        let mut server = Self::absent();
        server.options(options);
        server.run().await;
        server
    }

    /// A server that does not run yet.
    pub(crate) fn absent() -> Self {
        let dir = std::env::temp_dir().join(format!("plenary-{}", ulid::Ulid::generate()));
        fs::create_dir(&dir).unwrap();
        Self { port: free_port(), dir, options: Vec::new(), child: None }
    }

    pub(crate) fn options(&mut self, options: &[&str]) {
        self.options.extend(options.iter().map(ToString::to_string));
    }

    pub(crate) fn has_option(&self, name: &str) -> bool {
        self.options.iter().any(|option| option == name)
    }

    pub(crate) async fn run(&mut self) {
        self.spawn();
        eventually("the server answers", async || {
            self.try_ask::<redis::Value>(&["PING"]).await.is_some()
        })
        .await;
    }

    pub(crate) fn spawn(&mut self) {
        let port = self.port.to_string();
        let child = Command::new("redis-server")
            .args([
                "--port",
                &port,
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
            ])
            .arg(&self.dir)
            .args(&self.options)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        self.child = Some(child.expect("redis-server is installed"));
    }

    pub(crate) fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Sends a signal, `STOP` or `CONT`.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.as_ref().expect("the server runs").id().to_string();
        assert!(
            Command::new("kill").args([&format!("-{signal}"), &id]).status().unwrap().success()
        );
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Makes a certificate for `localhost`; returns the paths of its key and of itself.
    pub(crate) fn certificate(&self) -> (String, String) {
        let path = |name: &str| self.dir.join(name).to_str().unwrap().to_owned();
        let (key, certificate) = (path("key.pem"), path("certificate.pem"));
        let mut command = Command::new("openssl");
        command.args(["req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost"]);
        command.args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
        for extension in ["subjectAltName=DNS:localhost", "basicConstraints=critical,CA:FALSE"] {
            command.args(["-addext", extension]);
        }
        let made = command.args(["-keyout", &key, "-out", &certificate]).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        (key, certificate)
    }

    pub(crate) async fn ask<T: FromRedisValue>(&self, command: &[&str]) -> T {
        self.try_ask(command).await.expect("the server answers")
    }

    async fn try_ask<T: FromRedisValue>(&self, command: &[&str]) -> Option<T> {
        let mut connection =
            Client::open(self.url()).unwrap().get_multiplexed_async_connection().await.ok()?;
        redis::cmd(command[0]).arg(&command[1..]).query_async(&mut connection).await.ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

pub(crate) fn free_port() -> u16 {
    // A cluster's bus listens 10,000 above.
    loop {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        if port < 55_000 {
            return port;
        }
    }
}

/// A way to the server on which everything takes its time, in each direction. Returns its port.
pub(crate) async fn long_way_to(server: &Server, delay: Duration) -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, target) = (listener.local_addr().unwrap().port(), server.port);
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let far = tokio::net::TcpStream::connect(("127.0.0.1", target)).await.unwrap();
            let ((near_reader, near_writer), (far_reader, far_writer)) =
                (near.into_split(), far.into_split());
            carry(near_reader, far_writer, delay);
            carry(far_reader, near_writer, delay);
        }
    });
    port
}

fn carry(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    delay: Duration,
) {
    let (sender, mut receiver) = mpsc::channel::<(Instant, Vec<u8>)>(10_000);
    tokio::spawn(async move {
        let mut buffer = vec![0; 65_536];
        while let Ok(count @ 1..) = from.read(&mut buffer).await {
            let _ = sender.send((Instant::now() + delay, buffer[..count].to_vec())).await;
        }
    });
    tokio::spawn(async move {
        while let Some((due, bytes)) = receiver.recv().await {
            sleep_until(due).await;
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
    });
}
