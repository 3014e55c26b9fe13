//! Rooms as their clients see them: real nodes, a real table, a real Redis, by HTTP and WebSocket.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod anonymous;
mod appsync;
mod client;
mod cluster;
mod conflicts;
mod deflate;
mod display;
mod ending;
mod export;
mod fan_out;
mod faults;
mod limits;
mod messages;
mod opening;
mod order;
mod presence;
mod profile;
mod proxy;
mod resume;
mod retry;
mod returning;
mod rooms;
mod rows;
mod sdl;
mod shared;

use std::time::Duration;

/// How long a test waits for what must come. Long enough for a busy machine; whoever waits longer has found a fault.
const PATIENCE: Duration = Duration::from_secs(30);
