//! `plenary-loadtest`: joins rooms by the thousand, sends, receives, measures, and checks that nothing was lost.
//!
//! It knows the public protocol alone, so it measures any server with a subscription of the same shape.

mod backoff;
mod check;
mod cli;
mod clock;
mod cluster;
mod control;
mod display;
mod figures;
mod hlog;
mod html;
mod http;
mod mark;
mod position;
mod process;
mod protocol;
mod report;
mod results;
mod run;
mod scanner;
mod schedule;
mod socket;
mod summary;
mod token;
mod usage;
mod worker;

use clap::Parser;
use cli::{Cli, Command, RunArgs};
use clock::Moment;
use display::Display;
use report::Verdict;
use results::Results;
use run::Plan;
use std::{error::Error, process::ExitCode};
use token::{Issuer, Tokens};
use tokio::{
    runtime,
    signal::unix::{SignalKind, signal},
};
use usage::{Role, Watched};

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Ended by a signal, as shells say it.
const INTERRUPTED: u8 = 130;
/// The run could not be made, which says nothing about the server.
const NO_RUN: u8 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return refuse(&error),
    };
    let code = runtime.block_on(async {
        match cli.command {
            Command::Worker => {
                worker::run().await.map_or_else(|error| refuse(&*error), |()| ExitCode::SUCCESS)
            }
            Command::Guard { program } => cluster::guard(&program)
                .await
                .map_or_else(|error| refuse(&*error), |()| ExitCode::SUCCESS),
            command => supervised(command).await,
        }
    });
    // Nothing can end a thread that reads standard input.
    runtime.shutdown_background();
    code
}

/// Does it, or stops everything when a signal comes.
async fn supervised(command: Command) -> ExitCode {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return refuse(&"signals cannot be received");
    };
    let ended = tokio::select! {
        ended = Box::pin(obey(command)) => ended,
        _ = interrupt.recv() => return interrupted(),
        _ = terminate.recv() => return interrupted(),
    };
    match ended {
        Ok(Verdict::Passed) => ExitCode::SUCCESS,
        Ok(Verdict::Failed) => ExitCode::FAILURE,
        Err(error) => refuse(&*error),
    }
}

async fn obey(command: Command) -> Result<Verdict, Box<dyn Error>> {
    let (results, output) = match command {
        Command::Run(args) => {
            let results = load(&args, &mut Display::new()).await?;
            (results, args.load.output)
        }
        Command::Cluster(args) => {
            let results = cluster::execute(&args, &mut Display::new()).await?;
            (results, args.load.output)
        }
        Command::Report(args) if args.files.iter().all(|path| hlog::is_log(path)) => {
            return report::merge_logs(&args);
        }
        Command::Report(args) => (report::merge(&args)?, args.output),
        Command::Worker | Command::Guard { .. } => return Err("not for people".into()),
    };
    report::publish(&results, &output)
}

async fn load(args: &RunArgs, display: &mut Display) -> Result<Results, Box<dyn Error>> {
    let load = &args.load;
    if args.shard.of > 1 && load.run_id.is_none() {
        return Err("several machines need one --run-id in common".into());
    }
    let tokens = match (&args.key, &args.tokens) {
        (Some(key), _) => Tokens::sign(key, &Issuer::of(load), load.users.min(load.participants))?,
        (None, Some(file)) => Tokens::read(file)?,
        (None, None) => Tokens::none(),
    };
    let watched = args.watched.iter().cloned();
    let plan = Plan {
        load: load.clone(),
        targets: args.targets.clone(),
        tokens,
        watched: watched
            .map(|it| Watched { name: it.name, pid: it.pid, role: Role::Node, metrics: None })
            .collect(),
        shard: args.shard,
        start_at: args.start_at.map(|seconds| Moment(seconds * 1_000_000)),
    };
    run::execute(plan, display).await
}

fn interrupted() -> ExitCode {
    eprintln!("plenary-loadtest: interrupted");
    ExitCode::from(INTERRUPTED)
}

fn refuse(error: &(impl std::fmt::Display + ?Sized)) -> ExitCode {
    eprintln!("plenary-loadtest: {error}");
    ExitCode::from(NO_RUN)
}
