//! One connection: one task that owns the socket, the operations and the deadlines, and waits for whichever moves next.
//!
//! Everything that a connection holds is bounded. A client that does not read is not read from either, and its
//! operations pause when its queue is full; so messages of the client are answered only while there is room.

mod deadlines;
mod end;
mod fragments;
mod operation;
mod operations;
mod shape;
mod socket;

pub(super) use end::End;

use super::{
    CloseCode, Token,
    endpoint::Shared,
    protocol::{Command, Event, OperationId, TransportWs},
    send_queue::SendQueue,
    token_bucket::TokenBucket,
};
use async_graphql::Request;
use deadlines::{Deadlines, Due};
use futures_util::{FutureExt, future::BoxFuture};
use operations::{Operations, presented};
use resolvers::Identity;
use schema::{DateTime, Error};
use socket::{Exchanged, Io, Socket};
use std::{net::IpAddr, pin::pin, sync::Arc};
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::Message;

/// What the handshake tells about who connects.
pub(super) struct Caller {
    /// The `Authorization` of the upgrade request.
    pub(super) token: Option<Token>,
    pub(super) source_ip: Option<IpAddr>,
}

/// One client's WebSocket.
pub(super) struct Connection {
    shared: Arc<Shared>,
    caller: Caller,
    socket: Socket,
    queue: SendQueue,
    protocol: TransportWs,
    authentication: Option<BoxFuture<'static, Result<Arc<Identity>, CloseCode>>>,
    identity: Option<Arc<Identity>>,
    operations: Operations,
    deadlines: Deadlines,
    message_rate: TokenBucket,
    operation_rate: TokenBucket,
    draining: bool,
}

/// How many events are taken before the socket is written: a burst goes out in few writes, and a busy subscription
/// does not keep the connection from reading.
const EVENTS_PER_ROUND: usize = 64;

impl Connection {
    /// Takes over an upgraded stream.
    pub(super) async fn open(io: Io, shared: Arc<Shared>, caller: Caller) -> Self {
        let (now, limits) = (Instant::now(), shared.limits);
        Self {
            caller,
            socket: Socket::new(io, &shared).await,
            queue: SendQueue::new(limits.send_queue_bytes),
            protocol: TransportWs::default(),
            authentication: None,
            identity: None,
            operations: Operations::new(shared.clone()),
            deadlines: Deadlines::new(&limits, now),
            message_rate: TokenBucket::new(limits.messages, now),
            operation_rate: TokenBucket::new(limits.operations, now),
            draining: false,
            shared,
        }
    }

    /// Serves the connection to its end, and tells about it once.
    pub(super) async fn run(mut self, has_subprotocol: bool) {
        let end = match has_subprotocol {
            true => self.serve().await,
            false => CloseCode::SubprotocolNotAcceptable.into(),
        };
        tracing::debug!(end = %end.label(), "connection ended");
        self.shared.metrics.closed(&end);
        if end.is_slow_consumer() {
            self.queue.clear();
        }
        // Subscriptions end here, not when the farewell is over.
        drop(self.operations);
        self.socket.finish(&end, &mut self.queue, self.shared.limits.close_timeout).await;
    }

    async fn serve(&mut self) -> End {
        // A child of its own: thousands of connections do not share the lock of one token.
        let mut shutdown = pin!(self.shared.shutdown.child_token().cancelled_owned().fuse());
        let mut timer = pin!(sleep_until(self.deadlines.next()));
        loop {
            if self.draining && !self.operations.has_mutations() {
                return CloseCode::ServiceRestart.into();
            }
            self.deadlines.queue_is_full(self.queue.is_full(), Instant::now());
            // Later deadlines need not move the timer: it finds nothing due and is set anew.
            if self.deadlines.next() < timer.deadline() {
                timer.as_mut().reset(self.deadlines.next());
            }
            let step = tokio::select! {
                exchanged = self.socket.exchange(&mut self.queue) => exchanged.and_then(|it| self.exchanged(it)),
                event = self.operations.next(), if !self.operations.is_empty() && !self.queue.is_full() => {
                    self.report_round(event);
                    Ok(())
                }
                outcome = finished(&mut self.authentication) => self.authenticated(outcome),
                () = &mut timer => {
                    let step = self.due(Instant::now());
                    timer.as_mut().reset(self.deadlines.next());
                    step
                }
                () = &mut shutdown => {
                    self.deadlines.drain(Instant::now());
                    Ok(())
                }
            };
            let Err(end) = step else { continue };
            return end;
        }
    }

