//! An event stream: a connection that is the answer to one HTTP request, with one operation.
//!
//! It differs from a WebSocket where it begins, because who calls and what for is known by then, and where it ends, because
//! hyper has the socket. Everything in between is the same.

use super::{Caller, Connection, End};
use crate::{
    server,
    ws::{
        CloseCode,
        endpoint::Shared,
        metrics::Counted,
        outlet::{EventBody, Outlet},
        protocol::{Dialect, EventStream, event_stream},
        users::Seat,
    },
};
use async_graphql::Request;
use resolvers::Identity;
use std::{future::poll_fn, sync::Arc, time::Duration};
use tokio::time::timeout;

impl Connection {
    /// Begins the operation of a caller who is known; also gives the body that its results go into.
    pub(in crate::ws) fn stream(
        shared: Arc<Shared>,
        request: Request,
        identity: &Arc<Identity>,
        counted: (Counted, Option<server::Connection>),
    ) -> Result<(Self, EventBody), CloseCode> {
        let seat = Seat::take(&shared, identity)?;
        let caller = Caller {
            credential: None,
            source_ip: None,
            deflates: false,
            dialect: Dialect::EventStream,
            objection: None,
            counted,
        };
        let mut connection = Self::new(Outlet::of_body(shared.clone()), None, shared, caller);
        connection.deadlines.hears_nothing();
        connection.admit(identity.clone(), seat);
        connection.begin(EventStream::operation_id(), request, identity);
        let body = EventBody::new(connection.outlet.clone());
        Ok((connection, body))
    }
}

/// Ends the body, behind what it still holds. Who is sent away and does not take that in time loses the connection; who has
/// asked for much is answered as slowly as it reads, and HTTP drops the body if it reads nothing.
pub(super) async fn part(
    outlet: Arc<Outlet>,
    end: End,
    counted: (Counted, Option<server::Connection>),
    limit: Duration,
) {
    if let End::Closed(close) = &end {
        outlet.say(event_stream::farewell(close));
    }
    outlet.finish();
    let is_taken = poll_fn(|cx| {
        outlet.register(cx.waker());
        outlet.poll_flush(cx)
    });
    if matches!(end, End::Completed) {
        let _ = is_taken.await;
    } else if timeout(limit, is_taken).await.is_err()
        && let (_, Some(connection)) = &counted
    {
        connection.cut();
    }
}
