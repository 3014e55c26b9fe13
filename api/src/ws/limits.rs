//! What one connection may cost, and how long things may take.

use crate::appsync::Denial;
use std::time::Duration;

/// A rate: so many per second in the long run, so many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The long run.
    pub per_second: u32,
    /// At once.
    pub burst: u32,
}

/// Limits of connections and of all of them together. [`Limits::default`] is meant for production.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections of this node; one more is refused with HTTP 503.
    pub max_connections: usize,
    /// Connections of one user on this node; one more is closed with 4804. 0 is no cap.
    pub max_connections_per_user: usize,
    /// The largest message and the largest frame that is read; one byte more closes with 1009.
    pub max_message_bytes: usize,
    /// From the upgrade to `connection_ack`; later closes with 4408.
    pub init_timeout: Duration,
    /// From `subscribe` to a live subscription; later fails the operation.
    pub start_timeout: Duration,
    /// For one query or mutation; later fails the operation.
    pub operation_timeout: Duration,
    /// Lexical tokens of a document; one with more is not parsed.
    pub max_tokens: usize,
    /// Operations that run at once, most of them subscriptions; one more fails.
    pub max_operations: usize,
    /// Fields of all subscriptions of one user that run at once on this node, each of which is executed for each event; beyond,
    /// the next fails. Of one connection, where the connections of a user have no cap.
    pub max_subscribed_fields: usize,
    /// New operations; one more fails and says when to try again.
    pub operations: Rate,
    /// Messages, parts of messages and control frames of any kind; one more closes with 4801. Each 16 KiB of one message
    /// count as one more.
    pub messages: Rate,
    /// Bytes that wait for a slow reader. Operations pause while the queue is full; when it is full of what a group delivers,
    /// which cannot pause, the connection is closed with 4800.
    pub send_queue_bytes: usize,
    /// The least time from one delivery of a large group to the next; what happens in between is delivered together.
    pub fan_out_interval: Duration,
    /// Whether messages are compressed for clients that ask for it.
    pub deflate: bool,
    /// How long a queue may stay full; longer closes with 4800.
    pub slow_consumer_patience: Duration,
    /// Silence after which the client is pinged, and silence after that ping that closes with 4802.
    pub keep_alive: Duration,
    /// From one `ka` to the next, in AppSync's protocol, up to a tenth earlier so that those of many do not come together.
    pub beat: Duration,
    /// The same in that of subscriptions-transport-ws, and from one comment to the next in event streams.
    pub frequent_beat: Duration,
    /// How AppSync's protocol names a subscription that is denied.
    pub denial: Denial,
    /// How long a connection and its subscriptions outlive its token, so that a client that renews in time is not cut off
    /// by a clock. New operations are refused from the token's end on.
    pub expiry_grace: Duration,
    /// The greatest age of a connection, reached up to a tenth earlier so that those opened together do not end together.
    pub max_lifetime: Duration,
    /// What is left to flush, close and hear the client's close; afterwards TCP is dropped.
    pub close_timeout: Duration,
    /// The time over which a stopping node closes its connections.
    pub drain_spread: Duration,
    /// How long a closing connection waits for its mutations in flight while the node stops.
    pub drain_grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 50_000,
            max_connections_per_user: 20,
            max_message_bytes: 256 * 1024,
            init_timeout: Duration::from_secs(10),
            start_timeout: Duration::from_secs(15),
            operation_timeout: Duration::from_secs(30),
            max_tokens: 2000,
            max_operations: 100,
            max_subscribed_fields: 5000,
            operations: Rate { per_second: 20, burst: 200 },
            messages: Rate { per_second: 100, burst: 500 },
            send_queue_bytes: 256 * 1024,
            fan_out_interval: Duration::ZERO,
            deflate: false,
            slow_consumer_patience: Duration::from_secs(5),
            keep_alive: Duration::from_secs(25),
            // Clients expect one each minute, and worry after 65 s.
            beat: Duration::from_secs(55),
            // Its clients wait for half a minute, and reconnect; proxies wait for a minute, and cut what is silent.
            frequent_beat: Duration::from_secs(22),
            denial: Denial::AccessDenied,
            expiry_grace: Duration::from_secs(5),
            max_lifetime: Duration::from_hours(24),
            close_timeout: Duration::from_secs(2),
            drain_spread: Duration::from_secs(30),
            drain_grace: Duration::from_secs(10),
        }
    }
}
