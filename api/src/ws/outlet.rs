//! The sending side of one connection, shared by the connection's own task and by the groups it is a member of.
//!
//! Everybody writes at once, and queues only what the socket does not take. Nobody waits: what is left in the queue is
//! flushed by the connection's task when the socket can be written again.

mod body;
mod socket;

pub(in crate::ws) use body::EventBody;
pub(in crate::ws) use socket::bound_unsent;

use super::{
    CloseCode,
    connection::End,
    endpoint::Shared,
    frame,
    hub::{Member, Round},
    protocol::{Dialect, OperationId},
    send_queue::SendQueue,
};
use body::Reader;
use bytes::Bytes;
use futures_util::task::AtomicWaker;
use std::{
    io::ErrorKind,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::Waker,
};
use tokio::{net::TcpStream, time::Instant};

/// Where the bytes of an outlet go.
enum Sink {
    /// Into the socket of a WebSocket.
    Socket(TcpStream),
    /// Into the body of an HTTP answer, whose reader is woken when there is something.
    Body(Reader),
}

/// A connection's way out and what it has yet to send.
pub(super) struct Outlet {
    shared: Arc<Shared>,
    sink: Sink,
    dialect: Dialect,
    /// Whether the client inflates what is sent to it.
    inflates: bool,
    state: Mutex<State>,
    /// The connection's task.
    task: AtomicWaker,
    /// When the connection wants to be looked at, in milliseconds of the node's clock.
    due: AtomicU64,
}

#[derive(Default)]
struct State {
    queue: SendQueue,
    trouble: Option<End>,
    /// Operations whose group has ended.
    ended: Vec<OperationId>,
    closing: bool,
    /// Nothing will be added to the queue: a body ends behind it.
    finished: bool,
    /// Nobody takes what is in the queue of a body any more.
    abandoned: bool,
}

/// What the connection's task has to know of its outlet.
pub(super) struct Outlook {
    pub(super) is_full: bool,
    /// Why the connection must end.
    pub(super) trouble: Option<End>,
    /// Operations whose group has ended.
    pub(super) ended: Vec<OperationId>,
}

impl Outlet {
    /// What is sent goes into a socket.
    pub(super) fn of_socket(
        stream: TcpStream,
        dialect: Dialect,
        inflates: bool,
        shared: Arc<Shared>,
    ) -> Self {
        bound_unsent(&stream);
        Self::new(Sink::Socket(stream), dialect, inflates, shared)
    }

    /// What is sent goes into an [`EventBody`].
    pub(super) fn of_body(shared: Arc<Shared>) -> Self {
        Self::new(Sink::Body(Reader::new()), Dialect::EventStream, false, shared)
    }

    fn new(sink: Sink, dialect: Dialect, inflates: bool, shared: Arc<Shared>) -> Self {
        Self {
            shared,
            sink,
            dialect,
            inflates,
            state: Mutex::default(),
            task: AtomicWaker::new(),
            due: AtomicU64::new(u64::MAX),
        }
    }

    /// What is spoken on the socket.
    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// An operation of this connection, as a group needs it.
    pub(super) fn member(self: &Arc<Self>, id: OperationId) -> Member {
        let head = self.dialect.result_head(&id).into_bytes();
        let head = if self.inflates { frame::stored(&head) } else { head };
        Member { outlet: self.clone(), id, head: head.into() }
    }

    /// The socket, if there is one.
    pub(super) fn stream(&self) -> Option<&TcpStream> {
        match &self.sink {
            Sink::Socket(stream) => Some(stream),
            Sink::Body(_) => None,
        }
    }

    /// Has this waker called whenever the connection's task has something to do because of its outlet.
    pub(super) fn register(&self, task: &Waker) {
        self.task.register(task);
    }

    /// Has the connection's task look at its deadlines at this instant, or a little later.
    pub(super) fn set_due(&self, at: Instant) {
        self.due.store(self.shared.connections.millis(at), Ordering::Relaxed);
    }

    /// Wakes the connection's task if it wanted to be looked at by now.
    pub(super) fn wake_if_due(&self, now_millis: u64) {
        if self.due.load(Ordering::Relaxed) <= now_millis {
            self.task.wake();
        }
    }

    pub(super) fn wake(&self) {
        self.task.wake();
    }

    pub(super) fn look(&self) -> Outlook {
        let mut state = self.lock();
        Outlook {
            is_full: state.queue.is_full(),
            trouble: state.trouble.take(),
            ended: std::mem::take(&mut state.ended),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.lock().queue.is_full()
    }

    /// How much waits in the queue.
    pub(super) fn queued(&self) -> usize {
        self.lock().queue.bytes()
    }

    /// Queues a message, which the connection's task sends with its next flush.
    pub(super) fn say(&self, text: String) {
        match self.sink {
            Sink::Socket(_) => self.answer(frame::text(&text)),
            Sink::Body(_) => self.answer(text.into()),
        }
    }

    /// Queues a frame that the connection's task sends with its next flush.
    pub(super) fn answer(&self, frame: Bytes) {
        self.lock().queue.answer(frame, self.capacity());
        self.wake_reader();
    }

    /// Sends a round to a member, behind whatever waits already. `scratch` is room to put the frames together.
    pub(super) fn deliver(&self, head: &[u8], round: &Round, scratch: &mut Vec<u8>) -> usize {
        let mut state = self.lock();
        if state.closing || state.trouble.is_some() {
            return 0;
        }
        scratch.clear();
        round.write_for(head, self.dialect, self.inflates, scratch);
        let was_empty = state.queue.is_empty();
        let sent = match self.stream().filter(|_| was_empty).map(|it| it.try_write(scratch)) {
            Some(Ok(sent)) => sent,
            // It waits for its turn, or for who takes it.
            None => 0,
            Some(Err(error)) if error.kind() == ErrorKind::WouldBlock => 0,
            Some(Err(_)) => {
                state.trouble = Some(End::Lost);
                drop(state);
                self.task.wake();
                return 0;
            }
        };
        if sent < scratch.len() {
            let rest = Bytes::copy_from_slice(&scratch[sent..]);
            let fits = state.queue.pushed(rest, sent > 0, self.capacity());
            if !fits {
                state.trouble = Some(CloseCode::SlowConsumer.into());
            }
            drop(state);
            self.wake_reader();
            if !fits || (was_empty && self.stream().is_some()) {
                self.task.wake();
            }
        }
        sent
    }

    /// Takes no more deliveries of groups; what else the connection has to say still goes out.
    pub(super) fn hush(&self) {
        self.lock().closing = true;
    }

    /// Has the connection's task end it, unless something else ends it already.
    pub(super) fn end(&self, code: CloseCode) {
        self.lock().trouble.get_or_insert_with(|| code.into());
        self.task.wake();
    }

    /// Says that the group of an operation has ended.
    pub(super) fn group_ended(&self, id: OperationId) {
        self.lock().ended.push(id);
        self.task.wake();
    }

    /// Forgets that the group of an operation has ended, because the client ends it first: its id is free again.
    pub(super) fn forget(&self, id: &OperationId) {
        self.lock().ended.retain(|ended| ended != id);
    }

    /// Takes no more deliveries; what was pushed to a reader that is too slow is dropped.
    pub(super) fn close(&self, end: &End) {
        let mut state = self.lock();
        state.closing = true;
        if end.is_slow_consumer() {
            state.queue.clear();
        }
    }

    fn capacity(&self) -> usize {
        self.shared.limits.send_queue_bytes
    }

    /// Nothing panics while it holds the lock, and a queue would be whole even then.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
