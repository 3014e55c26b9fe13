//! WebSocket connections, seen from the other end of a real socket.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

mod appsync;
mod close;
mod drain;
mod frames;
mod handshake;
mod legacy;
mod limits;
mod metrics;
mod operations;
mod slow_consumer;
mod support;
