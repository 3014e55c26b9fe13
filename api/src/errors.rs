//! Every error of a response gets its `extensions.code` here, and what must stay inside is logged here, once.

use crate::{limits::server_error, request_id::RequestId};
use async_graphql::{
    PathSegment, Request, Response, SchemaBuilder, ServerError, ServerResult,
    extensions::{
        Extension, ExtensionContext, ExtensionFactory, NextExecute, NextPrepareRequest,
        NextRequest, NextSubscribe,
    },
    resolver_utils::EnumType,
};
use futures_util::{FutureExt, StreamExt, stream::BoxStream};
use resolvers::trace::TraceParent;
use schema::{Error, ErrorCode};
use std::{
    any::TypeId,
    error::Error as StdError,
    fmt::Write,
    mem,
    panic::AssertUnwindSafe,
    sync::{Arc, OnceLock},
};

/// Errors of one answer: validation reports every mistake of a document, and one can be made of thousands.
const MAX_ERRORS: usize = 100;

/// Bytes of a message: the library repeats names in it, and where a text does not parse the whole line.
const MAX_MESSAGE_BYTES: usize = 1000;

/// Codes, masks and logs the errors of a schema, and catches the panics of its resolvers.
///
/// Comes before every other extension, so that it sees what they refuse.
#[must_use]
pub fn apply<Q, M, S>(builder: SchemaBuilder<Q, M, S>) -> SchemaBuilder<Q, M, S> {
    builder.extension(Coding)
}

/// The response to a request that is refused before the schema sees it.
#[must_use]
pub fn response(error: Error) -> Response {
    Coder::default().code(Response::from_errors(vec![server_error(error)]))
}

/// Counts a refusal by its code; whoever refuses outside of the schema calls it too.
pub fn count(code: ErrorCode) {
    metrics::counter!("plenary_refusals_total", "code" => code_name(code)).increment(1);
}

/// How a code is written.
#[must_use]
pub fn code_name(code: ErrorCode) -> &'static str {
    <ErrorCode as EnumType>::items()
        .iter()
        .find(|item| item.value == code)
        .map(|item| item.name)
        .expect("every variant is an item of its enum")
}

struct Coding;

impl ExtensionFactory for Coding {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Coder::default())
    }
}

/// The errors of one request.
#[derive(Clone, Default)]
struct Coder {
    request_id: Arc<OnceLock<RequestId>>,
}

#[async_graphql::async_trait::async_trait]
impl Extension for Coder {
    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let response =
            AssertUnwindSafe(next.run(ctx)).catch_unwind().await.unwrap_or_else(|_| panicked());
        self.code(response)
    }

    /// A stream that panics ends with an error.
    fn subscribe<'s>(
        &self,
        ctx: &ExtensionContext<'_>,
        stream: BoxStream<'s, Response>,
        next: NextSubscribe<'_>,
    ) -> BoxStream<'s, Response> {
        let coder = self.clone();
        AssertUnwindSafe(next.run(ctx, stream))
            .catch_unwind()
            .map(move |response| coder.code(response.unwrap_or_else(|_| panicked())))
            .boxed()
    }

    async fn prepare_request(
        &self,
        ctx: &ExtensionContext<'_>,
        request: Request,
        next: NextPrepareRequest<'_>,
    ) -> ServerResult<Request> {
        let id = request
            .data
            .get(&TypeId::of::<RequestId>())
            .and_then(|id| id.downcast_ref::<RequestId>());
        if let Some(id) = id {
            self.request_id.get_or_init(|| id.clone());
        }
        next.run(ctx, request).await
    }

    /// An event whose resolver panics is answered with an error; its subscription lives on.
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let mut response = AssertUnwindSafe(next.run(ctx, operation_name))
            .catch_unwind()
            .await
            .unwrap_or_else(|_| panicked());
        response.errors.iter_mut().for_each(mask_unknown);
        response
    }
}

impl Coder {
    fn code(&self, mut response: Response) -> Response {
        response.errors.truncate(MAX_ERRORS);
        for error in &mut response.errors {
            self.code_error(error);
            error.message.truncate(error.message.floor_char_boundary(MAX_MESSAGE_BYTES));
        }
        response
    }

    fn code_error(&self, error: &mut ServerError) {
        let cause = match error.source.take() {
            None => {
                // The text did not parse, the document is not valid, or an argument could not be read.
                error.extensions.get_or_insert_default().set("code", ErrorCode::BadUserInput);
                return count(ErrorCode::BadUserInput);
            }
            Some(source) => match source.downcast::<Error>() {
                Ok(cause) => cause,
                Err(_) => Arc::new(Error::internal(mem::take(&mut error.message))),
            },
        };
        error.message = cause.to_string();
        let extensions = error.extensions.get_or_insert_default();
        cause.extend(extensions);
        if let Some(source) = inner_cause(&cause) {
            let id = self.request_id.get_or_init(RequestId::generate);
            extensions.set("requestId", id.as_str());
            log(&error.path, cause.code(), source, id);
        }
        count(cause.code());
    }
}

fn panicked() -> Response {
    // The panic hook has logged what and where.
    Response::from_errors(vec![internal("a resolver panicked")])
}

fn internal(what: &'static str) -> ServerError {
    server_error(Error::internal(what))
}

/// While fields are resolved the only errors without a source that are the caller's are unreadable arguments; whatever
/// else the library says there is about this program.
fn mask_unknown(error: &mut ServerError) {
    if error.source.is_none() && !is_of_argument(error) {
        let cause = Error::internal(mem::take(&mut error.message));
        error.source = Some(Arc::new(cause));
    }
}

fn is_of_argument(error: &ServerError) -> bool {
    let starts = ["Failed to parse ", "Expected input type ", "Variable "];
    starts.iter().any(|start| error.message.starts_with(start))
}

/// Whether an error of a field is the server's doing, or that of what stands behind it, rather than the caller's.
pub(crate) fn is_fault(error: &ServerError) -> bool {
    match &error.source {
        Some(source) => source.downcast_ref::<Error>().is_none_or(|cause| {
            matches!(cause.code(), ErrorCode::Internal | ErrorCode::Unavailable)
        }),
        None => !is_of_argument(error),
    }
}

/// What only the log may know.
fn inner_cause(error: &Error) -> Option<&(dyn StdError + 'static)> {
    match error {
        Error::Internal(_) | Error::Unavailable(Some(_)) => error.source(),
        _ => None,
    }
}

fn log(path: &[PathSegment], code: ErrorCode, cause: &(dyn StdError + 'static), id: &RequestId) {
    let mut chain = cause.to_string();
    let mut next = cause.source();
    while let Some(source) = next {
        let _ = write!(chain, ": {source}");
        next = source.source();
    }
    let path = path.iter().map(segment).collect::<Vec<_>>().join(".");
    let trace = TraceParent::current().map(|sent| sent.trace_id());
    tracing::error!(request.id = %id, trace.id = trace, field.path = path, code = code_name(code), error = chain, "a field failed");
}

fn segment(segment: &PathSegment) -> String {
    match segment {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(index) => index.to_string(),
    }
}
