//! The command line.

mod value;

pub(crate) use value::{Shard, Watch};

use crate::{
    protocol::Protocol,
    schedule::{Schedule, Shape},
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Duration};
use value::{document, duration, positive, share};

/// Follows a room as clients of the README do.
const SUBSCRIPTION: &str = "subscription($roomId: ID!, $after: String) { roomEvents(roomId: $roomId, after: $after) \
    { cursor resume events { seq ... on MessageSent { message { content author { displayName } } } } } }";
const SEND: &str = "mutation($roomId: ID!, $content: String!) \
    { sendMessage(input: { roomId: $roomId, content: $content }) { seq } }";
const SEND_ONCE: &str = "mutation($roomId: ID!, $content: String!, $clientMessageId: ID!) \
    { sendMessage(input: { roomId: $roomId, content: $content, clientMessageId: $clientMessageId }) { seq } }";
const ASK: &str = "mutation($roomId: ID!, $content: String!) \
    { sendMessage(input: { roomId: $roomId, content: $content, kind: QUESTION }) { seq } }";
const CREATE_ROOM: &str = "mutation($id: ID!, $name: String!) { createRoom(input: { id: $id, name: $name, settings: { maxAcceptRate: 1000, maxDeliveryRate: 1000 } }) { id } }";

/// The load generator of Plenary: it joins, sends, receives, and checks that nothing was lost.
#[derive(Debug, Parser)]
#[command(name = "plenary-loadtest", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Load servers that run already.
    Run(Box<RunArgs>),
    /// Start nodes and stores on this machine, load them, and stop them.
    Cluster(Box<ClusterArgs>),
    /// Merge what several machines measured and report on the whole.
    Report(ReportArgs),
    /// Hold participants; started by `run`.
    #[command(hide = true)]
    Worker,
    /// Run a program until standard input ends; started by `cluster`.
    #[command(hide = true)]
    Guard {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        program: Vec<String>,
    },
}

