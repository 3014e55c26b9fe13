//! One connection: how it is opened, what comes in through it, and what is said when it fails.

use super::{
    config::RedisConfig,
    lanes::LinkId,
    rooms::Ended,
    shared::Shared,
    topology::{self, Shard},
};
use bytes::Bytes;
use metrics::counter;
use redis::{
    Client, ConnectionInfo, ErrorKind, Pipeline, PushInfo, PushKind, RedisError, Value,
    aio::MultiplexedConnection,
};
use std::{
    convert::Infallible,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    pin,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

/// A server that has been silent for so long while it owes an answer is given up. Long enough for the pause of a server
/// that forks, short enough that a room's feed soon knows to read the table instead.
const SILENCE_LIMIT: Duration = Duration::from_secs(3);

/// An open connection.
pub(super) struct Connection {
    redis: MultiplexedConnection,
    pub(super) ear: Arc<Ear>,
}

/// Hears what the server says unasked, in order, within the task that reads the socket.
pub(super) struct Ear {
    link: LinkId,
    shared: Arc<Shared>,
    heard: Mutex<Instant>,
    /// The connection is closed.
    pub(super) lost: CancellationToken,
    /// Ends of subscriptions that nobody asked for. The client library takes each for an answer to something.
    pub(super) surplus: AtomicUsize,
}

/// Why there is no connection, in words without user names and passwords.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::source) struct Failure(pub(in crate::source) String);

/// What a server says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source) enum Mode {
    Single,
    Cluster,
}

impl Connection {
    pub(super) async fn open(
        shared: &Arc<Shared>,
        link: LinkId,
        config: &RedisConfig,
        target: &ConnectionInfo,
    ) -> Result<Self, Failure> {
        let ear = Arc::new(Ear {
            link,
            shared: Arc::clone(shared),
            heard: Mutex::new(Instant::now()),
            lost: CancellationToken::new(),
            surplus: AtomicUsize::new(0),
        });
        let hearing = Arc::clone(&ear);
        let settings = config
            .settings()
            .set_connection_timeout(Some(SILENCE_LIMIT))
            .set_response_timeout(None)
            .set_push_sender(move |push| {
                hearing.hear(push);
                Ok::<(), Infallible>(())
            });
        let client = Client::open(target.clone()).map_err(|error| Failure::of(&error))?;
        let redis = client
            .get_multiplexed_async_connection_with_config(&settings)
            .await
            .map_err(|error| Failure(format!("{}: {}", target.addr(), Failure::of(&error))))?;
        Ok(Self { redis, ear })
    }

    /// Sends commands that are answered once each, and waits for all of the answers.
    pub(super) async fn exchange(&mut self, commands: &Pipeline) -> Result<Vec<Value>, Failure> {
        let answers = self.redis.send_packed_commands(commands, 0, commands.len());
        pin!(answers);
        loop {
            match timeout(SILENCE_LIMIT, &mut answers).await {
                Ok(answers) => return answers.map_err(|error| Failure::of(&error)),
                // A server that has much to say before the answer is not silent.
                Err(_) if self.ear.heard().elapsed() < SILENCE_LIMIT => {}
                Err(_) => return Err(Failure("the server does not answer".to_owned())),
            }
        }
    }

    /// Asks the server what it is. A replica will not do: what is published there stays there.
    pub(super) async fn mode(&mut self) -> Result<Mode, Failure> {
        let mut hello = redis::pipe();
        hello.cmd("HELLO");
        Mode::told_by(&self.exchange(&hello).await?)
    }

    /// Asks a server of a cluster who holds which slots.
    pub(super) async fn shards(&mut self, asked: &str) -> Result<Vec<Shard>, Failure> {
        let mut slots = redis::pipe();
        slots.cmd("CLUSTER").arg("SLOTS");
        let answer = self.exchange(&slots).await?.pop().unwrap_or_default();
        topology::parse_slots(answer, asked)
            .ok_or_else(|| Failure("the cluster does not tell its slots".to_owned()))
    }
}

impl Clone for Connection {
    fn clone(&self) -> Self {
        Self { redis: self.redis.clone(), ear: Arc::clone(&self.ear) }
    }
}

impl Ear {
    fn hear(&self, push: PushInfo) {
        *self.heard.lock().expect("nothing panics while it holds the lock") = Instant::now();
        let mut data = push.data.into_iter();
        let room = match data.next() {
            Some(Value::BulkString(channel)) => topology::room(&channel),
            _ => None,
        };
        match (push.kind, room) {
            (PushKind::Message | PushKind::SMessage, Some(room)) => {
                if let Some(Value::BulkString(payload)) = data.next() {
                    counter!("plenary_broker_received_total").increment(1);
                    self.shared.rooms().deliver(self.link, &room, &Bytes::from(payload));
                }
            }
            (PushKind::Subscribe | PushKind::SSubscribe, Some(room)) => {
                self.shared.rooms().confirm(self.link, &room)
            }
            (PushKind::Unsubscribe | PushKind::SUnsubscribe, Some(room)) => {
                let ended = self.shared.rooms().end(self.link, &room);
                if ended == Ended::ByServer {
                    self.surplus.fetch_add(1, Ordering::Relaxed);
                    self.shared.trouble.notify_one();
                }
            }
            (PushKind::Disconnection, _) => self.lost.cancel(),
            _ => {}
        }
    }

    fn heard(&self) -> Instant {
        *self.heard.lock().expect("nothing panics while it holds the lock")
    }
}

impl Mode {
    /// Looks for an answer to `HELLO`.
    pub(in crate::source) fn told_by(answers: &[Value]) -> Result<Self, Failure> {
        check_role(answers)?;
        match answers.iter().find_map(|answer| field(answer, "mode")).as_deref() {
            Some("cluster") => Ok(Self::Cluster),
            _ => Ok(Self::Single),
        }
    }
}

impl Failure {
    /// A server's own words may name the user, so only their code is told.
    pub(in crate::source) fn of(error: &RedisError) -> Self {
        match (error.kind(), error.code()) {
            (_, Some(code)) => Self(format!("the server refused with {code}")),
            (ErrorKind::Io, None) => Self(error.to_string()),
            (_, None) => Self(error.category().to_owned()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Looks for an answer to `HELLO` and refuses a server that is no primary (any more).
pub(super) fn check_role(answers: &[Value]) -> Result<(), Failure> {
    match answers.iter().find_map(|answer| field(answer, "role")).as_deref() {
        None | Some("master" | "primary") => Ok(()),
        Some(_) => Err(Failure("the server is a replica".to_owned())),
    }
}

fn field(answer: &Value, name: &str) -> Option<String> {
    let Value::Map(entries) = answer else { return None };
    let (_, value) = entries.iter().find(|(key, _)| text(key).as_deref() == Some(name))?;
    text(value)
}

fn text(value: &Value) -> Option<String> {
    redis::from_redis_value_ref(value).ok()
}
