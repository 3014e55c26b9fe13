//! What is logged.

use super::value;
use clap::{Args, ValueEnum};

/// What is logged, and how.
#[derive(Clone, Debug, Args)]
pub struct LogConfig {
    /// Level, or directives such as `info,api=debug`.
    #[arg(long, global = true, env = "LOG", default_value = "info", value_parser = value::log_filter, hide_env_values = true)]
    pub log: String,
    /// How a line is written.
    #[arg(long, global = true, env = "LOG_FORMAT", default_value = "text", hide_env_values = true)]
    pub log_format: LogFormat,
}

/// How a log line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}
