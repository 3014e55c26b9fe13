//! How a field is served: pure functions that build requests, and one door to the data sources.
//!
//! # Layout
//!
//! - [`query`], [`mutation`], [`subscription`]: the roots, one file per field, and [`field`]: fields of other types.
//! - [`function`]: AppSync's functions, which build requests and are shared between resolvers.
//! - [`Ctx`]: the caller and the one door, [`Ctx::run`].
//! - [`log`]: the room log. [`source`]: table and broker. [`row`]: what stands where in the table. [`export`]: a room out of it.

pub mod access;
mod ctx;
pub mod export;
pub mod field;
pub mod function;
mod guards;
mod identity;
pub mod log;
pub mod mutation;
pub mod people;
pub mod query;
mod reading;
pub mod row;
mod schema_builder;
pub mod source;
pub mod subscription;
pub mod trace;
mod verdict;
pub mod word_filter;

pub use ctx::{Ctx, Sources};
pub use guards::{Guards, Rates};
pub use identity::{Claims, GroupRoles, Identity, KeyAccess};
pub use log::{Expelled, Expulsion, Seat};
pub use reading::{Audience, HighWatermark, Reading};
pub use schema_builder::{Schema, SchemaBuilder, appsync_sdl, schema, sdl};
pub use verdict::Verdict;
