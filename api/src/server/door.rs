//! Who gets in: a cap on connections, a rate of new ones, and a short answer for the rest.

use super::{
    addresses::{Addresses, Place},
    parting,
};
use crate::app::App;
use metrics::{counter, gauge};
use std::{net::IpAddr, sync::Arc};
use tokio::{
    net::TcpStream,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

/// Refused connections that are asked what they want and closed in order; beyond, they are answered and dropped.
const MAX_PARTING: usize = 256;

/// Decides about each accepted connection.
pub(super) struct Door {
    app: Arc<App>,
    rate: TokenBucket,
    addresses: Addresses,
    parting: Arc<Semaphore>,
}

/// The right to be a connection; free again when dropped.
#[derive(Debug)]
pub(super) struct Slot {
    _permit: OwnedSemaphorePermit,
    _place: Place,
}

/// Why a connection is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Full,
    TooFast,
    TooManyOfAddress,
    Draining,
}

/// So many a second, after a burst of as many.
#[derive(Debug)]
struct TokenBucket {
    per_second: f64,
    tokens: f64,
    filled_at: Instant,
}

impl Door {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Self {
            app: Arc::clone(app),
            rate: TokenBucket::new(app.connection.max_new_connections, Instant::now()),
            addresses: Addresses::new(app.connection.max_connections_per_address),
            parting: Arc::new(Semaphore::new(MAX_PARTING)),
        }
    }

    pub(super) fn admit(&mut self, address: IpAddr) -> Result<Slot, Refused> {
        if !self.rate.take(Instant::now()) {
            return Err(Refused::TooFast);
        }
        let place = self.addresses.take(address).ok_or(Refused::TooManyOfAddress)?;
        self.app.lifecycle.take_slot(place).ok_or(Refused::Full)
    }

    /// Answers without waiting for anybody.
    pub(super) fn refuse(&self, stream: TcpStream, reason: Refused) {
        counter!("plenary_connections_refused_total", "reason" => reason.name()).increment(1);
        match Arc::clone(&self.parting).try_acquire_owned() {
            Ok(permit) => {
                let app = Arc::clone(&self.app);
                self.app.lifecycle.spawn(async move {
                    parting::take_leave(stream, &app).await;
                    drop(permit);
                });
            }
            Err(_) => {
                let _ = stream.try_write(parting::refusal().as_bytes());
            }
        }
    }
}

impl Slot {
    pub(super) fn new(permit: OwnedSemaphorePermit, place: Place) -> Self {
        gauge!("plenary_connections").increment(1);
        Self { _permit: permit, _place: place }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        gauge!("plenary_connections").decrement(1);
    }
}

impl Refused {
    fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::TooFast => "rate",
            Self::TooManyOfAddress => "address",
            Self::Draining => "draining",
        }
    }
}

impl TokenBucket {
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 52 bits")]
    fn new(per_second: usize, now: Instant) -> Self {
        let per_second = per_second as f64;
        Self { per_second, tokens: per_second, filled_at: now }
    }

    fn take(&mut self, now: Instant) -> bool {
        let elapsed = now.duration_since(self.filled_at).as_secs_f64();
        self.filled_at = now;
        self.tokens = elapsed.mul_add(self.per_second, self.tokens).min(self.per_second);
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_bucket_gives_a_burst_then_its_rate() {
        let start = Instant::now();
        let mut bucket = TokenBucket::new(10, start);
        assert_eq!((0..20).filter(|_| bucket.take(start)).count(), 10);
        let later = start + Duration::from_millis(300);
        assert_eq!((0..20).filter(|_| bucket.take(later)).count(), 3);
        let much_later = later + Duration::from_secs(60);
        assert_eq!((0..20).filter(|_| bucket.take(much_later)).count(), 10);
    }
}