#[derive(Clone, Debug, Args)]
pub(crate) struct RunArgs {
    /// The WebSocket URL of a server's API, `ws://HOST/graphql`; several are used in turn.
    #[arg(long = "target", required = true)]
    pub(crate) targets: Vec<String>,
    /// RSA key in PEM that signs tokens: a node's `DATA_DIR/development-key.pem`.
    #[arg(long)]
    pub(crate) key: Option<PathBuf>,
    /// Tokens, one a line, instead of a key; the first one is a host's.
    #[arg(long, conflicts_with = "key")]
    pub(crate) tokens: Option<PathBuf>,
    /// A server's process on this machine, whose memory and CPU are measured: NAME=PID.
    #[arg(long = "watch")]
    pub(crate) watched: Vec<Watch>,
    /// Which part of the participants and messages is this machine's, I/N with I from 0.
    #[arg(long, default_value = "0/1", requires = "start_at")]
    pub(crate) shard: Shard,
    /// When joins begin, in seconds since 1970, for several machines to begin together.
    #[arg(long)]
    pub(crate) start_at: Option<i64>,
    #[command(flatten)]
    pub(crate) load: LoadArgs,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ClusterArgs {
    /// How many nodes.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub(crate) nodes: u16,
    /// The server's binary; by default the one beside this one.
    #[arg(long, env = "PLENARY_BIN")]
    pub(crate) plenary: Option<PathBuf>,
    /// How many threads of a node serve connections; by default as many as there are cores.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) node_threads: Option<u16>,
    /// One more argument of `plenary serve`; may be given several times.
    #[arg(long = "node-arg", allow_hyphen_values = true)]
    pub(crate) node_args: Vec<String>,
    #[command(flatten)]
    pub(crate) load: LoadArgs,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct ReportArgs {
    /// What `run --json` wrote; or what `--hlog` wrote, which has durations alone.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// What the load is.
#[derive(Clone, Debug, Args)]
pub(crate) struct LoadArgs {
    /// What happens.
    #[arg(long, value_enum, default_value_t = Scenario::Steady)]
    pub(crate) scenario: Scenario,
    /// What participants speak; who sends and who makes rooms always speaks graphql-transport-ws.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) protocol: Protocol,
    /// How many participants, on all machines.
    #[arg(long, default_value_t = 1000, value_parser = positive)]
    pub(crate) participants: u64,
    /// How many rooms; by default one, and for small-rooms one for ten participants.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rooms: Option<u32>,
    /// How many messages a second, in all rooms together.
    #[arg(long, default_value = "5", value_parser = value::rate)]
    messages_per_second: f64,
    /// How many connections send; by default one for ten messages a second.
    #[arg(long, value_parser = positive)]
    senders: Option<u64>,
    /// For how long messages are sent.
    #[arg(long, default_value = "30s", value_parser = duration)]
    pub(crate) duration: Duration,
    /// How many more messages are due all at once, after the others.
    #[arg(long, default_value_t = 0)]
    pub(crate) burst: u64,
    /// How many of the participants have a second, small room, and a worker process, of their own.
    #[arg(long, default_value_t = 0, conflicts_with = "rooms")]
    pub(crate) small_room: u64,
    /// The time over which participants join; by default as many as 500 a second and target.
    #[arg(long, value_parser = duration)]
    ramp: Option<Duration>,
    /// How long after the ramp somebody may still be joining; with several machines messages begin then.
    #[arg(long, default_value = "60s", value_parser = duration)]
    pub(crate) settle: Duration,
    /// How long after the last message something may still be on its way.
    #[arg(long, default_value = "30s", value_parser = duration)]
    pub(crate) drain: Duration,
    /// Length of a message's content.
    #[arg(long, default_value_t = 120)]
    pub(crate) content_bytes: usize,
    /// How many different users the participants are.
    #[arg(long, default_value_t = 1000, value_parser = positive)]
    pub(crate) users: u64,
    /// Of 1, how many participants are slow in slow-consumers.
    #[arg(long, default_value = "0.01", value_parser = share)]
    pub(crate) slow_share: f64,
    /// The time over which participants come back in reconnect-storm.
    #[arg(long, default_value = "2s", value_parser = duration)]
    pub(crate) return_spread: Duration,
    /// Participants of one process; a process may have only so many open files.
    #[arg(long, default_value_t = 15_000, value_parser = positive)]
    pub(crate) per_worker: u64,
    /// Begins the ids of the rooms; by default it is new each time.
    #[arg(long)]
    pub(crate) run_id: Option<String>,
    /// The subscription: variables `$roomId` and, if it can resume, `$after`; it selects `seq` and `content`. A
    /// document or @FILE.
    #[arg(long, default_value = SUBSCRIPTION, value_parser = document, hide_default_value = true)]
    pub(crate) subscription: String,
    /// The mutation that sends: variables `$roomId` and `$content`; it selects `seq`. If it has `$clientMessageId`, it is sent
    /// again in rolling-restart when its answer was lost.
    #[arg(long, value_parser = document)]
    send: Option<String>,
    /// The mutation that creates a room: variables `$id` and `$name`. Empty when rooms need none.
    #[arg(long, default_value = CREATE_ROOM, value_parser = document, hide_default_value = true)]
    pub(crate) create_room: String,
    /// `iss` of the tokens that are signed.
    #[arg(long, default_value = "https://plenary.localhost/dev")]
    pub(crate) issuer: String,
    /// `aud` of the tokens that are signed.
    #[arg(long, default_value = "plenary-development")]
    pub(crate) client_id: String,
    /// The group whose members may create rooms.
    #[arg(long, default_value = "plenary-hosts")]
    pub(crate) host_group: String,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Where a report goes besides the terminal.
#[derive(Clone, Debug, Args)]
pub(crate) struct OutputArgs {
    /// Write everything that was measured, to merge or to look into.
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
    /// Write the durations as a log of `HdrHistogram`.
    #[arg(long)]
    pub(crate) hlog: Option<PathBuf>,
    /// Write a page with plots.
    #[arg(long)]
    pub(crate) html: Option<PathBuf>,
}

/// What happens in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub(crate) enum Scenario {
    /// Everybody joins, then messages are sent.
    Steady,
    /// Everybody joins at once while messages are sent.
    JoinStorm,
    /// Half way everybody's connection breaks, and they come back with their cursors.
    ReconnectStorm,
    /// As steady, while you restart one server after the other: whose connection is closed with 1012 comes back with its cursor,
    /// and sends again what was not answered. Any other end of a connection is a violation.
    RollingRestart,
    /// As steady, in many rooms.
    SmallRooms,
    /// Some stop reading for half of the time, are perhaps closed, and catch up.
    SlowConsumers,
    /// Questions come in bursts, every five seconds.
    QaBurst,
}

impl LoadArgs {
    pub(crate) fn rooms(&self) -> u32 {
        if self.small_room > 0 {
            return 2;
        }
        let tens = u32::try_from(self.participants.div_ceil(10)).unwrap_or(u32::MAX);
        self.rooms.unwrap_or(if self.scenario == Scenario::SmallRooms { tens } else { 1 })
    }

    pub(crate) fn senders(&self) -> u64 {
        // A node takes 20 operations a second from one connection.
        self.senders.unwrap_or((self.messages_per_second / 10.0).ceil() as u64)
    }

    pub(crate) fn ramp(&self, targets: usize) -> Duration {
        let gentle = Duration::from_secs_f64(self.participants as f64 / 500.0 / targets as f64);
        self.ramp.unwrap_or(if self.scenario == Scenario::JoinStorm {
            Duration::ZERO
        } else {
            gentle
        })
    }

    pub(crate) fn schedule(&self) -> Schedule {
        let shape = if self.scenario == Scenario::QaBurst { Shape::Bursts } else { Shape::Even };
        let (per_second, duration, burst) = (self.messages_per_second, self.duration, self.burst);
        Schedule { per_second, duration, shape, burst }
    }

    /// The mutation that sends.
    pub(crate) fn send(&self) -> &str {
        let default = match self.scenario {
            Scenario::QaBurst => ASK,
            Scenario::RollingRestart => SEND_ONCE,
            _ => SEND,
        };
        self.send.as_deref().unwrap_or(default)
    }
}
