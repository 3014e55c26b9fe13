//! What the small commands are told.

use super::value;
use clap::Args;
use reqwest::Url;
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// What `plenary token` puts into a token.
#[derive(Clone, Debug, Args)]
pub struct TokenArgs {
    /// User name; the same name is always the same user.
    #[arg(long)]
    pub user: String,
    /// The name that others see, else the user name.
    #[arg(long)]
    pub name: Option<String>,
    /// Make an access token instead of an ID token.
    #[arg(long)]
    pub access: bool,
    /// A group; may be given several times.
    #[arg(long = "group")]
    pub groups: Vec<String>,
    /// How long it is valid.
    #[arg(long, default_value = "1h", value_parser = value::duration)]
    pub valid_for: Duration,
    /// Directory of the development key.
    #[arg(long, env = "DATA_DIR", default_value = "./data", hide_env_values = true)]
    pub data_dir: PathBuf,
}

/// Which node `plenary healthcheck` asks.
#[derive(Clone, Debug, Args)]
pub struct HealthcheckArgs {
    /// What is asked for, instead of /healthz of the node that listens at LISTEN, over the loopback interface.
    #[arg(long)]
    pub url: Option<Url>,
    /// The address of the node's public listener, as it is told to the node.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080", hide_env_values = true)]
    pub listen: SocketAddr,
}
