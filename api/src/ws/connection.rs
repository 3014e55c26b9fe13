//! One connection: one task that reads the socket, runs the operations and minds the deadlines, and sleeps without a
//! buffer or a timer while there is nothing to do.
//!
//! Everything that a connection holds is bounded. A client that does not read is not read from either, and its
//! operations pause when its queue is full; so messages of the client are answered only while there is room.

mod account;
mod authorizations;
mod deadlines;
mod end;
mod farewell;
mod input;
mod obedience;
mod operation;
mod operations;
mod service;
mod shape;
mod stream;
mod subscription;

pub(super) use end::End;

use super::{
    CloseCode,
    connections::Place,
    endpoint::Shared,
    frame,
    metrics::Counted,
    outlet::{Outlet, Outlook},
    protocol::{Dialect, Event, Protocol},
    token::Credential,
    token_bucket::TokenBucket,
    users::Seat,
};
use authorizations::Authorizations;
use deadlines::{Deadlines, Due};
use futures_util::future::BoxFuture;
use input::Input;
use operations::Operations;
use resolvers::Identity;
use std::{
    net::IpAddr,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll},
};
use tokio::{net::TcpStream, time::Instant};

/// What the handshake tells about who connects.
pub(super) struct Caller {
    /// What the upgrade request shows, for an initialization that shows nothing.
    pub(super) credential: Option<Credential>,
    pub(super) source_ip: Option<IpAddr>,
    /// Whether messages may be deflated.
    pub(super) deflates: bool,
    pub(super) dialect: Dialect,
    /// What is wrong with the subprotocols that the client offers.
    pub(super) objection: Option<CloseCode>,
    /// Counts the connection for as long as its socket is open.
    pub(super) counted: (Counted, Option<crate::server::Connection>),
}

/// One client's WebSocket.
pub(super) struct Connection {
    shared: Arc<Shared>,
    caller: Caller,
    outlet: Arc<Outlet>,
    /// Nothing is read from an event stream.
    input: Option<Input>,
    protocol: Protocol,
    authentication: Option<BoxFuture<'static, Result<Arc<Identity>, CloseCode>>>,
    identity: Option<Arc<Identity>>,
    seat: Option<Seat>,
    authorizations: Authorizations,
    operations: Operations,
    deadlines: Deadlines,
    message_rate: TokenBucket,
    operation_rate: TokenBucket,
    draining: bool,
    place: Place,
}

/// How much is done before others get their turn: a burst goes out in few writes, and a busy subscription does not keep the
/// connection from reading.
const EVENTS_PER_ROUND: usize = 64;
const ROUNDS: usize = 4;

impl Connection {
    /// Takes over a socket, of which some bytes may have been read already.
    pub(super) fn open(
        stream: TcpStream,
        read: &[u8],
        shared: Arc<Shared>,
        caller: Caller,
    ) -> Self {
        let Caller { dialect, deflates, .. } = caller;
        let input = Input::new(read, shared.limits.max_message_bytes, deflates);
        let outlet = Outlet::of_socket(stream, dialect, deflates, shared.clone());
        Self::new(outlet, Some(input), shared, caller)
    }

    fn new(outlet: Outlet, input: Option<Input>, shared: Arc<Shared>, caller: Caller) -> Self {
        let (now, limits, outlet) = (Instant::now(), &shared.limits, Arc::new(outlet));
        Self {
            input,
            protocol: Protocol::new(caller.dialect, limits),
            caller,
            authentication: None,
            identity: None,
            seat: None,
            authorizations: Authorizations::default(),
            operations: Operations::new(shared.clone(), outlet.clone()),
            deadlines: Deadlines::new(limits, now),
            message_rate: TokenBucket::new(limits.messages, now),
            operation_rate: TokenBucket::new(limits.operations, now),
            draining: false,
            place: Place::take(&shared, outlet.clone()),
            outlet,
            shared,
        }
    }

    fn poll_serve(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        if let Some(code) = self.caller.objection {
            return Poll::Ready(self.refuse(code));
        }
        self.outlet.register(cx.waker());
        for _ in 0..ROUNDS {
            match self.round(cx) {
                Err(end) => return Poll::Ready(end),
                Ok(true) => {}
                Ok(false) => {
                    self.outlet.set_due(self.deadlines.next());
                    return Poll::Pending;
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Does what there is to do now; tells whether there may be more.
    fn round(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        let is_full = self.look()?;
        self.mind_deadlines(is_full)?;
        let busy = !is_full
            && (self.authenticated(cx)?
                | self.read(cx)?
                | self.authorized(cx)
                | self.report_events(cx));
        if self.protocol.has_ended() {
            return Err(End::Completed);
        }
        let flushed = self.outlet.poll_flush(cx).map_err(|_| End::Lost)?;
        let has_room = is_full && !self.outlet.is_full();
        Ok(has_room || (busy && flushed.is_ready()) || (busy && !self.outlet.is_full()))
    }

    /// Looks at what others have done to the outlet; tells whether it is full.
    fn look(&mut self) -> Result<bool, End> {
        let Outlook { is_full, trouble, ended } = self.outlet.look();
        if let Some(end) = trouble {
            return Err(end);
        }
        for id in ended {
            self.operations.stop(&id);
            self.report(Event::Completed { id });
        }
        Ok(is_full)
    }

    fn mind_deadlines(&mut self, is_full: bool) -> Result<(), End> {
        let now = Instant::now();
        if self.shared.draining.load(Ordering::Acquire) {
            self.deadlines.drain(now);
        }
        self.deadlines.queue_is_full(is_full, now);
        match self.deadlines.due(now) {
            Some(Due::Close(code)) => return Err(code.into()),
            Some(Due::Ping) => self.outlet.answer(frame::ping(&[])),
            Some(Due::Beat) => {
                self.beats(now);
                self.report(Event::Beat);
            }
            Some(Due::Drain) => self.draining = true,
            None => {}
        }
        match self.draining && !self.operations.has_mutations() {
            true => Err(CloseCode::ServiceRestart.into()),
            false => Ok(()),
        }
    }

    /// Sees to the next sign of life, in protocols that have one.
    fn beats(&mut self, now: Instant) {
        if let Some(period) = self.outlet.dialect().beat(&self.shared.limits) {
            self.deadlines.beats(now, period);
        }
    }

    fn read(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        let Some((input, stream)) = self.input.as_mut().zip(self.outlet.stream()) else {
            return Ok(false);
        };
        let Poll::Ready(read) = input.poll_read(stream, cx) else { return Ok(false) };
        read.received.into_iter().try_for_each(|received| self.receive(received))?;
        read.outcome.map(|()| true)
    }

    /// Reports events that are ready, as long as there is room; tells whether there were any.
    fn report_events(&mut self, cx: &mut Context<'_>) -> bool {
        for reported in 0..EVENTS_PER_ROUND {
            if self.outlet.is_full() {
                return reported > 0;
            }
            match self.operations.poll_next(cx) {
                Poll::Ready(event) => self.report(event),
                Poll::Pending => return reported > 0,
            }
        }
        true
    }

    fn report(&mut self, event: Event) {
        for text in self.protocol.send(event) {
            self.outlet.say(text);
        }
    }
}
