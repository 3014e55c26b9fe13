//! Which table, and what is read of it.

use clap::{Args, builder::BoolishValueParser};
use schema::RoomId;
use std::{path::PathBuf, str::FromStr};

/// Which table.
#[derive(Clone, Debug, Args)]
pub struct TableConfig {
    /// Which DynamoDB: `embedded`, `aws` (region and credentials from the usual environment), or an emulator's URL.
    #[arg(long, env = "DYNAMODB", default_value = "embedded", hide_env_values = true)]
    pub dynamodb: DynamoDb,
    /// Name of the table.
    #[arg(long, env = "TABLE_NAME", default_value = "plenary", hide_env_values = true)]
    pub table_name: String,
}

/// Which DynamoDB is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DynamoDb {
    /// One within this process.
    Embedded,
    /// AWS's.
    Aws,
    /// An emulator at this URL.
    Emulator(String),
}

/// What `plenary export` writes.
#[derive(Clone, Debug, Args)]
pub struct ExportArgs {
    /// The room.
    #[arg(long)]
    pub room: RoomId,
    /// Also what participants may not know: what is held or was refused, who is sanctioned, and the audit log, which keeps
    /// the text of deleted messages, and who asked without a name.
    #[arg(long)]
    pub include_deleted: bool,
    /// The table.
    #[command(flatten)]
    pub table: TableConfig,
    /// Directory of the embedded table.
    #[arg(long, env = "DATA_DIR", default_value = "./data", hide_env_values = true)]
    pub data_dir: PathBuf,
}

/// Where the embedded table keeps its data.
#[derive(Clone, Debug, Args)]
pub struct EmbeddedConfig {
    /// Directory of the embedded table and of the development key.
    #[arg(long, env = "DATA_DIR", default_value = "./data", hide_env_values = true)]
    pub data_dir: PathBuf,
    /// Keep the embedded table in memory alone.
    #[arg(long, env = "MEMORY", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub memory: bool,
}

/// How `plenary dynamodb` serves.
#[derive(Clone, Debug, Args)]
pub struct DynamodbArgs {
    /// Port on the loopback interface.
    #[arg(long, env = "PORT", default_value_t = 8000)]
    pub port: u16,
    /// The table's data.
    #[command(flatten)]
    pub embedded: EmbeddedConfig,
}

impl FromStr for DynamoDb {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "embedded" => Ok(Self::Embedded),
            "aws" => Ok(Self::Aws),
            url if url.starts_with("http://") || url.starts_with("https://") => {
                Ok(Self::Emulator(url.to_owned()))
            }
            _ => Err("give `embedded`, `aws` or a URL"),
        }
    }
}
