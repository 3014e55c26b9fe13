//! The public listener: an accept loop of its own, because the timeouts and caps that keep strangers from tying a node up
//! are set where a connection begins.

mod addresses;
mod connection;
mod door;
mod lifecycle;
mod parting;
mod patient;

pub use connection::Connection;
pub use lifecycle::{ConnectionCount, Lifecycle};
pub(crate) use patient::Patient;

use crate::{app::App, router};
use door::{Door, Refused};
use std::{io, pin::pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    select, time,
};

/// Pause after an accept that failed for want of a resource, such as file descriptors: without it the loop would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves connections until `shutdown`, then takes no more, lets the open ones finish, and returns when they have or their
/// time is over.
pub async fn run(listener: TcpListener, app: Arc<App>, shutdown: impl Future<Output = ()>) {
    let router = router::public(&app);
    let mut door = Door::new(&app);
    let mut shutdown = pin!(shutdown);
    let sockets = app.sockets.clone();
    app.lifecycle.spawn(async move { sockets.drained().await });
    loop {
        let accepted = select! {
            biased;
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => match door.admit(peer.ip()) {
                Ok(slot) => {
                    let connection = Connection::new(peer, slot);
                    app.lifecycle.spawn(connection::serve(
                        stream,
                        connection,
                        router.clone(),
                        Arc::clone(&app),
                    ));
                }
                Err(refusal) => door.refuse(stream, refusal),
            },
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections");
                time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    if let Err(error) = turn_away(listener, &door) {
        tracing::debug!(%error, "some connections were not told that the node ends");
    }
    app.lifecycle.drain(app.connection.drain_timeout).await;
}

/// Tells those whom the kernel has connected already. Whoever comes later is refused by it, and balanced to another node.
fn turn_away(listener: TcpListener, door: &Door) -> io::Result<()> {
    // The kernel is asked itself: the runtime may not know yet who has come.
    let listener = listener.into_std()?;
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(true)?;
                door.refuse(TcpStream::from_std(stream)?, Refused::Draining);
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
