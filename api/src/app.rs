//! What every handler of a node shares.

use crate::{
    auth::Verifier,
    config::{Config, ConnectionLimits, DocumentLimits, Mode},
    executor::Executor,
    origin::AllowedOrigins,
    server::Lifecycle,
};
use std::sync::Arc;

/// A running node, as its handlers see it.
pub struct App {
    /// The schema.
    pub executor: Executor,
    /// Who says whose a token is.
    pub verifier: Arc<Verifier>,
    /// The pages that may call.
    pub origins: AllowedOrigins,
    /// How curious callers are treated.
    pub mode: Mode,
    /// What a document may ask for.
    pub document: DocumentLimits,
    /// What a connection may cost.
    pub connection: ConnectionLimits,
    /// Whether the node still takes work, and what it still has to finish.
    pub lifecycle: Lifecycle,
}

impl App {
    /// Puts a node together.
    #[must_use]
    pub fn new(config: &Config, executor: Executor, verifier: Arc<Verifier>) -> Self {
        Self {
            executor,
            verifier,
            origins: config.origins(),
            mode: config.mode(),
            document: config.document.clone(),
            connection: config.connection.clone(),
            lifecycle: Lifecycle::new(&config.connection),
        }
    }
}
