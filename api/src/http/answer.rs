//! A GraphQL response, written as the client wants it.

use super::{
    accept::MediaType,
    form::{ErrorForm, Errors},
};
use async_graphql::{PathSegment, Response, ServerError, Value};
use axum::{
    http::{StatusCode, header::CONTENT_TYPE},
    response::IntoResponse,
};
use schema::ErrorCode;
use serde::Serialize;
use std::collections::BTreeMap;

/// `data` is there when something was executed, also when it is null.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Errors::is_empty")]
    errors: Errors<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

/// Writes a response.
pub(super) fn answer(
    response: &Response,
    media: MediaType,
    form: ErrorForm,
) -> axum::response::Response {
    let executed = was_executed(response);
    let answer = Answer {
        errors: form.write(&response.errors),
        data: executed.then_some(&response.data),
        extensions: &response.extensions,
    };
    let status = match media {
        MediaType::GraphqlResponse if !executed => refused_as(&response.errors),
        MediaType::GraphqlResponse | MediaType::Json | MediaType::EventStream => StatusCode::OK,
    };
    let body =
        serde_json::to_vec(&answer).expect("a response has no map with keys that are not strings");
    (status, [(CONTENT_TYPE, media.content_type())], body).into_response()
}

/// Only the execution of a field gives an error its path.
fn was_executed(response: &Response) -> bool {
    let has_path = |error: &ServerError| matches!(error.path.first(), Some(PathSegment::Field(_)));
    response.data != Value::Null
        || response.errors.is_empty()
        || response.errors.iter().any(has_path)
}

fn refused_as(errors: &[ServerError]) -> StatusCode {
    let is = |code: ErrorCode| {
        let code = Value::from(code);
        errors.iter().any(|error| {
            error.extensions.as_ref().and_then(|extensions| extensions.get("code")) == Some(&code)
        })
    };
    if is(ErrorCode::Internal) {
        StatusCode::INTERNAL_SERVER_ERROR
    } else if is(ErrorCode::Unavailable) {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::BAD_REQUEST
    }
}