    fn exchanged(&mut self, exchanged: Exchanged) -> Result<(), End> {
        match exchanged {
            Exchanged::Message(message) => self.heard(1).and_then(|()| self.read(message)),
            Exchanged::Fragments(count) => self.heard(count),
            Exchanged::Room => Ok(()),
        }
    }

    fn heard(&mut self, frames: usize) -> Result<(), End> {
        let now = Instant::now();
        self.deadlines.heard(now);
        let paid = (0..frames).try_for_each(|_| self.message_rate.take(now));
        paid.map_err(|_| CloseCode::TooManyMessages.into())
    }

    fn read(&mut self, message: Message) -> Result<(), End> {
        match message {
            Message::Text(text) => self.receive(&text),
            // graphql-ws reads a binary message as text, and some clients rely on it.
            Message::Binary(bytes) => {
                self.receive(str::from_utf8(&bytes).map_err(|_| CloseCode::InvalidMessage)?)
            }
            Message::Close(frame) => Err(End::by_client(frame.as_ref())),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(()),
        }
    }

    fn receive(&mut self, text: &str) -> Result<(), End> {
        self.protocol.receive(text).into_iter().try_for_each(|command| self.obey(command))
    }

    fn obey(&mut self, command: Command) -> Result<(), End> {
        match command {
            Command::Authenticate { token } => return self.authenticate(token),
            Command::Start { id, request } => self.start(id, *request),
            Command::Stop { id } => self.operations.stop(&id),
            Command::Send(text) => self.queue.push(Message::text(text)),
            Command::Close(close) => return Err(End::Closed(close)),
        }
        Ok(())
    }

    fn authenticate(&mut self, token: Option<Token>) -> Result<(), End> {
        let token = token.or(self.caller.token.take()).ok_or(CloseCode::Forbidden)?;
        self.authentication = Some((self.shared.authenticate)(token, self.caller.source_ip));
        Ok(())
    }

    fn authenticated(&mut self, outcome: Result<Arc<Identity>, CloseCode>) -> Result<(), End> {
        self.authentication = None;
        let identity = outcome?;
        let left = identity.expires_at.since(DateTime::now());
        self.deadlines.acknowledged(Instant::now(), left);
        self.identity = Some(identity);
        self.report(Event::Acknowledged);
        Ok(())
    }

    fn start(&mut self, id: OperationId, request: Request) {
        let identity =
            self.identity.as_ref().expect("the protocol starts nothing before the caller is known");
        let refusal = match self.operation_rate.take(Instant::now()) {
            Err(retry_after) => Some(Error::RateLimited { retry_after: Some(retry_after) }),
            // What runs may go on until the client has renewed its token; nothing new begins.
            Ok(()) if identity.expires_at <= DateTime::now() => Some(Error::Unauthenticated),
            Ok(()) if self.draining => Some(Error::Unavailable(None)),
            Ok(()) if self.operations.is_full() => Some(Error::RateLimited { retry_after: None }),
            Ok(()) => None,
        };
        match refusal {
            Some(error) => self.report(Event::Failed { id, errors: vec![presented(&error)] }),
            None => {
                if let Some(event) = self.operations.start(id, request, identity) {
                    self.report(event);
                }
            }
        }
    }

    /// Reports an event and those that are ready behind it, as long as there is room.
    fn report_round(&mut self, first: Event) {
        self.report(first);
        for _ in 1..EVENTS_PER_ROUND {
            if self.queue.is_full() || self.operations.is_empty() {
                return;
            }
            match self.operations.next().now_or_never() {
                Some(event) => self.report(event),
                None => return,
            }
        }
    }

    fn report(&mut self, event: Event) {
        for text in self.protocol.send(event) {
            self.queue.push(Message::text(text));
        }
    }

    fn due(&mut self, now: Instant) -> Result<(), End> {
        match self.deadlines.due(now) {
            Some(Due::Close(code)) => return Err(code.into()),
            Some(Due::Ping) => self.queue.push(Message::Ping(Default::default())),
            Some(Due::Drain) => self.draining = true,
            None => {}
        }
        Ok(())
    }
}

/// Waits for a future that may not be there; without one, for ever.
async fn finished<T>(future: &mut Option<BoxFuture<'static, T>>) -> T {
    match future {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}
