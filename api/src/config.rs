//! Configuration: read once, from flags and the environment, by clap. A bad value ends the process and names itself.
//!
//! Region, credentials and everything else about AWS come from the environment that its SDK reads.

mod commands;
mod ecs;
mod guards;
mod limits;
mod redis;
mod table;
mod value;

pub use commands::{HealthcheckArgs, TokenArgs};
pub use ecs::EcsOptions;
pub use guards::{RateLimits, ReviewConfig};
pub use limits::{ConnectionLimits, DocumentLimits, SocketLimits};
pub use redis::RedisOptions;
pub use table::{DynamoDb, DynamodbArgs, EmbeddedConfig, ExportArgs, TableConfig};
pub use value::Secret;

use crate::{
    auth::{ApiKeys, ApiKeysError, Issuers},
    open_files::OpenFiles,
    origin::{AllowedOrigins, Origin},
    ws,
};
use clap::{Args, Parser, Subcommand, ValueEnum, builder::BoolishValueParser};
use resolvers::GroupRoles;
use std::{net::SocketAddr, path::PathBuf};

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "plenary",
    version,
    about = "A real-time chat backend for events with everybody in one room"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What is logged.
    #[command(flatten, next_help_heading = "Log")]
    pub log: LogConfig,
}

/// What the binary does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a node.
    Serve(Box<Config>),
    /// Print a token of the development issuer.
    Token(TokenArgs),
    /// Print the GraphQL schema.
    Schema {
        /// In AppSync's dialect: with its scalars and directives, and without definitions of them. For `amplify codegen`,
        /// graphql-codegen and AppSync.
        #[arg(long)]
        appsync: bool,
    },
    /// Print what the binary says of itself, for documents.
    Reference {
        /// Of what.
        #[arg(value_enum)]
        of: Reference,
    },
    /// Write a room as JSON Lines: the room, then its log in order, each message as it is now.
    Export(ExportArgs),
    /// Serve the embedded table to several nodes of a local cluster.
    Dynamodb(DynamodbArgs),
    /// Ask a node how it is: ends with 0 when it answers 200, else with 1 and what is wrong.
    Healthcheck(HealthcheckArgs),
}

/// What the binary can say of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Reference {
    /// Its configuration, as Markdown.
    Configuration,
}

/// Everything a node can be told.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Node")]
pub struct Config {
    /// Address of the public listener.
    #[arg(long, env = "LISTEN", default_value = "127.0.0.1:8080", hide_env_values = true)]
    pub listen: SocketAddr,
    /// Address of the listener for /metrics and /statusz; not for the public.
    #[arg(long, env = "ADMIN_LISTEN", default_value = "127.0.0.1:9090", hide_env_values = true)]
    pub admin_listen: SocketAddr,
    /// Turn introspection, GraphiQL and suggestions off, and allow no origin that is not listed.
    #[arg(long, env = "PRODUCTION", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub production: bool,
    /// Which table.
    #[command(flatten, next_help_heading = "Table")]
    pub table: TableConfig,
    /// Where the embedded table is kept.
    #[command(flatten)]
    pub embedded: EmbeddedConfig,
    /// Create the table and its indexes when they are missing; always so for the embedded table.
    #[arg(long, env = "CREATE_TABLE", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub create_table: bool,
    /// What nodes share beside the table.
    #[command(flatten, next_help_heading = "Redis or Valkey")]
    pub redis: RedisOptions,
    /// Whose tokens are accepted: `POOL clients=ID,ID; https://issuer/ audiences=NAME jwks=URL`. With `endpoint=URL` the room
    /// client signs in to an emulator of Cognito there. Without any a development issuer signs them, if the node listens to this
    /// machine alone.
    #[arg(
        long,
        env = "JWT_ISSUERS",
        help_heading = "Callers",
        default_value = "",
        hide_env_values = true
    )]
    pub jwt_issuers: Issuers,
    /// Keys of applications: `NAME read-only KEY; NAME participant KEY`. Whoever has one reads everything that a participant reads, and
    /// with `participant` also sends under its name.
    #[arg(
        long,
        env = "API_KEYS",
        help_heading = "Callers",
        default_value = "",
        hide_env_values = true,
        hide_default_value = true
    )]
    pub api_keys: Secret,
    /// Let the development issuer sign tokens for anybody who can reach this node, wherever it listens.
    #[arg(long, env = "DEVELOPMENT_ISSUER", help_heading = "Callers", value_parser = BoolishValueParser::new(), hide_env_values = true)]
    pub development_issuer: bool,
    /// Which group of the token gives which role in all rooms: `group=HOST,group=MODERATOR,group=SPEAKER`.
    #[arg(
        long,
        env = "GROUP_ROLES", help_heading = "Callers",
        default_value = "plenary-hosts=HOST,plenary-moderators=MODERATOR,plenary-speakers=SPEAKER",
        value_parser = value::group_roles,
        hide_env_values = true
    )]
    pub group_roles: GroupRoles,
    /// Origins that browsers may call from, `scheme://host[:port]` separated by commas, matched exactly. Outside of
    /// production an empty list stands for every loopback origin.
    #[arg(
        long,
        env = "ALLOWED_ORIGINS",
        help_heading = "Callers",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub allowed_origins: Vec<Origin>,
    /// A list of documents beside which nothing runs, over any protocol: Apollo's persisted query manifest, or a JSON object from
    /// names to texts. Clients send a name (`documentId`, or `extensions.persistedQuery`) or the very text. It is read at start;
    /// what is wrong with it ends the process. GraphiQL runs what is listed, too, and automatic persisted queries are off.
    #[arg(long, env = "TRUSTED_DOCUMENTS", help_heading = "Callers", hide_env_values = true)]
    pub trusted_documents: Option<PathBuf>,
    /// What a GraphQL document may ask for.
    #[command(flatten, next_help_heading = "Documents")]
    pub document: DocumentLimits,
    /// What a connection may cost.
    #[command(flatten, next_help_heading = "Connections")]
    pub connection: ConnectionLimits,
    /// What a WebSocket may cost.
    #[command(flatten, next_help_heading = "Sockets and event streams")]
    pub socket: SocketLimits,
    /// How often one user may act.
    #[command(flatten, next_help_heading = "Rates")]
    pub rates: RateLimits,
    /// Who is asked about what is sent.
    #[command(flatten, next_help_heading = "Review")]
    pub review: ReviewConfig,
    /// What a node asks of Amazon ECS.
    #[command(flatten, next_help_heading = "Amazon ECS")]
    pub ecs: EcsOptions,
}

