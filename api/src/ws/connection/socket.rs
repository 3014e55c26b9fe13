//! The socket of a connection: frames, and a farewell that takes bounded time.

use super::{End, fragments::Fragments};
use crate::ws::{endpoint::Shared, metrics::Metrics, send_queue::SendQueue};
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use std::{
    future::poll_fn,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        protocol::{Role, WebSocketConfig},
    },
};

/// The stream below the frames.
pub(super) type Io = TokioIo<Upgraded>;

/// A WebSocket that is read only while it can be written.
pub(super) struct Socket {
    frames: WebSocketStream<Fragments<Io>>,
    metrics: Metrics,
}

/// What came of writing and reading.
pub(super) enum Exchanged {
    /// The client has sent something.
    Message(Message),
    /// The client has sent so many frames that complete no message.
    Fragments(usize),
    /// The queue is no longer full.
    Room,
}

/// Per connection and held while it is idle, so it is small.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// Small messages up to this size share a write.
const WRITE_BUFFER_BYTES: usize = 4 * 1024;

impl Socket {
    pub(super) async fn new(io: Io, shared: &Shared) -> Self {
        // The write buffer needs no limit of its own: it holds what was taken from the queue since it was last empty,
        // at most one message beyond `WRITE_BUFFER_BYTES`, and one control frame.
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(WRITE_BUFFER_BYTES)
            .max_message_size(Some(shared.limits.max_message_bytes))
            .max_frame_size(Some(shared.limits.max_message_bytes));
        let frames =
            WebSocketStream::from_raw_socket(Fragments::new(io), Role::Server, Some(config)).await;
        Self { frames, metrics: shared.metrics.clone() }
    }

    /// Writes the queue, then reads. Dropped halfway, it loses nothing.
    pub(super) async fn exchange(&mut self, queue: &mut SendQueue) -> Result<Exchanged, End> {
        poll_fn(|cx| self.poll_exchange(queue, cx)).await
    }

    /// Says goodbye and lets go of the connection, within `limit` whatever the client does.
    pub(super) async fn finish(mut self, end: &End, queue: &mut SendQueue, limit: Duration) {
        let farewell = async {
            match end {
                End::Closed(close) => {
                    poll_fn(|cx| self.poll_write(queue, cx)).await.ok()?;
                    self.frames.send(Message::Close(Some(close.frame()))).await.ok()?;
                }
                End::ByClient(_) => {
                    // The answer to the client's close waits inside; a read sends it.
                    self.frames.next().await;
                    return None;
                }
                End::Lost => return None,
            }
            (!self.is_answered().await).then(|| self.frames.into_inner())
        };
        if let Ok(Some(io)) = timeout(limit, farewell).await {
            let _ = timeout(limit, linger(io)).await;
        }
    }

    fn poll_exchange(
        &mut self,
        queue: &mut SendQueue,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Exchanged, End>> {
        let was_full = queue.is_full();
        let written = self.poll_write(queue, cx)?;
        if was_full && !queue.is_full() {
            return Poll::Ready(Ok(Exchanged::Room));
        }
        ready!(written);
        match self.frames.poll_next_unpin(cx) {
            Poll::Ready(Some(message)) => Poll::Ready(Ok(Exchanged::Message(message?))),
            Poll::Ready(None) => Poll::Ready(Err(End::Lost)),
            Poll::Pending => match self.frames.get_mut().take() {
                0 => Poll::Pending,
                count => Poll::Ready(Ok(Exchanged::Fragments(count))),
            },
        }
    }

    fn poll_write(&mut self, queue: &mut SendQueue, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
        while !queue.is_empty() {
            ready!(self.frames.poll_ready_unpin(cx))?;
            if let Some(message) = queue.pop() {
                self.metrics.sent(message.len());
                self.frames.start_send_unpin(message)?;
            }
        }
        Poll::Ready(Ok(ready!(self.frames.poll_flush_unpin(cx))?))
    }

    /// Reads until the client closes too. False when it does not, or what it sends is no longer understood.
    async fn is_answered(&mut self) -> bool {
        while let Some(Ok(message)) = self.frames.next().await {
            if message.is_close() {
                return true;
            }
        }
        false
    }
}

/// Reads and forgets what the client still sends. Closing with unread input would reset the connection, and a reset
/// overtakes the close frame.
async fn linger(mut io: Fragments<Io>) -> std::io::Result<()> {
    io.shutdown().await?;
    let mut scrap = [0; 1024];
    while io.read(&mut scrap).await? > 0 {}
    Ok(())
}
