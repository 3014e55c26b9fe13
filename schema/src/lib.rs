//! What the API talks about: types, inputs, events and errors. No runtime, no network, no storage.

mod error;
mod id;
mod role;
mod time;

pub use error::{Cause, Error, ErrorCode, Result};
pub use id::{ClientMessageId, MessageId, RoomId, Seq, UserId};
pub use role::{Capability, Role};
pub use time::DateTime;
