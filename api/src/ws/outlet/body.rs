//! An outlet whose bytes are the body of an HTTP answer: hyper takes from its queue what it can write.

use super::{Outlet, Sink};
use crate::ws::connection::End;
use axum::body::HttpBody;
use bytes::Bytes;
use futures_util::task::AtomicWaker;
use hyper::body::Frame;
use std::{
    convert::Infallible,
    future::poll_fn,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// The body of an event stream. Whoever drops it before its end has gone away.
pub(in crate::ws) struct EventBody(Arc<Outlet>);

impl EventBody {
    pub(in crate::ws) fn new(outlet: Arc<Outlet>) -> Self {
        Self(outlet)
    }

    /// Returns when there is something to say, or nothing ever will be.
    pub(in crate::ws) async fn begun(&self) {
        poll_fn(|cx| self.0.poll_begun(cx)).await;
    }
}

impl HttpBody for EventBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_take(cx).map(|taken| taken.map(|bytes| Ok(Frame::data(bytes))))
    }
}

impl Drop for EventBody {
    fn drop(&mut self) {
        self.0.leave();
    }
}

impl Outlet {
    /// Says that nothing more comes: the body ends where the queue does.
    pub(in crate::ws) fn finish(&self) {
        self.lock().finished = true;
        self.wake_reader();
    }

    pub(super) fn wake_reader(&self) {
        if let Sink::Body(reader) = &self.sink {
            reader.wake();
        }
    }

    /// Ready when all has been taken, or nobody takes it any more; either wakes the connection's task.
    pub(super) fn poll_taken(&self) -> Poll<io::Result<()>> {
        let state = self.lock();
        match (state.abandoned, state.queue.is_empty()) {
            (true, _) => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            (false, true) => Poll::Ready(Ok(())),
            (false, false) => Poll::Pending,
        }
    }

    /// Takes a frame; `None` is the end.
    fn poll_take(&self, cx: &Context<'_>) -> Poll<Option<Bytes>> {
        self.register_reader(cx);
        let mut state = self.lock();
        let was_full = state.queue.is_full();
        let Some((bytes, answers)) = state.queue.pop(self.capacity()) else {
            return if state.finished { Poll::Ready(None) } else { Poll::Pending };
        };
        let is_waited_for = state.finished || (was_full && !state.queue.is_full());
        drop(state);
        self.shared.metrics.sent(answers, bytes.len());
        if is_waited_for {
            self.task.wake();
        }
        Poll::Ready(Some(bytes))
    }

    fn poll_begun(&self, cx: &Context<'_>) -> Poll<()> {
        self.register_reader(cx);
        let state = self.lock();
        if state.finished || !state.queue.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }

    fn register_reader(&self, cx: &Context<'_>) {
        if let Sink::Body(reader) = &self.sink {
            reader.register(cx.waker());
        }
    }

    /// The client is gone, and what waits for it is forgotten.
    fn leave(&self) {
        let mut state = self.lock();
        (state.closing, state.abandoned) = (true, true);
        state.queue = Default::default();
        state.trouble.get_or_insert(End::Lost);
        drop(state);
        self.task.wake();
    }
}

/// Wakes who takes what a body holds.
pub(super) type Reader = AtomicWaker;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        trusted::TrustedDocuments,
        ws::{CloseCode, Endpoint, Limits},
    };
    use futures_util::{FutureExt, StreamExt, future, stream};
    use tokio_util::sync::CancellationToken;

    /// The connection's task may be in the middle of a round when the client leaves.
    #[tokio::test]
    async fn what_is_said_to_somebody_who_has_left_is_not_waited_for() {
        let endpoint = Endpoint::new(
            Arc::new(|_, _, _| stream::empty().boxed()),
            "type Query { a: Int } type Subscription { a: Int }",
            TrustedDocuments::default(),
            Arc::new(|_, _| future::ready(Err(CloseCode::Forbidden)).boxed()),
            Limits::default(),
            CancellationToken::new(),
        );
        let outlet = Arc::new(Outlet::of_body(endpoint.0.clone()));
        let taken = || poll_fn(|cx| outlet.poll_flush(cx)).now_or_never();
        let body = EventBody::new(outlet.clone());
        outlet.say(":\n\n".to_owned());
        assert!(taken().is_none());
        drop(body);
        outlet.say(":\n\n".to_owned());
        assert!(taken().is_some_and(|taken| taken.is_err()));
    }
}
