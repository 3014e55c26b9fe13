//! What a connection does because its client says so.

use super::{
    Connection, End,
    account::Account,
    authorizations::Authorized,
    operations::{max_bytes, presented},
};
use crate::ws::{
    CloseCode,
    frame::{self, Received},
    protocol::{Command, Event, OperationId},
    token::Credential,
    users::Seat,
};
use async_graphql::Request;
use resolvers::Identity;
use schema::{DateTime, Error};
use std::{
    sync::Arc,
    task::{Context, Poll},
};
use tokio::time::Instant;

/// So many bytes of a message count as one message more: what it costs to read one grows with it, and few bytes can
/// inflate to many.
const BYTES_OF_A_MESSAGE: usize = 16 * 1024;

impl Connection {
    /// Does what a message or a control frame asks for.
    pub(super) fn receive(&mut self, received: Received) -> Result<(), End> {
        let now = Instant::now();
        if matches!(received, Received::Pong)
            && let Some(ping) = self.deadlines.ping_took(now)
        {
            self.shared.metrics.answered(ping);
        }
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
            Command::Authenticate { credential } => return self.authenticate(credential),
            Command::Start { id, request, credential } => self.start(id, request, credential),
            Command::Stop { id } => {
                self.authorizations.remove(&id);
                self.operations.stop(&id);
            }
            Command::Send(text) => self.outlet.say(text),
            Command::Close(close) => return Err(End::Closed(close)),
        }
        Ok(())
    }

    fn authenticate(&mut self, credential: Option<Credential>) -> Result<(), End> {
        match credential.or(self.caller.credential.take()) {
            None => Err(self.refuse(CloseCode::CredentialMissing)),
            Some(credential) => {
                let authenticate = &self.shared.authenticate;
                self.authentication = Some(authenticate(credential, self.caller.source_ip));
                Ok(())
            }
        }
    }

    /// Tells the client in the words of its protocol that it is not let in.
    pub(super) fn refuse(&mut self, code: CloseCode) -> End {
        self.report(Event::Refused { code });
        code.into()
    }

    /// Takes note of who the caller is, once that is known; tells whether it has become known.
    pub(super) fn authenticated(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        let Some(authentication) = &mut self.authentication else { return Ok(false) };
        let Poll::Ready(outcome) = authentication.as_mut().poll(cx) else { return Ok(false) };
        self.authentication = None;
        let seated =
            outcome.and_then(|identity| Ok((Seat::take(&self.shared, &identity)?, identity)));
        let (seat, identity) = seated.map_err(|code| self.refuse(code))?;
        self.admit(identity, seat);
        self.report(Event::Acknowledged);
        self.protocol.released().into_iter().try_for_each(|command| self.obey(command))?;
        Ok(true)
    }

    /// From now on the connection is somebody's.
    pub(super) fn admit(&mut self, identity: Arc<Identity>, seat: Option<Seat>) {
        let (now, left) = (Instant::now(), identity.expires_at.since(DateTime::now()));
        self.seat = seat;
        // Before anything is started, so that whoever is expelled later is found here.
        self.place.belongs_to(self.shared.users.number(&identity.sub));
        self.deadlines.acknowledged(now, left);
        self.beats(now);
        self.identity = Some(identity);
    }

    fn start(&mut self, id: OperationId, request: Box<Request>, credential: Option<Credential>) {
        let running = self.operations.len() + self.authorizations.len();
        let refusal = match self.operation_rate.take(1, Instant::now()) {
            Err(retry_after) => Some(Error::RateLimited { retry_after: Some(retry_after) }),
            Ok(()) if self.draining => Some(Error::Unavailable(None)),
            Ok(())
                if running >= self.shared.limits.max_operations
                    || self.authorizations.bytes() > max_bytes(&self.shared.limits) =>
            {
                Some(Error::RateLimited { retry_after: None })
            }
            Ok(()) => None,
        };
        match (refusal, credential) {
            (Some(error), _) => self.fail(id, &error),
            (None, Some(credential)) => {
                let verdict = (self.shared.authenticate)(credential, self.caller.source_ip);
                self.authorizations.push(id, request, verdict);
            }
            (None, None) => {
                let owner = self.identity.clone();
                let owner = owner.expect("the protocol starts nothing before the caller is known");
                self.begin(id, *request, &owner);
            }
        }
    }

    /// Starts an operation whose caller has been verified; tells whether there was one.
    pub(super) fn authorized(&mut self, cx: &mut Context<'_>) -> bool {
        let Poll::Ready(authorized) = self.authorizations.poll_next(cx) else { return false };
        let Authorized { id, request, verdict } = authorized;
        match verdict {
            Ok(identity) => self.begin(id, *request, &identity),
            Err(CloseCode::TryAgainLater) => self.fail(id, &Error::Unavailable(None)),
            Err(_) => self.fail(id, &Error::Unauthenticated),
        }
        true
    }

    pub(super) fn begin(&mut self, id: OperationId, request: Request, identity: &Arc<Identity>) {
        let is_same = |owner: &Arc<Identity>| {
            (&owner.issuer, &owner.sub) == (&identity.issuer, &identity.sub)
        };
        let account = match self.identity.as_ref().is_some_and(is_same) {
            true => Ok(Account::Owner(self.seat.as_ref())),
            false if !self.place.admits(self.shared.users.number(&identity.sub)) => {
                Err(CloseCode::TooManyConnections)
            }
            false => Seat::take(&self.shared, identity).map(Account::Guest),
        };
        let event = match account {
            // What runs may go on until the client has renewed its token; nothing new begins.
            _ if identity.expires_at <= DateTime::now() => failed(id, &Error::Unauthenticated),
            Err(_) => failed(id, &Error::RateLimited { retry_after: None }),
            Ok(account) => {
                self.deadlines.expires(Instant::now(), identity.expires_at.since(DateTime::now()));
                match self.operations.start(id, request, identity, account) {
                    Some(event) => event,
                    None => return,
                }
            }
        };
        self.report(event);
    }

    fn fail(&mut self, id: OperationId, error: &Error) {
        self.report(failed(id, error));
    }
}

fn failed(id: OperationId, error: &Error) -> Event {
    Event::Failed { id, errors: vec![presented(error)] }
}

/// How many messages something counts as.
fn cost(received: &Received) -> u32 {
    u32::try_from(1 + received.size() / BYTES_OF_A_MESSAGE).unwrap_or(u32::MAX)
}
