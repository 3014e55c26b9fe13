//! The server: configuration, authentication, HTTP, the WebSocket protocols, metrics, drain.
//!
//! Requests take this way: [`server::run`] accepts a connection, [`router`] finds the handler, [`http`] reads, authenticates
//! and answers, [`limits`] and [`errors`] guard the schema that an [`Executor`](executor::Executor) runs.

pub mod admin;
pub mod app;
pub mod appsync;
pub mod auth;
pub mod config;
mod development;
pub mod errors;
pub mod executor;
pub mod export;
mod expulsion;
mod guards;
mod health;
pub mod healthcheck;
pub mod http;
mod json;
pub mod limits;
pub mod measure;
pub mod node;
mod open_files;
pub mod operation;
pub mod origin;
pub mod pages;
pub mod reference;
pub mod request_id;
mod retry_after;
pub mod router;
pub mod server;
pub mod signals;
mod task_protection;
pub mod telemetry;
pub mod trusted;
pub mod welcome;
pub mod ws;
