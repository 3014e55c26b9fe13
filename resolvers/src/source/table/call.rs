//! One call to the table: its turn, and what becomes of its attempts.

use super::{Table, is_transient};
use aws_sdk_dynamodb::{
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::{BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef},
    },
    error::{BoxError, ProvideErrorMetadata, SdkError},
    operation::transact_write_items::TransactWriteItemsError,
    types::CancellationReason,
};
use metrics::{counter, histogram};
use schema::Error;
use std::{
    any::Any,
    error::Error as StdError,
    fmt,
    marker::PhantomData,
    sync::{Mutex, PoisonError},
    time::Instant,
};
use tokio::sync::SemaphorePermit;

/// A call of an operation of DynamoDB, while it is under way.
pub(super) struct Call<'a> {
    operation: &'static str,
    _turn: SemaphorePermit<'a>,
}

/// Observes each attempt of a call: the SDK tries again by itself, and tells nobody. `E` is the operation's error.
pub(super) struct Attempts<E> {
    operation: &'static str,
    began: Mutex<Instant>,
    _error: PhantomData<fn() -> E>,
}

/// How an attempt ended, as metrics tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Ok,
    /// A condition did not hold.
    Refused,
    /// Another transaction was at work on the same row.
    Conflict,
    Throttled,
    Failed,
}

impl Table {
    /// Waits for its turn to call an operation of DynamoDB, and counts the call.
    pub(super) async fn call(&self, operation: &'static str) -> Call<'_> {
        let turn = self.calls.acquire().await.expect("the semaphore is never closed");
        counter!("plenary_table_requests_total", "operation" => operation).increment(1);
        Call { operation, _turn: turn }
    }
}

impl Call<'_> {
    /// Observes the attempts of this call.
    pub(super) fn attempts<E>(&self) -> Attempts<E> {
        Attempts {
            operation: self.operation,
            began: Mutex::new(Instant::now()),
            _error: PhantomData,
        }
    }

    /// What an SDK error that nobody expected means to the caller: the table is out of reach or overloaded, or we made a
    /// mistake.
    pub(super) fn failure<E>(&self, error: SdkError<E>) -> Error
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        counter!("plenary_table_errors_total", "operation" => self.operation).increment(1);
        let refused = match &error {
            SdkError::ServiceError(context) => {
                context.raw().status().is_client_error()
                    && !context.err().code().is_some_and(is_transient)
            }
            SdkError::ConstructionFailure(_) => true,
            _ => false,
        };
        match refused {
            true => Error::internal(error),
            false => Error::unavailable(error),
        }
    }

    /// DynamoDB had no room for a part of the call.
    pub(super) fn throttled(&self) {
        counter!("plenary_table_throttles_total", "operation" => self.operation).increment(1);
    }
}

impl<E> Attempts<E> {
    fn began(&self) -> std::sync::MutexGuard<'_, Instant> {
        self.began.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E: ProvideErrorMetadata + StdError + Send + Sync + 'static> Intercept for Attempts<E> {
    fn name(&self) -> &'static str {
        "Attempts"
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        *self.began() = Instant::now();
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let outcome = match context.output_or_error() {
            Some(Ok(_)) => Outcome::Ok,
            Some(Err(error)) => {
                let error = error.as_operation_error().and_then(|error| error.downcast_ref::<E>());
                error.map_or(Outcome::Failed, Outcome::of)
            }
            None => Outcome::Failed,
        };
        let duration = self.began().elapsed();
        let (operation, result) = (self.operation, outcome.label());
        histogram!("plenary_table_attempt_duration_seconds", "operation" => operation, "result" => result)
            .record(duration);
        if outcome == Outcome::Throttled {
            counter!("plenary_table_throttles_total", "operation" => operation).increment(1);
        }
        Ok(())
    }
}

impl<E> fmt::Debug for Attempts<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Attempts").field(&self.operation).finish()
    }
}

impl Outcome {
    fn of<E: ProvideErrorMetadata + 'static>(error: &E) -> Self {
        match (error as &dyn Any).downcast_ref() {
            Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                Self::canceled_by(canceled.cancellation_reasons())
            }
            _ => error.code().map_or(Self::Failed, Self::of_code),
        }
    }

    /// Of several reasons the one that decides what is done about it.
    fn canceled_by(reasons: &[CancellationReason]) -> Self {
        let codes = reasons.iter().filter_map(CancellationReason::code);
        let outcomes: Vec<_> = codes.filter(|code| *code != "None").map(Self::of_code).collect();
        let decisive = [Self::Refused, Self::Throttled, Self::Conflict];
        decisive.into_iter().find(|it| outcomes.contains(it)).unwrap_or(Self::Failed)
    }

    /// Of exceptions, and of the reasons for which a transaction is canceled.
    fn of_code(code: &str) -> Self {
        match code {
            "ConditionalCheckFailedException" | "ConditionalCheckFailed" => Self::Refused,
            "TransactionConflictException"
            | "TransactionConflict"
            | "TransactionInProgressException" => Self::Conflict,
            "ProvisionedThroughputExceededException"
            | "ProvisionedThroughputExceeded"
            | "RequestLimitExceeded"
            | "ThrottlingError"
            | "ThrottlingException" => Self::Throttled,
            _ => Self::Failed,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Conflict => "conflict",
            Self::Throttled => "throttled",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_that_decides_counts() {
        let reason = |code: &str| CancellationReason::builder().code(code).build();
        let of = |codes: &[&str]| {
            Outcome::canceled_by(&codes.iter().map(|code| reason(code)).collect::<Vec<_>>())
        };
        assert_eq!(of(&["None", "ConditionalCheckFailed", "ThrottlingError"]), Outcome::Refused);
        assert_eq!(of(&["TransactionConflict", "ThrottlingError"]), Outcome::Throttled);
        assert_eq!(of(&["None", "TransactionConflict"]), Outcome::Conflict);
        assert_eq!(of(&["None", "ValidationError"]), Outcome::Failed);
    }
}
