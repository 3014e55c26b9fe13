//! The server: where requests arrive, who makes them, and how answers and events leave.

pub mod auth;
