//! AppSync's protocol over real sockets, and the traps that its clients have laid: [`connect`] is how they come in,
//! [`operations`] what they subscribe to, [`life`] how long it lasts.

mod connect;
mod life;
mod operations;

/// A subscription that hears a room.
const HEARD: &str = "subscription { heard(room: \"r\") }";
