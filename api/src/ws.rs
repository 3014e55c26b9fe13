//! GraphQL over WebSocket.
//!
//! Three layers that do not know each other's business: `protocol` turns text into commands and events into text and
//! knows no socket; `connection` owns one socket, its operations and its deadlines and knows no message type;
//! [`Endpoint`] does the handshake and starts connections. What to execute and whom to trust is given from outside.

mod close_code;
mod connection;
mod endpoint;
mod handshake;
mod limits;
mod live;
mod metrics;
mod protocol;
mod send_queue;
mod token;
mod token_bucket;

pub use close_code::CloseCode;
pub use endpoint::{Authenticate, Endpoint, Execute};
pub use handshake::is_upgrade;
pub use limits::{Limits, Rate};
pub use live::Live;
pub use token::Token;
