//! `plenary reference`: what the binary says of itself, for documents that a test holds to it.

mod configuration;
mod libraries;

pub use configuration::configuration;
