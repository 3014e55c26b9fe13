//! Keeps the links that the server's topology asks for.

use super::{
    backoff::Backoff,
    config::{self, RedisConfig},
    connection::{Connection, Failure, Mode},
    lanes::Routes,
    link::{Dialect, Link},
    shared::Shared,
    topology::{ALL_SLOTS, Shard},
};
use futures_util::future::join_all;
use redis::ConnectionInfo;
use std::{collections::HashMap, future::pending, mem, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};
use tracing::debug;

/// How often a cluster is asked for its topology when nothing hints at a change.
const TOPOLOGY_REFRESH: Duration = Duration::from_secs(15);

/// After so long without trouble the next trouble is a new one, and the first attempt comes soon.
const STEADY: Duration = Duration::from_secs(5);

pub(super) struct Supervisor {
    shared: Arc<Shared>,
    config: RedisConfig,
    backoff: Backoff,
    links: Links,
}

enum Links {
    None,
    Single(Link),
    /// By host and port of the primary.
    Cluster(HashMap<(String, u16), Link>),
}

impl Supervisor {
    pub(super) fn new(shared: Arc<Shared>, config: RedisConfig) -> Self {
        Self { shared, config, backoff: Backoff::default(), links: Links::None }
    }

    /// Runs until the broker ends.
    pub(super) async fn run(mut self) {
        let closed = self.shared.closed.clone();
        tokio::select! {
            () = closed.cancelled() => {}
            () = self.supervise() => {}
        }
    }

    async fn supervise(&mut self) {
        loop {
            let outcome = self.connect().await;
            self.shared.rooms().conclude_attempt();
            match outcome {
                Ok(()) => {
                    self.shared.report_up();
                    self.wait_for_trouble().await;
                }
                Err(failure) => self.shared.report_down(&failure),
            }
            sleep(self.backoff.next()).await;
        }
    }

    async fn wait_for_trouble(&mut self) {
        let start = Instant::now();
        let refresh = async {
            match self.links {
                Links::Cluster(_) => sleep(TOPOLOGY_REFRESH).await,
                Links::None | Links::Single(_) => pending().await,
            }
        };
        tokio::select! {
            () = self.shared.trouble.notified() => {}
            () = refresh => {}
        }
        if start.elapsed() >= STEADY {
            self.backoff.reset();
        }
    }

    /// Makes the links what they should be, as far as that is possible, and routes the rooms over them.
    async fn connect(&mut self) -> Result<(), Failure> {
        match &mut self.links {
            Links::Single(link) if link.is_alive() => {
                let routes = Routes(vec![(ALL_SLOTS, link.id)]);
                self.shared.rooms().route(routes);
                Ok(())
            }
            Links::Cluster(links) => {
                links.retain(|_, link| link.is_alive());
                match ask_links(links).await {
                    Some(shards) => self.serve(shards).await,
                    None => self.discover().await,
                }
            }
            Links::None | Links::Single(_) => self.discover().await,
        }
    }

    /// Finds out from the first seed that answers what there is.
    async fn discover(&mut self) -> Result<(), Failure> {
        if let Links::Single(_) = self.links {
            self.links = Links::None;
        }
        let mut seeds: Vec<ConnectionInfo> = self.config.seeds().to_vec();
        fastrand::shuffle(&mut seeds);
        let mut outcome = Err(Failure("there is no address".to_owned()));
        for seed in &seeds {
            outcome = self.discover_at(seed).await;
            match &outcome {
                Ok(()) => break,
                Err(failure) => {
                    debug!(address = %seed.addr(), error = %failure, "cannot use this server")
                }
            }
        }
        outcome
    }

    async fn discover_at(&mut self, seed: &ConnectionInfo) -> Result<(), Failure> {
        let id = self.shared.next_link();
        let mut connection = Connection::open(&self.shared, id, &self.config, seed).await?;
        match connection.mode().await? {
            Mode::Single => {
                self.links =
                    Links::Single(Link::start(&self.shared, id, connection, Dialect::PLAIN));
                self.shared.rooms().route(Routes(vec![(ALL_SLOTS, id)]));
                Ok(())
            }
            Mode::Cluster => {
                let shards = connection.shards(&host(seed)).await?;
                self.serve(shards).await
            }
        }
    }

    /// Connects to the primaries that have no link yet, leaves those that are none any more.
    async fn serve(&mut self, shards: Vec<Shard>) -> Result<(), Failure> {
        let mut former = match mem::replace(&mut self.links, Links::None) {
            Links::Cluster(links) => links,
            Links::None | Links::Single(_) => HashMap::new(),
        };
        let opening = shards.into_iter().map(|shard| {
            let link = former.remove(&(shard.host.clone(), shard.port));
            let (shared, config) = (&self.shared, &self.config);
            async move {
                let link = match link {
                    Some(link) => Ok(link),
                    None => open_link(shared, config, &shard).await,
                };
                (shard, link)
            }
        });
        let opened = join_all(opening).await;
        let (mut links, mut routes, mut outcome) = (HashMap::new(), Vec::new(), Ok(()));
        for (shard, link) in opened {
            match link {
                Ok(link) => {
                    routes.extend(shard.slots.into_iter().map(|slots| (slots, link.id)));
                    links.insert((shard.host, shard.port), link);
                }
                Err(failure) => outcome = Err(failure),
            }
        }
        let mut rooms = self.shared.rooms();
        rooms.route(Routes(routes));
        former.values().for_each(|link| rooms.close(link.id));
        drop(rooms);
        self.links = Links::Cluster(links);
        outcome
    }
}

/// What the first of the links that knows says of the cluster.
async fn ask_links(links: &HashMap<(String, u16), Link>) -> Option<Vec<Shard>> {
    for ((host, _), link) in links {
        if let Ok(shards) = link.connection.clone().shards(host).await {
            return Some(shards);
        }
    }
    None
}

async fn open_link(
    shared: &Arc<Shared>,
    config: &RedisConfig,
    shard: &Shard,
) -> Result<Link, Failure> {
    let id = shared.next_link();
    let target = config::at(&config.seeds()[0], &shard.host, shard.port);
    let mut connection = Connection::open(shared, id, config, &target).await?;
    connection.mode().await?;
    Ok(Link::start(shared, id, connection, Dialect::SHARDED))
}

fn host(seed: &ConnectionInfo) -> String {
    match seed.addr() {
        redis::ConnectionAddr::Tcp(host, _) | redis::ConnectionAddr::TcpTls { host, .. } => {
            host.clone()
        }
        _ => "localhost".to_owned(),
    }
}
