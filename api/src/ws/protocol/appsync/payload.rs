//! Responses as AppSync's clients can read them.

use crate::appsync::AppSyncError;
use async_graphql::{PathSegment, Response, ServerError, Value};
use serde::Serialize;
use serde_json::{Map, json};

/// AppSync's greatest payload of a message: 240 KB. It drops larger ones and says nothing; here the client gets an error instead.
const MAX_PAYLOAD_BYTES: usize = 240 * 1024;

/// A response with other errors than GraphQL's.
#[derive(Serialize)]
struct Payload<D, E> {
    data: D,
    errors: E,
}

/// A response as text.
pub(super) fn payload(response: &Response) -> String {
    let plain =
        serde_json::to_string(response).expect("all keys are strings, so it has a JSON form");
    rewritten(response, plain.len()).unwrap_or(plain)
}

/// A response as these clients need it, where that is not how GraphQL writes it, in so many bytes: they drop one whose `data` is
/// null, whatever its errors, and look for `errorType`.
pub(in crate::ws) fn rewritten(response: &Response, bytes: usize) -> Option<String> {
    if response.errors.is_empty() && bytes <= MAX_PAYLOAD_BYTES {
        return None;
    }
    let errors: Vec<_> = response.errors.iter().map(AppSyncError::new).collect();
    let text = match &response.data {
        Value::Null => text(nothing(response), errors),
        data => text(data, errors),
    };
    match text.len() > MAX_PAYLOAD_BYTES {
        true => Some(too_large(response)),
        false => Some(text),
    }
}

fn too_large(response: &Response) -> String {
    let message = format!("the payload exceeds {MAX_PAYLOAD_BYTES} bytes, select less");
    let error = json!({ "errorType": "PayloadTooLarge", "message": message });
    text(nothing(response), [error])
}

fn text(data: impl Serialize, errors: impl Serialize) -> String {
    let payload = Payload { data, errors };
    serde_json::to_string(&payload).expect("all keys are strings, so it has a JSON form")
}

/// The fields of a response without their values; it is there even when nothing is known of them.
fn nothing(response: &Response) -> serde_json::Value {
    let names: Vec<String> = match &response.data {
        Value::Object(fields) => fields.keys().map(ToString::to_string).collect(),
        _ => response.errors.iter().filter_map(root).collect(),
    };
    names.into_iter().map(|name| (name, serde_json::Value::Null)).collect::<Map<_, _>>().into()
}

fn root(error: &ServerError) -> Option<String> {
    match error.path.first() {
        Some(PathSegment::Field(name)) => Some(name.clone()),
        _ => None,
    }
}
