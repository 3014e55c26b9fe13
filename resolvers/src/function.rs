//! AppSync's functions: pure, each returns a request as a value. Shared between resolvers.

pub mod audit;
pub mod message;
pub mod people;
pub mod pin;
pub mod profile;
pub mod report;
pub mod review;
pub mod room;
pub mod vote;
