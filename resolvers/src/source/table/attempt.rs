//! How one attempt to write ended: a refusal is told from a collision and from a fault.

use super::{Item, call::Call};
use aws_sdk_dynamodb::{
    error::{ProvideErrorMetadata, SdkError},
    types::CancellationReason,
};
use schema::Result;

/// One attempt's end.
pub(super) enum Attempt {
    /// Written, when there is no refusal; else nothing is.
    Ended(Vec<Refusal>),
    /// Another transaction was at work on the same row.
    Conflict,
}

/// A write whose condition did not hold.
pub(crate) struct Refusal {
    /// Which of the writes.
    pub(crate) write: usize,
    /// The row as it is.
    pub(crate) row: Option<Item>,
}

/// How a write of a single row ended; `refusal` knows the error that means a condition did not hold, and has its row.
pub(super) fn ended<E>(
    call: &Call<'_>,
    error: Option<SdkError<E>>,
    refusal: impl Fn(&E) -> Option<Option<Item>>,
) -> Result<Attempt>
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let Some(error) = error else { return Ok(Attempt::Ended(Vec::new())) };
    if let SdkError::ServiceError(context) = &error {
        if let Some(row) = refusal(context.err()) {
            return Ok(Attempt::Ended(vec![Refusal { write: 0, row }]));
        }
        if context.err().code() == Some("TransactionConflictException") {
            return Ok(Attempt::Conflict);
        }
    }
    Err(call.failure(error))
}

/// Why a transaction was canceled. Refusals count before a conflict, because they stay true when tried again.
pub(super) fn canceled_by(reasons: &[CancellationReason]) -> Option<Attempt> {
    let refused = |reason: &&CancellationReason| reason.code() == Some("ConditionalCheckFailed");
    let refusals = reasons.iter().enumerate().filter(|(_, reason)| refused(reason));
    let refusals: Vec<Refusal> =
        refusals.map(|(write, reason)| Refusal { write, row: reason.item().cloned() }).collect();
    if !refusals.is_empty() {
        return Some(Attempt::Ended(refusals));
    }
    let transient = |code: &str| {
        matches!(code, "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded")
    };
    reasons.iter().any(|reason| reason.code().is_some_and(transient)).then_some(Attempt::Conflict)
}