/// How the node treats curiosity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Introspection, GraphiQL and suggestions are on.
    Development,
    /// They are off.
    Production,
}

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

impl Config {
    /// Development unless production was asked for.
    #[must_use]
    pub fn mode(&self) -> Mode {
        if self.production { Mode::Production } else { Mode::Development }
    }

    /// The same with no more connections than files may be open.
    pub(crate) fn bounded_by(&self, files: OpenFiles) -> Self {
        let mut config = self.clone();
        config.connection.max_connections = files.bound(config.connection.max_connections);
        config
    }

    /// The keys of applications. They are read here, because what reads flags prints what it cannot read.
    pub fn api_keys(&self) -> Result<ApiKeys, ApiKeysError> {
        self.api_keys.expose().parse()
    }

    /// The limits of WebSockets.
    #[must_use]
    pub fn socket_limits(&self) -> ws::Limits {
        let rate = self.socket.max_operation_rate;
        ws::Limits {
            max_connections: self.connection.max_connections,
            max_connections_per_user: self.socket.max_connections_per_user,
            max_message_bytes: self.connection.max_body,
            operation_timeout: self.connection.operation_timeout,
            max_tokens: self.document.max_tokens,
            init_timeout: self.socket.init_timeout,
            max_operations: self.socket.max_subscriptions,
            max_subscribed_fields: self.socket.max_subscribed_fields,
            operations: ws::Rate { per_second: rate, burst: rate.saturating_mul(10) },
            send_queue_bytes: self.socket.send_queue,
            fan_out_interval: self.socket.fan_out_interval.unwrap_or_default(),
            deflate: self.socket.deflate,
            slow_consumer_patience: self.socket.slow_consumer_patience,
            keep_alive: self.socket.keep_alive,
            frequent_beat: self.socket.keep_alive.min(ws::Limits::default().frequent_beat),
            denial: self.socket.appsync_denial,
            max_lifetime: self.socket.max_socket_age,
            drain_spread: self.socket.drain_spread,
            ..ws::Limits::default()
        }
    }

    /// The origins that browsers may call from.
    #[must_use]
    pub fn origins(&self) -> AllowedOrigins {
        match (self.mode(), self.allowed_origins.as_slice()) {
            (Mode::Development, []) => AllowedOrigins::Loopback,
            (_, origins) => AllowedOrigins::Exactly(origins.into()),
        }
    }
}

#[cfg(test)]
mod tests;
