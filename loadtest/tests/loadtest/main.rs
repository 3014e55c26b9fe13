//! The program as its users have it: against servers that keep their promises and servers that do not.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod cluster;
mod peer;
mod restart;
mod verdict;

use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::{process::Command, time::timeout};

/// More than anything here takes.
const PATIENCE: Duration = Duration::from_secs(180);

/// The program, without the environment of whoever runs the tests.
fn loadtest(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_plenary-loadtest"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.args(arguments).env_clear().env("PATH", path);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

async fn run(arguments: &[&str]) -> Output {
    let output = loadtest(arguments).output();
    timeout(PATIENCE, output).await.expect("it ends by itself").unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

/// A file that is gone when it is dropped.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("loadtest-{}-{next}-{name}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&std::fs::read_to_string(&self.0).unwrap()).unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The server's binary, which `cargo test --workspace` and `make test-loadtest` build.
fn plenary() -> PathBuf {
    let path = Path::new(env!("CARGO_BIN_EXE_plenary-loadtest")).with_file_name("plenary");
    assert!(path.is_file(), "build the server first: cargo build --package api");
    path
}
