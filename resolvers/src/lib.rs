//! How a field is served: pure functions that build requests, and one door to the data sources.

mod identity;
pub mod source;

pub use identity::{GroupRoles, Identity};
