//! The server from outside: every test starts one in this process and talks to it over a socket.

mod connections;
mod errors;
mod forgery;
mod limits;
mod logs;
mod operators;
mod protocol;
mod support;
