//! What one request and one connection may cost.

use super::value::{bytes, duration, header_bytes, positive};
use crate::appsync::Denial;
use clap::Args;
use std::time::Duration;

/// What a GraphQL document may ask for. Fragments count wherever they are spread.
#[derive(Clone, Debug, Args)]
pub struct DocumentLimits {
    /// Levels of nested fields.
    #[arg(long, env = "MAX_DEPTH", default_value = "12", value_parser = positive, hide_env_values = true)]
    pub max_depth: usize,
    /// Cost of all fields: 1 each, and within a page as often as the page may have items.
    #[arg(long, env = "MAX_COMPLEXITY", default_value = "10000", value_parser = positive, hide_env_values = true)]
    pub max_complexity: usize,
    /// Aliases.
    #[arg(long, env = "MAX_ALIASES", default_value = "30", value_parser = positive, hide_env_values = true)]
    pub max_aliases: usize,
    /// Fields of the operation itself.
    #[arg(long, env = "MAX_ROOT_FIELDS", default_value = "20", value_parser = positive, hide_env_values = true)]
    pub max_root_fields: usize,
    /// Lexical tokens.
    #[arg(long, env = "MAX_TOKENS", default_value = "2000", value_parser = positive, hide_env_values = true)]
    pub max_tokens: usize,
    /// Directives on one field, fragment or operation.
    #[arg(long, env = "MAX_DIRECTIVES", default_value = "4", value_parser = positive, hide_env_values = true)]
    pub max_directives: usize,
}

/// What a connection may cost.
#[derive(Clone, Debug, Args)]
pub struct ConnectionLimits {
    /// Bytes of a request's body; beyond: 413.
    #[arg(long, env = "MAX_BODY", default_value = "256KiB", value_parser = bytes, hide_env_values = true)]
    pub max_body: usize,
    /// Bytes of a request's head; beyond: 431.
    #[arg(long, env = "MAX_HEADER", default_value = "16KiB", value_parser = header_bytes, hide_env_values = true)]
    pub max_header: usize,
    /// Connections of this node, each WebSocket included; beyond: 503. At most the limit of open files, less 1,000 for the node itself;
    /// the node raises its soft limit to the hard one.
    #[arg(long, env = "MAX_CONNECTIONS", default_value = "60000", value_parser = positive, hide_env_values = true)]
    pub max_connections: usize,
    /// Connections of one client address, of IPv6 of one /64; beyond: 503. 0 is no cap, which is what a node behind a proxy
    /// needs. A venue's thousands of guests may share one address.
    #[arg(
        long,
        env = "MAX_CONNECTIONS_PER_ADDRESS",
        default_value = "20000",
        hide_env_values = true
    )]
    pub max_connections_per_address: usize,
    /// New connections a second, after a burst of as many; beyond: 503.
    #[arg(long, env = "MAX_NEW_CONNECTIONS", default_value = "2000", value_parser = positive, hide_env_values = true)]
    pub max_new_connections: usize,
    /// Time to send a request's head, and to begin the next one on a connection that is kept open.
    #[arg(long, env = "HEADER_TIMEOUT", default_value = "5s", value_parser = duration, hide_env_values = true)]
    pub header_timeout: Duration,
    /// Time to send a request's body; beyond: 408.
    #[arg(long, env = "BODY_TIMEOUT", default_value = "10s", value_parser = duration, hide_env_values = true)]
    pub body_timeout: Duration,
    /// Time for which a client may take nothing of an answer; beyond: the connection is cut.
    #[arg(long, env = "WRITE_TIMEOUT", default_value = "30s", value_parser = duration, hide_env_values = true)]
    pub write_timeout: Duration,
    /// Time for one query or mutation; beyond: UNAVAILABLE.
    #[arg(long, env = "OPERATION_TIMEOUT", default_value = "30s", value_parser = duration, hide_env_values = true)]
    pub operation_timeout: Duration,
    /// Time that open requests and sockets have to end after SIGTERM. Whoever sends SIGKILL has to wait longer: `stopTimeout` of
    /// Amazon ECS, `stop_grace_period` of Compose.
    #[arg(long, env = "DRAIN_TIMEOUT", default_value = "30s", value_parser = duration, hide_env_values = true)]
    pub drain_timeout: Duration,
}

