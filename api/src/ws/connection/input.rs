//! The receiving side of a connection.

use super::End;
use crate::ws::frame::{FrameReader, Received};
use bytes::Bytes;
use std::{
    cell::RefCell,
    io::ErrorKind,
    task::{Context, Poll, ready},
};
use tokio::net::TcpStream;

/// Where every read of a thread ends up first, so that no connection needs a buffer to wait for input.
const SCRATCH_BYTES: usize = 16 * 1024;

thread_local! {
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; SCRATCH_BYTES].into());
}

/// Reads frames.
pub(super) struct Input {
    reader: FrameReader,
    /// What has come, but has not been read yet: with the handshake, or behind so much that it has to be dealt with first.
    early: Bytes,
}

/// What came of one read.
pub(super) struct Read {
    pub(super) received: Vec<Received>,
    /// Whether there can be more.
    pub(super) outcome: Result<(), End>,
}

impl Input {
    pub(super) fn new(early: &[u8], max_message_bytes: usize, inflates: bool) -> Self {
        // A copy, because the bytes are a part of the whole buffer that the handshake was read into.
        let early = Bytes::copy_from_slice(early);
        Self { reader: FrameReader::new(max_message_bytes, inflates), early }
    }

    /// Reads once.
    pub(super) fn poll_read(&mut self, stream: &TcpStream, cx: &mut Context<'_>) -> Poll<Read> {
        if !self.early.is_empty() {
            let early = std::mem::take(&mut self.early);
            return Poll::Ready(self.take(&early));
        }
        loop {
            if ready!(stream.poll_read_ready(cx)).is_err() {
                return Poll::Ready(Read::LOST);
            }
            let read = SCRATCH.with_borrow_mut(|scratch| match stream.try_read(scratch) {
                Ok(0) => Some(Read::LOST),
                Ok(count) => Some(self.take(&scratch[..count])),
                Err(error) if error.kind() == ErrorKind::WouldBlock => None,
                Err(_) => Some(Read::LOST),
            });
            if let Some(read) = read {
                return Poll::Ready(read);
            }
        }
    }

    /// Reads messages of about [`SCRATCH_BYTES`] in all. Few bytes can be inflated to many messages of the greatest size, and
    /// the answers to one may leave no room for another.
    fn take(&mut self, mut bytes: &[u8]) -> Read {
        let (mut received, mut size) = (Vec::new(), 0);
        let outcome = loop {
            match self.reader.read(&mut bytes) {
                Ok(Some(next)) => {
                    size += next.size();
                    received.push(next);
                }
                Ok(None) => break Ok(()),
                Err(violation) => break Err(violation.into()),
            }
            if size > SCRATCH_BYTES {
                self.early = Bytes::copy_from_slice(bytes);
                break Ok(());
            }
        };
        Read { received, outcome }
    }
}

impl Read {
    const LOST: Self = Self { received: Vec::new(), outcome: Err(End::Lost) };
}
