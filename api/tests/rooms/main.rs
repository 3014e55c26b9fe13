//! Rooms as their clients see them: real nodes, a real table, a real Redis, by HTTP and WebSocket.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

mod anonymous;
mod answers;
mod appsync;
mod authorization;
mod client;
mod cluster;
mod conflicts;
mod deflate;
mod deletion;
mod display;
mod ending;
mod event_stream;
mod events;
mod export;
mod fan_out;
mod faults;
mod filters;
mod health;
mod held;
mod hiding;
mod life;
mod limits;
mod messages;
mod open_files;
mod opening;
mod order;
mod pins;
mod presence;
mod profile;
mod proxy;
mod questions;
mod reactions;
mod reports;
mod resume;
mod retry;
mod returning;
mod review;
mod roles;
mod rooms;
mod rows;
mod sanction_faults;
mod sanctions;
mod sdl;
mod shared;
mod subscribed;
mod task_protection;
mod trusted;
mod vote_failures;
mod votes;

use std::time::Duration;

/// How long a test waits for what must come. Long enough for a busy machine; whoever waits longer has found a fault.
const PATIENCE: Duration = Duration::from_secs(30);
