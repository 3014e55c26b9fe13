//! Between a cluster's process and the main process stands a guard: it ends the process when the main process goes,
//! even by kill -9, which leaves no time to clean up.

use crate::process::raised;
use std::{
    env::current_exe,
    error::Error,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines, stdin},
    process::{Child, ChildStdin, ChildStdout, Command},
    time::timeout,
};

/// Stands before the process id that a guard tells.
const GUARDED: &str = "guarded ";
/// How long a process may take to say something, or to be gone after it was killed.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a program until it ends or standard input does.
pub(crate) async fn guard(program: &[String]) -> Result<(), Box<dyn Error>> {
    let mut child = raised(Path::new(&program[0]))
        .args(&program[1..])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    println!("{GUARDED}{}", child.id().ok_or("it ended at once")?);
    let mut input = stdin();
    let mut nothing = [0];
    tokio::select! {
        status = child.wait() => Err(format!("{} ended: {}", program[0], status?).into()),
        _ = input.read(&mut nothing) => Ok(child.kill().await?),
    }
}

/// A process with its guard. When it is dropped, the guard's standard input ends.
pub(super) struct Guarded {
    name: String,
    pid: u32,
    guard: Child,
    stdin: ChildStdin,
    stdout: Option<Lines<BufReader<ChildStdout>>>,
    log: PathBuf,
}

impl Guarded {
    pub(super) async fn spawn(
        name: &str,
        (program, arguments, setting): (&str, &[&str], Option<(&str, String)>),
        log: PathBuf,
    ) -> Result<Self, Box<dyn Error>> {
        let mut guard = Command::new(current_exe()?)
            .args(["guard", "--", program])
            .args(arguments)
            // Settings of whoever runs this are not the cluster's.
            .env_clear()
            .env("PATH", path())
            .env("LOG", "warn")
            .envs(setting)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()?;
        let stdin = guard.stdin.take().ok_or("a guard has no standard input")?;
        let stdout = guard.stdout.take().ok_or("a guard has no standard output")?;
        let stdout = Some(BufReader::new(stdout).lines());
        let mut guarded = Self { name: name.to_owned(), pid: 0, guard, stdin, stdout, log };
        let line = guarded.next_line_with(GUARDED).await?;
        guarded.pid = line.trim_start_matches(GUARDED).parse()?;
        Ok(guarded)
    }

    pub(super) fn pid(&self) -> u32 {
        self.pid
    }

    /// Waits for a line with this in it; what comes later is thrown away.
    pub(super) async fn line_with(&mut self, part: &str) -> Result<String, Box<dyn Error>> {
        let [line] = self.lines_with([part]).await?;
        Ok(line)
    }

    /// Waits for lines with these in them, one after the other; what comes later is thrown away.
    pub(super) async fn lines_with<const N: usize>(
        &mut self,
        parts: [&str; N],
    ) -> Result<[String; N], Box<dyn Error>> {
        let mut lines = [const { String::new() }; N];
        for (line, part) in lines.iter_mut().zip(parts) {
            *line = self.next_line_with(part).await?;
        }
        if let Some(mut rest) = self.stdout.take() {
            tokio::spawn(async move { while let Ok(Some(_)) = rest.next_line().await {} });
        }
        Ok(lines)
    }

    async fn next_line_with(&mut self, part: &str) -> Result<String, Box<dyn Error>> {
        let lines = self.stdout.as_mut().ok_or("nothing more is read from it")?;
        let found = timeout(PATIENCE, async {
            while let Some(line) = lines.next_line().await? {
                if line.contains(part) {
                    return Ok(Some(line));
                }
            }
            Ok::<_, std::io::Error>(None)
        });
        match found.await {
            Ok(Ok(Some(line))) => Ok(line),
            Ok(Ok(None)) => Err(format!("{} ended: {}", self.name, self.logged()).into()),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(format!("{} did not start: {}", self.name, self.logged()).into()),
        }
    }

    /// Returns when the process is gone.
    pub(super) async fn stop(mut self) {
        drop(self.stdin);
        let _ = timeout(PATIENCE, self.guard.wait()).await;
    }

    /// The end of its log.
    fn logged(&self) -> String {
        const LINES: usize = 8;
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().filter(|line| !line.is_empty()).collect();
        lines[lines.len().saturating_sub(LINES)..].join("; ")
    }
}

/// Where programs are, which is all of the environment that a cluster needs.
fn path() -> std::ffi::OsString {
    std::env::var_os("PATH").unwrap_or_default()
}
