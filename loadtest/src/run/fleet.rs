//! The worker processes.

use crate::{
    cli::Shard,
    clock::{Clock, Moment},
    control::{Assignment, Order, Progress, Report},
    display::Display,
    process::raised,
    results::Results,
    usage::{Role, Watched},
};
use std::{env::current_exe, error::Error, pin::pin, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdin, ChildStdout},
    sync::mpsc,
    time::timeout,
};

/// Reports that wait to be read. Workers report twice a second, and wait when nobody reads.
const REPORTS: usize = 64;

/// How long a worker may take to read an order.
const PATIENCE: Duration = Duration::from_secs(30);

/// Workers that run. Dropping them ends them.
pub(super) struct Fleet {
    workers: Vec<Worker>,
    reports: mpsc::Receiver<(usize, Result<Report, String>)>,
    /// All results until now.
    results: Option<Results>,
    missing: usize,
}

struct Worker {
    child: Child,
    stdin: ChildStdin,
    participants: u64,
    progress: Progress,
}

impl Fleet {
    /// Starts as many workers as this machine's participants need.
    pub(super) async fn start(
        common: &Assignment,
        per_worker: u64,
        shard: Shard,
    ) -> Result<Self, Box<dyn Error>> {
        let large_room = common.participants - common.small_room;
        let here = large_room.div_ceil(shard.of).div_ceil(per_worker).max(1);
        let here = here + u64::from(common.small_room > 0);
        let (send, reports) = mpsc::channel(REPORTS);
        let mut workers = Vec::new();
        for index in 0..here {
            let assignment = Assignment {
                worker: shard.index * here + index,
                workers: shard.of * here,
                ..common.clone()
            };
            workers.push(Worker::start(index as usize, &assignment, send.clone()).await?);
        }
        let missing = workers.len();
        Ok(Self { workers, reports, results: None, missing })
    }

    pub(super) fn workers(&self) -> u64 {
        self.workers.len() as u64
    }

    pub(super) fn participants(&self) -> u64 {
        self.workers.iter().map(|worker| worker.participants).sum()
    }

    pub(super) fn processes(&self) -> Vec<Watched> {
        let watched = |(index, worker): (usize, &Worker)| {
            let name = format!("load worker {index}");
            Some(Watched { name, pid: worker.child.id()?, role: Role::Load, metrics: None })
        };
        self.workers.iter().enumerate().filter_map(watched).collect()
    }

    pub(super) async fn order(&mut self, order: &Order) -> Result<(), Box<dyn Error>> {
        let line = format!("{}\n", serde_json::to_string(order)?);
        for worker in &mut self.workers {
            let written = timeout(PATIENCE, worker.stdin.write_all(line.as_bytes())).await;
            written.map_err(|_| "a worker takes no orders")??;
        }
        Ok(())
    }

    /// Shows how far the workers are until something is over.
    pub(super) async fn watch<T>(
        &mut self,
        display: &mut Display,
        until: impl Future<Output = T>,
    ) -> Result<T, Box<dyn Error>> {
        let mut until = pin!(until);
        loop {
            tokio::select! {
                ended = &mut until => return Ok(ended),
                heard = self.hear() => heard?,
            }
            display.show(&self.progress());
        }
    }

    /// Returns when everybody has joined or given up, or at a moment.
    pub(super) async fn watch_until_settled(
        &mut self,
        display: &mut Display,
        clock: &Clock,
        by: Moment,
    ) -> Result<(), Box<dyn Error>> {
        let mut by = pin!(clock.reach(by));
        while self.progress().settled < self.participants() {
            tokio::select! {
                () = &mut by => return Ok(()),
                heard = self.hear() => heard?,
            }
            display.show(&self.progress());
        }
        Ok(())
    }

    /// What all of them measured.
    pub(super) async fn results(
        &mut self,
        display: &mut Display,
        by: impl Future<Output = ()>,
    ) -> Result<Results, Box<dyn Error>> {
        let mut by = pin!(by);
        while self.missing > 0 {
            tokio::select! {
                () = &mut by => return Err("a worker does not say what it measured".into()),
                heard = self.hear() => heard?,
            }
            display.show(&self.progress());
        }
        self.results.take().ok_or_else(|| "there were no workers".into())
    }

    async fn hear(&mut self) -> Result<(), Box<dyn Error>> {
        let (worker, report) = self.reports.recv().await.ok_or("all workers are gone")?;
        match report.map_err(|error| format!("worker {worker}: {error}"))? {
            Report::Progress(progress) => self.workers[worker].progress = progress,
            Report::Results(results) => {
                self.missing -= 1;
                match &mut self.results {
                    Some(merged) => merged.merge(*results),
                    None => self.results = Some(*results),
                }
            }
        }
        Ok(())
    }

    fn progress(&self) -> Progress {
        Progress::sum(self.workers.iter().map(|worker| worker.progress))
    }
}

impl Worker {
    async fn start(
        index: usize,
        assignment: &Assignment,
        reports: mpsc::Sender<(usize, Result<Report, String>)>,
    ) -> Result<Self, Box<dyn Error>> {
        let mut command = raised(&current_exe()?);
        command.arg("worker").stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let mut stdin = child.stdin.take().ok_or("a worker has no standard input")?;
        let stdout = child.stdout.take().ok_or("a worker has no standard output")?;
        tokio::spawn(listen(index, stdout, reports));
        let line = format!("{}\n", serde_json::to_string(assignment)?);
        stdin.write_all(line.as_bytes()).await?;
        let participants = assignment.mine().count() as u64;
        Ok(Self { child, stdin, participants, progress: Progress::default() })
    }
}

/// Passes a worker's lines on until its results.
async fn listen(
    worker: usize,
    stdout: ChildStdout,
    reports: mpsc::Sender<(usize, Result<Report, String>)>,
) {
    let mut lines = BufReader::new(stdout).lines();
    loop {
        let report = match lines.next_line().await {
            Ok(Some(line)) => serde_json::from_str(&line).map_err(|error| error.to_string()),
            Ok(None) => Err("it ended early".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        let is_last = !matches!(report, Ok(Report::Progress(_)));
        if reports.send((worker, report)).await.is_err() || is_last {
            return;
        }
    }
}
