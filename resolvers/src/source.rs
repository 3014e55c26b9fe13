//! Data sources: what stands outside of the process.

pub mod broker;
