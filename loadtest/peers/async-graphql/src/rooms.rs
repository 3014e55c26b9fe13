//! Rooms that count positions and tell those who listen; nothing is stored.

use crate::schema::{Message, User};
use async_graphql::ID;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use tokio::sync::broadcast::{self, Receiver, Sender};

/// Messages of a room that a slow subscriber may be behind.
const BACKLOG: usize = 1024;

/// All rooms.
#[derive(Default)]
pub(crate) struct Rooms(Mutex<HashMap<ID, Room>>);

struct Room {
    last: i32,
    messages: Sender<Message>,
}

impl Rooms {
    pub(crate) fn send(&self, room_id: ID, content: String) -> Message {
        self.with(room_id.clone(), |room| {
            room.last += 1;
            let author =
                User { id: ID::from("loadtest-host"), display_name: "loadtest-host".to_owned() };
            let message = Message { room_id, seq: room.last, content: Some(content), author };
            // An error says that nobody listens.
            let _ = room.messages.send(message.clone());
            message
        })
    }

    pub(crate) fn subscribe(&self, room_id: ID) -> Receiver<Message> {
        self.with(room_id, |room| room.messages.subscribe())
    }

    fn with<T>(&self, room_id: ID, act: impl FnOnce(&mut Room) -> T) -> T {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        act(rooms.entry(room_id).or_default())
    }
}

impl Default for Room {
    fn default() -> Self {
        Self { last: 0, messages: broadcast::channel(BACKLOG).0 }
    }
}
