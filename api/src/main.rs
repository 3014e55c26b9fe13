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
use std::{error::Error, sync::Arc};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cli = Cli::parse();
    match cli.command {
        Command::Serve(config) => serve(&config, &cli.log).await,
        Command::Schema => {
            Ok(print!("{}", Schema::build(Query, Mutation::default(), Subscription).finish().sdl()))
        }
        Command::Token(_) | Command::Dynamodb(_) => Err("not there yet".into()),
    }
}

async fn serve(config: &Config, log: &LogConfig) -> Result<(), Box<dyn Error>> {
    let metrics = telemetry::start(log)?;
    let app = Arc::new(App::new(config, executor(config), Arc::new(Verifier)));
    let public = TcpListener::bind(config.listen).await?;
    let operators = TcpListener::bind(config.admin_listen).await?;
    tracing::info!(listen = %public.local_addr()?, admin.listen = %operators.local_addr()?, "serving");

    let ended = CancellationToken::new();
    let status = Arc::new(|| serde_json::json!({ "version": env!("CARGO_PKG_VERSION") }));
    let admin =
        tokio::spawn(admin::run(operators, metrics, status, ended.clone().cancelled_owned()));
    server::run(public, app, shutdown()?).await;
    ended.cancel();
    admin.await??;
    tracing::info!("ended");
    Ok(())
}

fn executor(config: &Config) -> Executor {
    let builder = errors::apply(Schema::build(Query, Mutation::default(), Subscription));
    Executor::new(limits::apply(builder, &config.document, config.mode()).finish())
}

/// Ends with SIGTERM, which an orchestrator sends, or SIGINT, which a terminal does.
fn shutdown() -> std::io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    })
}
