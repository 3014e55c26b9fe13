//! How a connection is left: in bounded time, whatever the client does.

use super::{End, input::Input};
use crate::ws::{frame, frame::Received, outlet::Outlet};
use socket2::SockRef;
use std::{future::poll_fn, io, net::Shutdown, time::Duration};
use tokio::time::timeout;

/// Says goodbye and lets go of the socket.
pub(super) async fn bid(outlet: &Outlet, input: Input, end: &End, limit: Duration) {
    let is_answered = match end {
        End::Closed(close) => {
            outlet.answer(frame::close(Some(&close.frame())));
            timeout(limit, answered(outlet, input)).await
        }
        End::ByClient(frame) => {
            outlet.answer(frame::close(frame.as_ref()));
            timeout(limit, flushed(outlet)).await
        }
        End::Lost | End::Completed => return,
    };
    if matches!(is_answered, Ok(Ok(false))) {
        let _ = timeout(limit, linger(outlet)).await;
    }
}

/// Sends what is left and reads until the client closes too. False when it does not, or what it sends is no longer
/// understood.
async fn answered(outlet: &Outlet, mut input: Input) -> io::Result<bool> {
    flushed(outlet).await?;
    let Some(stream) = outlet.stream() else { return Ok(true) };
    loop {
        let read = poll_fn(|cx| input.poll_read(stream, cx)).await;
        let closes = read.received.iter().any(|received| matches!(received, Received::Close(_)));
        if closes || read.outcome.is_err() {
            return Ok(closes);
        }
    }
}

async fn flushed(outlet: &Outlet) -> io::Result<bool> {
    poll_fn(|cx| outlet.poll_flush(cx)).await.map(|()| true)
}

/// Reads and forgets what the client still sends. Closing with unread input would reset the connection, and a reset
/// overtakes the close frame.
async fn linger(outlet: &Outlet) -> io::Result<()> {
    let Some(stream) = outlet.stream() else { return Ok(()) };
    SockRef::from(stream).shutdown(Shutdown::Write)?;
    let mut scrap = [0; 1024];
    loop {
        stream.readable().await?;
        match stream.try_read(&mut scrap) {
            Ok(0) => return Ok(()),
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            _ => {}
        }
    }
}
