//! Who may append now. A position in hand holds up every reader behind it, so nobody takes one who would then have to
//! wait: for a turn at the table, or for others who change the same row.

use schema::{Error, Result, RoomId, Seq};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, Semaphore, SemaphorePermit};

/// Appends under way at once on one node, less than the calls that the table takes, so that an append that has begun is
/// not behind those that have not. At 10 ms each these are 12,800 a second.
const UNDER_WAY: usize = 128;
/// Appends that wait for their turn. A longer queue would only answer later.
const WAITING: usize = 10_000;

/// Lets appends begin.
pub(crate) struct Admission {
    waiting: Semaphore,
    under_way: Semaphore,
    /// Rows that appends of this node change: in transactions on one row all but one would collide.
    rows: Mutex<Rows>,
}

type Rows = HashMap<(RoomId, Seq), Arc<AsyncMutex<()>>>;

/// The right to append. It ends when it is dropped.
pub(super) struct Turn<'a> {
    _row: Option<RowTurn<'a>>,
    _under_way: SemaphorePermit<'a>,
}

struct RowTurn<'a> {
    admission: &'a Admission,
    row: (RoomId, Seq),
    held: Option<OwnedMutexGuard<()>>,
}

impl Default for Admission {
    fn default() -> Self {
        let (waiting, under_way) = (Semaphore::new(WAITING), Semaphore::new(UNDER_WAY));
        Self { waiting, under_way, rows: Mutex::default() }
    }
}

impl Admission {
    /// Waits for the turn of an append, which changes this row beside what it adds.
    pub(super) async fn turn(&self, row: Option<(RoomId, Seq)>) -> Result<Turn<'_>> {
        let busy = |_| Error::RoomBusy { retry_after: Duration::from_secs(1) };
        let _waiting = self.waiting.try_acquire().map_err(busy)?;
        let row = match row {
            Some(row) => Some(self.row(row).await),
            None => None,
        };
        let under_way = self.under_way.acquire().await.expect("the semaphore is never closed");
        Ok(Turn { _row: row, _under_way: under_way })
    }

    async fn row(&self, row: (RoomId, Seq)) -> RowTurn<'_> {
        let lock = Arc::clone(self.rows().entry(row.clone()).or_default());
        RowTurn { admission: self, row, held: Some(lock.lock_owned().await) }
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for RowTurn<'_> {
    fn drop(&mut self) {
        self.held = None;
        let mut rows = self.admission.rows();
        // Whoever waits for the row has a share of its lock; the last one leaves nothing behind.
        if rows.get(&self.row).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            rows.remove(&self.row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_row_is_changed_by_one_at_a_time_and_then_forgotten() {
        let admission = Admission::default();
        let row: Option<(RoomId, Seq)> = Some(("r".parse().unwrap(), 7));
        let first = admission.turn(row.clone()).await.unwrap();
        let mut second = std::pin::pin!(admission.turn(row.clone()));
        assert!(futures_util::poll!(&mut second).is_pending());
        admission.turn(Some(("r".parse().unwrap(), 8))).await.unwrap();
        drop(first);
        drop(second.await.unwrap());
        assert!(admission.rows().is_empty());
    }

    #[tokio::test]
    async fn more_than_may_wait_are_refused() {
        let admission = Admission::default();
        let _all = admission.waiting.try_acquire_many(WAITING as u32).unwrap();
        let refused = admission.turn(None).await.err().unwrap();
        assert_eq!(refused.code(), schema::ErrorCode::RoomBusy);
    }
}
