//! A request that never became GraphQL, answered in GraphQL's form so that a client needs one way to read errors.

use super::{accept::MediaType, form::ErrorForm};
use crate::{appsync::UNAUTHENTICATED, errors, retry_after, ws};
use axum::{
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use schema::ErrorCode;
use serde_json::{Value, json};

/// Why a request is refused.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: ErrorCode,
    message: &'static str,
    header: Option<(HeaderName, HeaderValue)>,
    media: MediaType,
    form: ErrorForm,
}

/// The header by which AWS's clients know what went wrong; without it Amplify's apps see an `Unknown error`.
pub(crate) const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

impl Refusal {
    pub(super) fn bad_request(message: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadUserInput, message)
    }

    /// The message is what Apollo's clients look for.
    pub(super) fn persisted_query_not_found() -> Self {
        Self::new(StatusCode::OK, ErrorCode::PersistedQueryNotFound, "PersistedQueryNotFound")
    }

    /// Said where operations are refused, as it is of what would have been run.
    pub(super) fn untrusted_document() -> Self {
        let message = "query: this node runs trusted documents alone";
        Self::new(StatusCode::OK, ErrorCode::BadUserInput, message)
    }

    pub(super) fn unauthenticated() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, ErrorCode::Unauthenticated, "you are not signed in")
            .with(WWW_AUTHENTICATE, "Bearer")
    }

    /// A token that was refused, or that cannot be checked now.
    pub(super) fn of_caller(error: &schema::Error) -> Self {
        match error.code() {
            ErrorCode::Unavailable => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::Unavailable,
                "tokens cannot be checked now, try again",
            ),
            _ => Self::unauthenticated(),
        }
    }

    pub(super) fn foreign_origin() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "pages of this origin may not connect",
        )
    }

    pub(super) fn mutation_by_get() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, ErrorCode::BadUserInput, "a mutation needs POST")
            .with(ALLOW, "POST")
    }

    pub(super) fn not_acceptable() -> Self {
        let message =
            "answers are application/json, application/graphql-response+json or text/event-stream";
        Self::new(StatusCode::NOT_ACCEPTABLE, ErrorCode::BadUserInput, message)
    }

    pub(super) fn body_too_slow() -> Self {
        Self::closing(StatusCode::REQUEST_TIMEOUT, "the body took too long")
    }

    pub(super) fn body_too_large() -> Self {
        Self::closing(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large")
    }

    pub(super) fn unsupported_media_type() -> Self {
        let message = "the content type must be application/json in UTF-8";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::BadUserInput, message)
    }

    pub(super) fn draining() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::Unavailable,
            "the node is going away, try again",
        )
        .retryable()
    }

    pub(super) fn too_many_connections() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::RateLimited,
            "you have as many connections as one may have",
        )
        .with(RETRY_AFTER, "5")
    }

    pub(super) fn full() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::Unavailable,
            "the node has as many connections as it may have",
        )
        .retryable()
    }

    /// The same, written as the client wants it.
    pub(super) fn written_as(self, media: MediaType) -> Self {
        Self { media, ..self }
    }

    /// The same, with errors in the form that the client wants.
    pub(super) fn in_form(self, form: ErrorForm) -> Self {
        Self { form, ..self }
    }

    /// AppSync's name for it. Never `BadRequestException`, which stands for a clock that is wrong: Amplify would send the request
    /// twice more.
    fn error_type(&self) -> &'static str {
        match self.code {
            ErrorCode::Unauthenticated => UNAUTHENTICATED,
            ErrorCode::Unavailable => "ServiceUnavailableException",
            ErrorCode::Forbidden => "AccessDeniedException",
            ErrorCode::RateLimited => "LimitExceededException",
            _ => "MalformedHttpRequestException",
        }
    }

    fn written(&self, errors: &[Value; 1]) -> Response {
        let (media, body) = match (self.media, self.status) {
            // The client asks for events, and reads nothing else of an answer that is one.
            (MediaType::EventStream, StatusCode::OK) => {
                (MediaType::EventStream, ws::refusal_events(errors))
            }
            (MediaType::EventStream, _) => {
                (MediaType::Json, json!({ "errors": errors }).to_string())
            }
            (media, _) => (media, json!({ "errors": errors }).to_string()),
        };
        (self.status, [(CONTENT_TYPE, media.content_type())], body).into_response()
    }

    fn new(status: StatusCode, code: ErrorCode, message: &'static str) -> Self {
        Self { status, code, message, header: None, media: MediaType::Json, form: ErrorForm::Plain }
    }

    /// The rest of the body is not worth reading.
    fn closing(status: StatusCode, message: &'static str) -> Self {
        Self::new(status, ErrorCode::BadUserInput, message).with(CONNECTION, "close")
    }

    /// Another node may take it, or this one before long.
    fn retryable(self) -> Self {
        Self { header: Some((RETRY_AFTER, retry_after::header())), ..self }
    }

    fn with(self, name: HeaderName, value: &'static str) -> Self {
        Self { header: Some((name, HeaderValue::from_static(value))), ..self }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        errors::count(self.code);
        let error_type = self.error_type();
        let mut error = json!({ "message": self.message, "extensions": { "code": self.code } });
        if self.form == ErrorForm::AppSync {
            error["errorType"] = error_type.into();
            error["errorInfo"] = error["extensions"].clone();
        }
        let mut response = self.written(&[error]);
        response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(error_type));
        response.headers_mut().extend(self.header);
        response
    }
}
