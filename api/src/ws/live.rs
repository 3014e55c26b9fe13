//! The signal that a subscription is live.

use futures_util::task::AtomicWaker;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

/// Given to the resolver of a subscription field, which calls [`Live::signal`] once whatever happens next will be
/// delivered.
///
/// The connection cannot see this by itself: the stream of an operation is pending both while its resolver waits for
/// the room's feed and while it waits for the first event. Until the signal, an event or the end of the stream, no
/// `ping` sent behind the `subscribe` is answered; a resolver that never signals fails after `Limits::start_timeout`.
#[derive(Clone, Debug, Default)]
pub struct Live(Arc<Signal>);

#[derive(Debug, Default)]
struct Signal {
    given: AtomicBool,
    waker: AtomicWaker,
}

impl Live {
    /// Says that the subscription is live. Saying it again changes nothing.
    pub fn signal(&self) {
        self.0.given.store(true, Ordering::Release);
        self.0.waker.wake();
    }

    pub(super) fn poll_signal(&self, cx: &Context<'_>) -> Poll<()> {
        // Registered before the look: a signal between the two would wake nobody.
        self.0.waker.register(cx.waker());
        match self.0.given.load(Ordering::Acquire) {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    }
}
