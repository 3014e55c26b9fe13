//! The server from outside: every test starts one in this process and talks to it over a socket.

#![expect(clippy::unwrap_used, reason = "a test that fails here has found its fault")]

mod api_keys;
mod appsync;
mod connections;
mod errors;
mod event_stream;
mod forgery;
mod limits;
mod logs;
mod operators;
mod pages;
mod persisted;
mod protocol;
mod refused;
mod sign_in;
mod sockets;
mod support;
mod trusted;
