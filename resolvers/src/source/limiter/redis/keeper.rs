//! Keeps a connection, and keeps everybody from one that does not work.

use super::connection::Connection;
use crate::source::broker::{Backoff, Failure, RedisConfig};
use metrics::gauge;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::{debug, info, warn};

/// After so long without trouble the next trouble is a new one, and the first attempt comes soon.
const STEADY: Duration = Duration::from_secs(5);

/// What those who decide and the keeper share.
#[derive(Default)]
pub(super) struct Shared {
    link: Mutex<Option<Link>>,
    lost: Notify,
}

/// A connection that works, as far as anybody knows.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) number: u64,
    pub(super) connection: Connection,
}

impl Shared {
    pub(super) fn link(&self) -> Option<Link> {
        self.lock().clone()
    }

    /// Nobody uses this link any more. Of all who found out at once, the first reports it.
    pub(super) fn give_up(&self, number: u64, failure: &Failure) {
        let mut link = self.lock();
        if link.as_ref().is_some_and(|link| link.number == number) {
            *link = None;
            gauge!("plenary_limiter_up").set(0.0);
            warn!(error = %failure, "each node limits by itself: Redis does not decide");
            self.lost.notify_one();
        }
    }

    fn report_up(&self, link: Link) {
        *self.lock() = Some(link);
        gauge!("plenary_limiter_up").set(1.0);
        info!("the nodes limit together");
    }

    fn lock(&self) -> MutexGuard<'_, Option<Link>> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts to connect, and to connect again, until the guard is dropped.
pub(super) fn start(shared: Arc<Shared>, config: RedisConfig) -> DropGuard {
    let closed = CancellationToken::new();
    let guard = closed.clone().drop_guard();
    gauge!("plenary_limiter_up").set(0.0);
    tokio::spawn(async move {
        tokio::select! {
            () = closed.cancelled() => {}
            () = keep(&shared, &config) => {}
        }
    });
    guard
}

async fn keep(shared: &Shared, config: &RedisConfig) {
    let (mut backoff, mut number) = (Backoff::default(), 0);
    let mut unheard = true;
    loop {
        match Connection::open(config).await {
            Ok(connection) => {
                number += 1;
                let up_at = Instant::now();
                shared.report_up(Link { number, connection });
                shared.lost.notified().await;
                unheard = false;
                if up_at.elapsed() >= STEADY {
                    backoff.reset();
                }
            }
            Err(failure) if unheard => {
                unheard = false;
                warn!(error = %failure, "each node limits by itself: Redis does not answer yet");
            }
            Err(failure) => debug!(error = %failure, "Redis still does not decide"),
        }
        sleep(backoff.next()).await;
    }
}
