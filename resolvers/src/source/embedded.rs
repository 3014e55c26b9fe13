//! DynamoDB's API inside this process, for development, small events and tests.
//!
//! The engine is `dynoxide` over `SQLite`. It runs on a thread of its own, because every call blocks on the disk, and is
//! reached like any other DynamoDB: by the AWS SDK over HTTP, on loopback only.

mod engine;
mod http;

use engine::Engine;
use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    thread::JoinHandle,
    time::Duration,
};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// How long a sweep of expired items may hold up the end of the process.
const SWEEP_GRACE: Duration = Duration::from_secs(1);

/// A DynamoDB in this process. Dropping it lets running requests finish, closes the file and frees the port.
#[derive(Debug)]
pub struct Embedded {
    address: SocketAddr,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

/// Where the embedded DynamoDB keeps its items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storage {
    /// In one `SQLite` file, with its write-ahead log and a lock file beside it.
    File(PathBuf),
    /// In memory, until it is dropped.
    Memory,
}

/// Why the embedded DynamoDB did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It checks no signature, so whoever reaches it may do everything.
    #[error("the embedded table listens on loopback only, not on {0}")]
    NotLoopback(SocketAddr),
    /// One process owns a file: the engine caches what it read.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// The port is taken.
    #[error("the embedded table cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    /// The folder or file cannot be made, opened or locked.
    #[error("cannot open {}", .0.display())]
    Open(PathBuf, #[source] io::Error),
    /// The engine does not accept the file.
    #[error("the table engine cannot open its storage")]
    Engine(#[source] dynoxide::DynoxideError),
    /// The system gives no thread.
    #[error("cannot start the table's thread")]
    Thread(#[source] io::Error),
}

impl Embedded {
    /// Opens the storage and listens on `address`; port 0 lets the system choose one.
    pub fn start(storage: &Storage, address: SocketAddr) -> Result<Self, StartError> {
        if !address.ip().is_loopback() {
            return Err(StartError::NotLoopback(address));
        }
        let engine = open(storage)?;
        let (listener, address) =
            listen(address).map_err(|error| StartError::Listen(address, error))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(1)
            .build()
            .map_err(StartError::Thread)?;
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let thread = std::thread::Builder::new()
            .name("embedded-table".to_owned())
            .spawn(move || serve(runtime, listener, engine, stopped))
            .map_err(StartError::Thread)?;
        tracing::info!(table.address = %address, "embedded table started");
        Ok(Self { address, stop, thread: Some(thread) })
    }

    /// The URL for the SDK's `endpoint_url`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.stop.cancel();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the embedded table's thread panicked");
        }
    }
}

fn open(storage: &Storage) -> Result<Engine, StartError> {
    let Storage::File(path) = storage else {
        return Engine::memory().map_err(StartError::Engine);
    };
    let lock = lock(path)?;
    Engine::file(path, lock).map_err(StartError::Engine)
}

/// `SQLite`'s own locks let two processes take turns, so the file is claimed beside it; the system lets go of the claim
/// however the process ends.
fn lock(path: &Path) -> Result<File, StartError> {
    let failed = |error| StartError::Open(path.to_owned(), error);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    create(path).map_err(failed)?;
    let lock = create(&path.with_added_extension("lock")).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// Opens a file that only its owner may read: what people write to each other is in it.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn serve(runtime: Runtime, listener: TcpListener, engine: Engine, stop: CancellationToken) {
    if let Err(error) = runtime.block_on(http::serve(listener, engine, stop)) {
        tracing::error!(error = &error as &dyn std::error::Error, "the embedded table stopped");
    }
    runtime.shutdown_timeout(SWEEP_GRACE);
}
