//! Positions: one `ADD` on the room's sequencer row serves everybody who waits (group commit).

use crate::{
    row::{HEAD, sequencer_key},
    source::table::{Add, Table},
};
use schema::{Error, Result, RoomId, Seq};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::oneshot;

/// Hands out positions of rooms.
#[derive(Clone)]
pub struct Sequencer {
    table: Table,
    rooms: Arc<Mutex<HashMap<RoomId, Vec<Waiting>>>>,
}

/// Somebody who wants positions.
struct Waiting {
    count: u64,
    answer: oneshot::Sender<Result<Seq>>,
}

impl Sequencer {
    /// A sequencer over the rows of this table.
    pub fn new(table: Table) -> Self {
        Self { table, rooms: Arc::default() }
    }

    /// Takes so many positions in a row; answers the first. Whoever takes a position must write or void it.
    pub async fn take(&self, room: &RoomId, count: u64) -> Result<Seq> {
        let (answer, taken) = oneshot::channel();
        if self.enqueue(room, Waiting { count, answer }) {
            // Its own task, so that the callers behind it do not depend on the first one's patience.
            tokio::spawn(self.clone().serve(room.clone()));
        }
        taken.await.map_err(Error::internal)?
    }

    /// Queues; tells whether nobody serves this room yet. As many queue as are [admitted](super::Admission).
    fn enqueue(&self, room: &RoomId, waiting: Waiting) -> bool {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let served = rooms.contains_key(room);
        rooms.entry(room.clone()).or_default().push(waiting);
        !served
    }

    /// Serves a room until nobody waits: while one call is in flight the others queue, the next takes them all.
    async fn serve(self, room: RoomId) {
        while let Some(group) = self.next_group(&room) {
            let count = group.iter().map(|waiting| waiting.count).sum();
            metrics::histogram!("plenary_append_group_size").record(count as f64);
            let head =
                self.table.add(Add { key: sequencer_key(&room), attribute: HEAD, count }).await;
            let first = head
                .and_then(|head| head.map(|head| head - count + 1).ok_or(Error::NotFound("room")));
            hand_out(first, group);
        }
    }

    /// Takes everybody who waits; with nobody waiting, the room is no longer served.
    fn next_group(&self, room: &RoomId) -> Option<Vec<Waiting>> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let group = std::mem::take(rooms.get_mut(room)?);
        if group.is_empty() {
            rooms.remove(room);
            return None;
        }
        Some(group)
    }
}

fn hand_out(first: Result<Seq>, group: Vec<Waiting>) {
    let mut next = first;
    for waiting in group {
        let taken = next.clone();
        next = next.map(|seq| seq + waiting.count);
        // Whoever went away leaves a hole, which the readers void.
        let _ = waiting.answer.send(taken);
    }
}
