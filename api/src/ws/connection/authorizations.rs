//! Operations whose callers are being verified.

use super::operations::weight;
use crate::ws::{CloseCode, protocol::OperationId};
use async_graphql::Request;
use futures_util::future::BoxFuture;
use resolvers::Identity;
use std::{
    sync::Arc,
    task::{Context, Poll},
};

/// A list, because what it holds is mostly settled at once: a token's key is in memory. The limit of operations bounds it, and what
/// requests may weigh.
#[derive(Default)]
pub(super) struct Authorizations(Vec<Pending>);

struct Pending {
    id: OperationId,
    request: Box<Request>,
    /// What is kept of the request.
    bytes: usize,
    verdict: BoxFuture<'static, Verdict>,
}

/// An operation, and who asks for it.
pub(super) struct Authorized {
    pub(super) id: OperationId,
    pub(super) request: Box<Request>,
    pub(super) verdict: Verdict,
}

type Verdict = Result<Arc<Identity>, CloseCode>;

impl Authorizations {
    pub(super) fn push(
        &mut self,
        id: OperationId,
        request: Box<Request>,
        verdict: BoxFuture<'static, Verdict>,
    ) {
        let bytes = weight(&request);
        self.0.push(Pending { id, request, bytes, verdict });
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// What is kept of all requests.
    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(|pending| pending.bytes).sum()
    }

    /// Forgets an operation that is no longer wanted.
    pub(super) fn remove(&mut self, id: &OperationId) {
        self.0.retain(|pending| pending.id != *id);
    }

    /// Takes one that is settled.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Authorized> {
        let settled = self.0.iter_mut().enumerate().find_map(|(place, pending)| {
            match pending.verdict.as_mut().poll(cx) {
                Poll::Ready(verdict) => Some((place, verdict)),
                Poll::Pending => None,
            }
        });
        let Some((place, verdict)) = settled else { return Poll::Pending };
        let Pending { id, request, .. } = self.0.remove(place);
        if self.0.is_empty() {
            // An idle connection keeps no buffer.
            self.0 = Vec::new();
        }
        Poll::Ready(Authorized { id, request, verdict })
    }
}
