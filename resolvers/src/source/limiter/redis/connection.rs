//! One connection to the server, or one to each primary of a cluster, and the script.

use crate::source::{
    broker::{Failure, Mode, RedisConfig},
    limiter::{
        bucket::{Intent, TokenBucket, Wait},
        rules::{Check, Limit},
    },
};
use redis::{
    Client, Cmd, ConnectionInfo, FromRedisValue, RedisError, Value, aio::MultiplexedConnection,
    cluster_async::ClusterConnection, io::tcp::TcpSettings,
};
use std::time::Duration;

/// Sent as text each time: half a kilobyte more than its name would be, and no server has to be taught it first, not one
/// that was restarted, nor a primary that was a replica a moment ago.
const SCRIPT: &str = include_str!("../script.lua");

/// How long opening a connection may take; nobody waits for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// Commands go through one connection each, so a clone is the same connection.
#[derive(Clone)]
pub(super) enum Connection {
    Single(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Connection {
    /// Opens one through the first of the servers that answers, and sees that it can do what it is for.
    pub(super) async fn open(config: &RedisConfig) -> Result<Self, Failure> {
        let mut seeds = config.seeds().to_vec();
        fastrand::shuffle(&mut seeds);
        let mut outcome = Err(Failure("there is no address".to_owned()));
        for seed in &seeds {
            outcome = Self::open_at(seed, config).await;
            if outcome.is_ok() {
                break;
            }
        }
        let mut connection = outcome?;
        connection.check().await?;
        Ok(connection)
    }

    async fn open_at(seed: &ConnectionInfo, config: &RedisConfig) -> Result<Self, Failure> {
        let settings = config
            .settings()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let client = Client::open(seed.clone()).map_err(|error| Failure::of(&error))?;
        let opened = client.get_multiplexed_async_connection_with_config(&settings).await;
        let mut single = opened.map_err(|error| Failure::of(&error))?;
        let hello: Value = redis::cmd("HELLO")
            .query_async(&mut single)
            .await
            .map_err(|error| Failure::of(&error))?;
        match Mode::told_by(&[hello])? {
            Mode::Single => Ok(Self::Single(single)),
            Mode::Cluster => Self::open_cluster(config).await.map_err(|error| Failure::of(&error)),
        }
    }

    async fn open_cluster(config: &RedisConfig) -> Result<Self, RedisError> {
        let client = config
            .cluster()
            .connection_timeout(PATIENCE)
            .response_timeout(PATIENCE)
            .tcp_settings(TcpSettings::default().set_nodelay(true))
            .build()?;
        Ok(Self::Cluster(client.get_async_connection().await?))
    }

    /// What a decision needs, tried once: every primary answers, and the script may run and write.
    async fn check(&mut self) -> Result<(), Failure> {
        let checked = async {
            self.ask::<Value>(&redis::cmd("PING")).await?;
            let bucket = TokenBucket::once_in(Duration::from_millis(1));
            let probe = Check { limit: Limit::Room, key: "plenary:probe".to_owned(), bucket };
            self.decide(&[probe], Intent::Take).await
        };
        checked.await.map(drop).map_err(|error| Failure::of(&error))
    }

    /// How long each check would have to wait; where none has to, and it was meant, all have taken a token.
    pub(super) async fn decide(
        &mut self,
        checks: &[Check],
        intent: Intent,
    ) -> Result<Vec<Wait>, RedisError> {
        self.ask(&script(checks, intent)).await
    }

    async fn ask<T: FromRedisValue>(&mut self, command: &Cmd) -> Result<T, RedisError> {
        match self {
            Self::Single(connection) => command.query_async(connection).await,
            Self::Cluster(connection) => command.query_async(connection).await,
        }
    }
}

fn script(checks: &[Check], intent: Intent) -> Cmd {
    let mut command = redis::cmd("EVAL");
    command.arg(SCRIPT).arg(checks.len());
    checks.iter().for_each(|check| {
        command.arg(&check.key);
    });
    command.arg(match intent {
        Intent::Take => "take",
        Intent::Look => "look",
        Intent::GiveBack => "give back",
    });
    for Check { bucket, .. } in checks {
        command.arg(bucket.interval()).arg(bucket.capacity());
    }
    command
}