/// What a WebSocket may cost.
#[derive(Clone, Debug, Args)]
pub struct SocketLimits {
    /// Time from the handshake to `connection_init`; beyond: 4408.
    #[arg(long, env = "INIT_TIMEOUT", default_value = "10s", value_parser = duration, hide_env_values = true)]
    pub init_timeout: Duration,
    /// Sockets of one user on this node; beyond: 4804. 0 is no cap, which is what many who share an account need.
    #[arg(long, env = "MAX_CONNECTIONS_PER_USER", default_value = "20", hide_env_values = true)]
    pub max_connections_per_user: usize,
    /// Operations of one socket at once, subscriptions included.
    #[arg(long, env = "MAX_SUBSCRIPTIONS", default_value = "100", value_parser = positive, hide_env_values = true)]
    pub max_subscriptions: usize,
    /// Fields that the subscriptions of one user select together, because each event costs as many; beyond: `RATE_LIMITED`.
    #[arg(long, env = "MAX_SUBSCRIBED_FIELDS", default_value = "5000", value_parser = positive, hide_env_values = true)]
    pub max_subscribed_fields: usize,
    /// New operations of one socket a second, after a burst of ten times as many.
    #[arg(long, env = "MAX_OPERATION_RATE", default_value = "20", value_parser = clap::value_parser!(u32).range(1..=100_000), hide_env_values = true)]
    pub max_operation_rate: u32,
    /// Bytes that wait for a reader who is slow.
    #[arg(long, env = "SEND_QUEUE", default_value = "256KiB", value_parser = bytes, hide_env_values = true)]
    pub send_queue: usize,
    /// Least time from one delivery to the next where a thousand or more subscribe to the same; what happens in between is
    /// delivered together. Without it the node delivers as soon as it has delivered what came before.
    #[arg(long, env = "FAN_OUT_INTERVAL", value_parser = duration, hide_env_values = true)]
    pub fan_out_interval: Option<Duration>,
    /// Compress messages for clients that offer permessage-deflate. Saves most of the egress of a large event; off by default, because
    /// what is compressed can be guessed at from its length.
    #[arg(long, env = "DEFLATE", hide_env_values = true)]
    pub deflate: bool,
    /// How long that queue may stay full of answers; beyond: 4800. Full of what is delivered live: 4800 at once.
    #[arg(long, env = "SLOW_CONSUMER_PATIENCE", default_value = "5s", value_parser = duration, hide_env_values = true)]
    pub slow_consumer_patience: Duration,
    /// Silence after which a client is pinged, and silence after that which ends the socket. Event streams get a comment at least
    /// as often.
    #[arg(long, env = "KEEP_ALIVE", default_value = "25s", value_parser = duration, hide_env_values = true)]
    pub keep_alive: Duration,
    /// How AppSync's protocol names a subscription that is denied. `unauthorized` is AppSync's own word; Amplify then closes the
    /// socket with all its other subscriptions, for five seconds.
    #[arg(long, env = "APPSYNC_DENIAL", default_value = "access-denied", hide_env_values = true)]
    pub appsync_denial: Denial,
    /// Greatest age of a socket.
    #[arg(long, env = "MAX_SOCKET_AGE", default_value = "24h", value_parser = duration, hide_env_values = true)]
    pub max_socket_age: Duration,
    /// Time over which sockets are closed after SIGTERM, so that their clients do not return all at once; at most
    /// `DRAIN_TIMEOUT`.
    #[arg(long, env = "DRAIN_SPREAD", default_value = "10s", value_parser = duration, hide_env_values = true)]
    pub drain_spread: Duration,
}

impl SocketLimits {
    /// Refuses what contradicts the limits of connections.
    pub fn check(&self, connection: &ConnectionLimits) -> Result<(), String> {
        let (spread, timeout) = (self.drain_spread, connection.drain_timeout);
        match spread > timeout {
            true => Err(format!(
                "DRAIN_SPREAD ({spread:?}) is longer than DRAIN_TIMEOUT ({timeout:?}): the node would end before it has closed its sockets"
            )),
            false => Ok(()),
        }
    }
}
