//! GraphQL over WebSocket, and over event streams for those whom no WebSocket reaches.
//!
//! Layers that do not know each other's business: `frame` turns bytes into messages and `protocol` messages into commands,
//! and back, and neither knows a socket; `connection` owns one socket, its operations and its deadlines and knows no
//! message type; `hub` executes once what many subscribe to alike, and writes it to all; [`Endpoint`] does the handshake
//! and starts connections. What to execute and whom to trust is given from outside.

mod close_code;
mod connection;
mod connections;
mod endpoint;
pub mod frame;
mod group_key;
mod handshake;
mod hub;
mod limits;
mod metrics;
mod operation_map;
mod outlet;
mod protocol;
mod send_queue;
mod token;
mod token_bucket;
mod users;

pub use close_code::CloseCode;
pub use endpoint::{Authenticate, Endpoint, Execute};
pub use handshake::is_upgrade;
pub use limits::{Limits, Rate};
pub(crate) use protocol::event_stream::refusal as refusal_events;
pub use token::{Credential, Token};
