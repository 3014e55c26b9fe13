//! `plenary`: one binary for a node, its development tokens, its schema, its embedded table and what is read out of a table.

use api::{
    admin,
    auth::{
        TokenUse,
        development::{DevelopmentIssuer, DevelopmentToken},
    },
    config::{Cli, Command, Config, DynamodbArgs, LogConfig, Reference, TokenArgs},
    export, healthcheck,
    node::{self, Node},
    reference, server,
    signals::Signals,
    telemetry::{self, Metrics, Traces, emf},
    welcome,
};
use clap::Parser;
use std::{error::Error, process::ExitCode, sync::Arc};
use tokio::{io::stdout, net::TcpListener, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let ended = match cli.command {
        Command::Serve(config) => serve(&config, &cli.log).await,
        Command::Token(args) => token(&args),
        Command::Schema { appsync } => {
            print!("{}", if appsync { resolvers::appsync_sdl() } else { resolvers::sdl() });
            Ok(())
        }
        Command::Reference { of: Reference::Configuration } => {
            print!("{}", reference::configuration());
            Ok(())
        }
        Command::Reference { of: Reference::Metrics } => {
            print!("{}", reference::metrics());
            Ok(())
        }
        Command::Export(args) => export::run(&args, std::io::stdout()).await,
        Command::Dynamodb(args) => dynamodb(&args, &cli.log).await,
        Command::Healthcheck(args) => healthcheck::run(&args).await,
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("plenary: {}", welcome::causes(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

async fn serve(config: &Config, log: &LogConfig) -> Result<(), Box<dyn Error>> {
    let traces = Traces::start(&config.telemetry)?;
    let metrics = telemetry::start(log, traces.as_ref())?;
    let mut signals = Signals::listen()?;
    let node = Arc::new(signals.or_exit(Box::pin(Node::start(config))).await?);
    let public = TcpListener::bind(config.listen).await?;
    let operators = TcpListener::bind(config.admin_listen).await?;
    welcome::print(config, &node, public.local_addr()?, operators.local_addr()?);

    let status = Arc::clone(&node);
    let (ended, emf) = cloudwatch(config, &metrics);
    let admin = admin::run(operators, metrics, Arc::new(move || status.status()));
    // Operators see the node until it has drained.
    let _admin = AbortOnDropHandle::new(tokio::spawn(admin));
    server::run(public, Arc::clone(&node.app), signals.first()).await;
    ended.cancel();
    emf.await?;
    if let Some(traces) = traces {
        traces.end().await;
    }
    tracing::info!("ended");
    Ok(())
}

/// Tells CloudWatch how the node is, if it is to, until it has ended.
fn cloudwatch(config: &Config, metrics: &Metrics) -> (CancellationToken, JoinHandle<()>) {
    let (config, metrics) = (config.telemetry.clone(), metrics.clone());
    let ended = CancellationToken::new();
    let end = ended.clone().cancelled_owned();
    let task = tokio::spawn(async move {
        if let Some(service) = &config.emf_service {
            emf::run(service.as_str(), config.emf_interval, &metrics, stdout(), end).await;
        }
    });
    (ended, task)
}

async fn dynamodb(args: &DynamodbArgs, log: &LogConfig) -> Result<(), Box<dyn Error>> {
    telemetry::start(log, None)?;
    let signals = Signals::listen()?;
    let embedded = node::start_embedded(&args.embedded, args.port)?;
    println!("DynamoDB's API is at {} for nodes started with DYNAMODB={0}", embedded.endpoint());
    signals.first().await;
    Ok(())
}

fn token(args: &TokenArgs) -> Result<(), Box<dyn Error>> {
    let issuer = DevelopmentIssuer::open(&args.data_dir)?;
    println!(
        "{}",
        issuer.mint(&DevelopmentToken {
            user: args.user.clone(),
            groups: args.groups.clone(),
            name: args.name.clone(),
            token_use: if args.access { TokenUse::Access } else { TokenUse::Id },
            lifetime: args.valid_for,
        })
    );
    Ok(())
}
