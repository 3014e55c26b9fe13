//! The room log, the heart of the system.
//!
//! A room is a log: every durable event is an [`Entry`] with a dense position. The scheme is CORFU's (Balakrishnan et al., NSDI
//! 2012): a [`Sequencer`] hands out positions, the log in DynamoDB is write-once, and a reader fills a hole that a
//! crashed writer left. The broker only carries entries to other nodes sooner; whatever it loses is read from the table.
//!
//! - [`Append`] takes positions, writes the entries, publishes them.
//! - [`Cast`] counts votes, many in one transaction.
//! - [`Feed`] is a room on this node: the newest entries in memory, delivered in order.
//! - [`Follower`] is one reader of a feed, from a position on.

mod admission;
mod append;
mod ballot;
mod entry;
mod feed;
mod feeds;
mod follower;
pub mod history;
mod live;
mod load;
mod payload;
mod replay;
mod sequencer;
mod sweep;
mod tail;

pub(crate) use admission::Admission;
pub use append::{Append, Appended};
pub(crate) use ballot::Ballot;
pub use ballot::Cast;
pub(crate) use entry::MAX_POSITION;
pub use entry::{Change, Entry, Pins};
pub use feed::{Expelled, Expulsion, Feed, React, Seat, ViewerWatch, WatchViewer};
pub(crate) use feed::{TellReport, Watch};
pub use feeds::{Feeds, OpenRoom};
pub use follower::{Batch, Follow, Follower, Interest};
pub use payload::Counts;
pub(crate) use payload::Payload;
pub use sequencer::Sequencer;
pub use sweep::BeginSweep;
pub(crate) use tail::Event;
