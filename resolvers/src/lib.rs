//! How a field is served: pure functions that build requests, and one door to the data sources.

mod identity;
mod root;

pub use identity::{GroupRoles, Identity};
pub use root::{Mutation, Query, Schema, Subscription};
