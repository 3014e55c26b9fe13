//! What a connection does because its client says so.

use super::{Connection, End, operations::presented};
use crate::ws::{
    CloseCode, Token,
    frame::{self, Received},
    protocol::{Command, Event, OperationId},
    users::Seat,
};
use async_graphql::Request;
use schema::{DateTime, Error};
use std::task::{Context, Poll};
use tokio::time::Instant;

/// So many bytes of a message count as one message more: what it costs to read one grows with it, and few bytes can
/// inflate to many.
const BYTES_OF_A_MESSAGE: usize = 16 * 1024;

impl Connection {
    /// Does what a message or a control frame asks for.
    pub(super) fn receive(&mut self, received: Received) -> Result<(), End> {
        let now = Instant::now();
        self.deadlines.heard(now);
        self.message_rate.take(cost(&received), now).map_err(|_| CloseCode::TooManyMessages)?;
        match received {
            Received::Text(text) => self.obey_all(&text),
            // graphql-ws reads a binary message as text, and some clients rely on it.
            Received::Binary(bytes) => {
                self.obey_all(str::from_utf8(&bytes).map_err(|_| CloseCode::InvalidMessage)?)
            }
            Received::Ping(payload) => {
                self.outlet.answer(frame::pong(&payload));
                Ok(())
            }
            Received::Close(frame) => Err(End::ByClient(frame)),
            Received::Pong | Received::Fragment => Ok(()),
        }
    }

    fn obey_all(&mut self, text: &str) -> Result<(), End> {
        self.protocol.receive(text).into_iter().try_for_each(|command| self.obey(command))
    }

    fn obey(&mut self, command: Command) -> Result<(), End> {
        match command {
            Command::Authenticate { token } => return self.authenticate(token),
            Command::Start { id, request } => self.start(id, *request),
            Command::Stop { id } => self.operations.stop(&id),
            Command::Send(text) => self.send(&text),
            Command::Close(close) => return Err(End::Closed(close)),
        }
        Ok(())
    }

    fn authenticate(&mut self, token: Option<Token>) -> Result<(), End> {
        let token = token.or(self.caller.token.take()).ok_or(CloseCode::Forbidden)?;
        self.authentication = Some((self.shared.authenticate)(token, self.caller.source_ip));
        Ok(())
    }

    /// Takes note of who the caller is, once that is known; tells whether it has become known.
    pub(super) fn authenticated(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        let Some(authentication) = &mut self.authentication else { return Ok(false) };
        let Poll::Ready(outcome) = authentication.as_mut().poll(cx) else { return Ok(false) };
        self.authentication = None;
        let identity = outcome?;
        self.seat = Seat::take(&self.shared, &identity)?;
        // Before anything is started, so that whoever is expelled later is found here.
        self.place.belongs_to(self.shared.users.number(&identity.sub));
        let left = identity.expires_at.since(DateTime::now());
        self.deadlines.acknowledged(Instant::now(), left);
        self.identity = Some(identity);
        self.report(Event::Acknowledged);
        Ok(true)
    }

    fn start(&mut self, id: OperationId, request: Request) {
        let identity =
            self.identity.as_ref().expect("the protocol starts nothing before the caller is known");
        let refusal = match self.operation_rate.take(1, Instant::now()) {
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
                if let Some(event) =
                    self.operations.start(id, request, identity, self.seat.as_ref())
                {
                    self.report(event);
                }
            }
        }
    }

    fn send(&self, text: &str) {
        self.outlet.answer(frame::text(text));
    }
}

/// How many messages something counts as.
fn cost(received: &Received) -> u32 {
    u32::try_from(1 + received.size() / BYTES_OF_A_MESSAGE).unwrap_or(u32::MAX)
}
