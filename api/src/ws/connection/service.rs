//! A connection from its beginning to its last byte.

use super::{Connection, End, farewell, stream};
use futures_util::{FutureExt, future::BoxFuture};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

/// A connection that runs. An `async fn` would hold the connection twice, and room for its farewell all along.
pub(in crate::ws) struct Service {
    connection: Option<Connection>,
    farewell: Option<BoxFuture<'static, ()>>,
}

impl Future for Service {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(connection) = &mut self.connection {
            let end = ready!(connection.poll_serve(cx));
            let farewell = self.connection.take().map(|connection| connection.end(end));
            self.farewell = farewell;
        }
        self.farewell.as_mut().map_or(Poll::Ready(()), |farewell| farewell.as_mut().poll(cx))
    }
}

impl Connection {
    /// Serves the connection to its end, and tells about it once.
    pub(in crate::ws) fn run(self) -> Service {
        Service { connection: Some(self), farewell: None }
    }

    /// Tells of the end, and leaves what it takes to say goodbye.
    fn end(self, end: End) -> BoxFuture<'static, ()> {
        tracing::debug!(end = %end.label(), "connection ended");
        let Self { shared, caller, outlet, input, .. } = self;
        outlet.close(&end);
        let Some(input) = input else {
            shared.metrics.stream_ended(&end);
            return stream::part(outlet, end, caller.counted, shared.limits.close_timeout).boxed();
        };
        shared.metrics.closed(&end);
        async move {
            farewell::bid(&outlet, input, &end, shared.limits.close_timeout).await;
            drop(caller.counted);
        }
        .boxed()
    }
}
