//! How a process is told to end: SIGTERM, which an orchestrator sends, or SIGINT, which a terminal does.

use std::io;
use tokio::{
    select,
    signal::unix::{Signal, SignalKind, signal},
};

/// The signals that end a process. Once they are listened to, none of them ends it by itself.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens from now on; call it within a Tokio runtime.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Does something that a signal ends together with the process: there is nothing yet to end in order.
    pub async fn or_exit<T>(&mut self, work: impl Future<Output = T>) -> T {
        select! {
            done = work => done,
            signal = self.next() => exit(signal),
        }
    }

    /// Returns with a signal; whoever sends a second one does not want to wait for the end, and does not.
    pub async fn first(mut self) {
        self.next().await;
        tokio::spawn(async move { exit(self.next().await) });
    }

    async fn next(&mut self) -> SignalKind {
        select! {
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.interrupt.recv() => SignalKind::interrupt(),
        }
    }
}

/// Ends the process as a shell reports one that a signal has ended.
fn exit(signal: SignalKind) -> ! {
    tracing::warn!(signal = signal.as_raw_value(), "ended at once");
    std::process::exit(128 + signal.as_raw_value())
}
