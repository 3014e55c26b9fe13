//! An outlet that has a socket: what waits in its queue is written whenever the socket takes it.

use super::Outlet;
use crate::ws::send_queue::FRAMES_PER_WRITE;
use socket2::SockRef;
use std::{
    io::{self, ErrorKind, IoSlice},
    task::{Context, Poll, ready},
};
use tokio::net::TcpStream;

/// What waits in the kernel until the client's window opens. By itself the kernel would take megabytes for a reader who
/// has stopped, before anybody noticed.
const MAX_UNSENT: u32 = 64 * 1024;

impl Outlet {
    /// Writes the queue; ready when it is empty.
    pub(in crate::ws) fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(stream) = self.stream() else {
            return self.poll_taken();
        };
        loop {
            match self.try_flush(stream) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    ready!(stream.poll_write_ready(cx))?;
                }
                flushed => return Poll::Ready(flushed),
            }
        }
    }

    fn try_flush(&self, stream: &TcpStream) -> io::Result<()> {
        let mut state = self.lock();
        while !state.queue.is_empty() {
            let sent = {
                let mut slices = [IoSlice::new(&[]); FRAMES_PER_WRITE];
                let mut count = 0;
                for slice in state.queue.slices() {
                    slices[count] = slice;
                    count += 1;
                }
                stream.try_write_vectored(&slices[..count])?
            };
            let answers = state.queue.sent(sent, self.capacity());
            self.shared.metrics.sent(answers, sent);
        }
        Ok(())
    }
}

/// Has the kernel take no more than it must. Also for sockets that answer HTTP: a stream may be among the answers.
pub(in crate::ws) fn bound_unsent(stream: &TcpStream) {
    if let Err(error) = SockRef::from(stream).set_tcp_notsent_lowat(MAX_UNSENT) {
        tracing::debug!(%error, "the kernel's part of a send queue stays unbounded");
    }
}
