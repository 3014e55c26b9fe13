//! Counts what the WebSocket library keeps to itself: a frame that is not the last of its message is read without a word,
//! so a client could send empty ones for ever and nobody would know.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A stream of frames that counts those which are not the last of their message.
pub(super) struct Fragments<S> {
    stream: S,
    counter: Counter,
}

/// Walks through frames (RFC 6455, section 5.2), wherever a read ends. What is no frame is the library's to refuse.
#[derive(Default)]
struct Counter {
    at: At,
    count: usize,
}

#[derive(Clone, Copy, Default)]
enum At {
    #[default]
    Start,
    Length,
    Extended {
        left: u8,
        length: u64,
        mask: u64,
    },
    /// So many bytes of mask and payload are left.
    Rest(u64),
}

impl<S> Fragments<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, counter: Counter::default() }
    }

    /// How many there were since it was last asked.
    pub(super) fn take(&mut self) -> usize {
        std::mem::take(&mut self.counter.count)
    }
}

impl Counter {
    fn read(&mut self, mut bytes: &[u8]) {
        while let Some((byte, rest)) = bytes.split_first() {
            let (next, left) = match self.at {
                At::Start => {
                    self.count += usize::from(byte & 0x80 == 0);
                    (At::Length, rest)
                }
                At::Length => (after_length(*byte), rest),
                At::Extended { left, length, mask } => {
                    let length = length << 8 | u64::from(*byte);
                    let next = match left {
                        1 => At::Rest(length.saturating_add(mask)),
                        _ => At::Extended { left: left - 1, length, mask },
                    };
                    (next, rest)
                }
                At::Rest(left) => {
                    let skipped = usize::try_from(left).map_or(bytes.len(), |n| n.min(bytes.len()));
                    (At::Rest(left - skipped as u64), &bytes[skipped..])
                }
            };
            self.at = if matches!(next, At::Rest(0)) { At::Start } else { next };
            bytes = left;
        }
    }
}

fn after_length(byte: u8) -> At {
    let mask = if byte & 0x80 == 0 { 0 } else { 4 };
    match byte & 0x7F {
        126 => At::Extended { left: 2, length: 0, mask },
        127 => At::Extended { left: 8, length: 0, mask },
        length => At::Rest(u64::from(length) + mask),
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Fragments<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.counter.read(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Fragments<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_counted_wherever_a_read_ends() {
        let frame = |first: u8, length: &[u8], payload: usize| {
            [&[first][..], length, &vec![0; 4 + payload]].concat()
        };
        let frames = [
            frame(0x01, &[0x80], 0),
            frame(0x00, &[0x80 | 125], 125),
            frame(0x89, &[0x80], 0),
            frame(0x00, &[0x80 | 126, 1, 0], 256),
            frame(0x00, &[0x80 | 127, 0, 0, 0, 0, 0, 1, 0, 0], 1 << 16),
            frame(0x80, &[0x80], 0),
            frame(0x81, &[0x80 | 2], 2),
        ]
        .concat();
        for size in [1, 2, 3, 7, 4096, frames.len()] {
            let mut counter = Counter::default();
            frames.chunks(size).for_each(|chunk| counter.read(chunk));
            assert_eq!(counter.count, 4, "in reads of {size}");
            assert!(matches!(counter.at, At::Start));
        }
    }
}
