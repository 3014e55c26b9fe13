//! A table in a process of its own, and a folder for its file.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// An embedded table in a process of its own.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) endpoint: String,
}

impl Served {
    pub(crate) fn spawn(file: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "serve_a_file", "--nocapture"])
            .env("PLENARY_TEST_FILE", file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let endpoint = lines
            .map(|line| line.unwrap())
            .find_map(|line| line.strip_prefix("serving ").map(str::to_owned));
        Self { child, endpoint: endpoint.expect("the child says where it serves") }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder that goes when the test ends.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(ulid::Ulid::generate().to_string()))
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("data/table.sqlite")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
