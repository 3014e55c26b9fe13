//! `plenary`: one binary for a node, its development tokens, its schema and its embedded table.

use api::{
    admin,
    app::App,
    auth::Verifier,
    config::{Cli, Command, Config, LogConfig},
    errors,
    executor::Executor,
    limits, server, telemetry,
};
use clap::Parser;
use resolvers::{Mutation, Query, Schema, Subscription};
use serde_json::json;
use std::{error::Error, io, net::SocketAddr, process::ExitCode, sync::Arc};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("plenary: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Box<dyn Error>> {
    match cli.command {
        Command::Serve(config) => serve(&config, &cli.log).await?,
        Command::Schema => {
            let schema = Schema::build(Query, Mutation::default(), Subscription).finish();
            print!("{}", schema.sdl());
        }
        Command::Token(_) | Command::Dynamodb(_) => return Err("not there yet".into()),
    }
    Ok(())
}

async fn serve(config: &Config, log: &LogConfig) -> Result<(), Box<dyn Error>> {
    let metrics = telemetry::start(log)?;
    let app = Arc::new(App::new(config, executor(config), Arc::new(Verifier)));
    let public = listen(config.listen).await?;
    let operators = listen(config.admin_listen).await?;
    tracing::info!(listen = %config.listen, admin.listen = %config.admin_listen, "serving");

    let status = Arc::new(|| json!({ "version": env!("CARGO_PKG_VERSION") }));
    let admin = tokio::spawn(admin::run(operators, metrics, status));
    server::run(public, app, shutdown()?).await;
    // Until the last connection is closed its metrics can be read.
    admin.abort();
    tracing::info!("ended");
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))
}

fn executor(config: &Config) -> Executor {
    let builder = errors::apply(Schema::build(Query, Mutation::default(), Subscription));
    Executor::new(limits::apply(builder, &config.document, config.mode()).finish())
}

/// Ends with SIGTERM, which an orchestrator sends, or SIGINT, which a terminal does.
fn shutdown() -> io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    })
}
