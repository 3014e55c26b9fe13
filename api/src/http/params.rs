//! The parameters of a request, from its body or its query string.

use super::{persisted::Persisted, refusal::Refusal};
use crate::{config::ConnectionLimits, json::is_bounded};
use async_graphql::{Request, Variables};
use axum::{
    body::{Body, Bytes},
    extract::Query,
    http::{
        HeaderMap, Uri,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use tokio::time;

/// What GraphQL over HTTP sends.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Params {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<Map<String, Value>>,
    /// The name of a document, as the draft of GraphQL over HTTP has it.
    document_id: Option<String>,
    /// Where a document may be named.
    extensions: Option<Map<String, Value>>,
}

/// The same in a query string, where maps are JSON.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct QueryString {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    document_id: Option<String>,
    extensions: Option<String>,
}

impl Params {
    /// Reads the body of a POST.
    pub(super) async fn of_body(
        headers: &HeaderMap,
        body: Body,
        limits: &ConnectionLimits,
    ) -> Result<Self, Refusal> {
        json(headers, body, limits).await
    }

    /// Reads the query string of a GET.
    pub(super) fn of_uri(uri: &Uri) -> Result<Self, Refusal> {
        let Query(raw) = Query::<QueryString>::try_from_uri(uri)
            .map_err(|_| Refusal::bad_request("the query string is not form-encoded"))?;
        Ok(Self {
            query: raw.query,
            operation_name: raw.operation_name,
            document_id: raw.document_id,
            variables: raw.variables.map(|text| parse(text.as_bytes())).transpose()?,
            extensions: raw.extensions.map(|text| parse(text.as_bytes())).transpose()?,
        })
    }

    /// The request that the schema runs.
    pub(super) fn into_request(self, persisted: &Persisted) -> Result<Request, Refusal> {
        let query = persisted.document(self.query, self.document_id, self.extensions)?;
        let variables = Variables::from_json(Value::Object(self.variables.unwrap_or_default()));
        let request = Request::new(query).variables(variables);
        Ok(match self.operation_name {
            Some(name) => request.operation_name(name),
            None => request,
        })
    }
}

/// Reads a JSON object from a body within its limits.
pub(crate) async fn json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    limits: &ConnectionLimits,
) -> Result<T, Refusal> {
    if !is_json(headers) {
        return Err(Refusal::unsupported_media_type());
    }
    let bytes = read(headers, body, limits).await?;
    // Serde would take an array for the fields in their order.
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'[') => Err(Refusal::bad_request("batches are not supported")),
        _ => parse(&bytes),
    }
}

/// Reads a body within its limits, whatever length it declares.
async fn read(
    headers: &HeaderMap,
    body: Body,
    limits: &ConnectionLimits,
) -> Result<Bytes, Refusal> {
    let declared =
        headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limits.max_body) {
        return Err(Refusal::body_too_large());
    }
    let collected =
        time::timeout(limits.body_timeout, Limited::new(body, limits.max_body).collect());
    match collected.await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refusal::body_too_large()),
        Ok(Err(_)) => Err(Refusal::bad_request("the body broke off")),
        Err(_) => Err(Refusal::body_too_slow()),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else {
        return false;
    };
    let mut parts = kind.split(';').map(str::trim);
    let is_utf8 = |parameter: &str| match parameter.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    };
    // The second is what AppSync's documentation sends, with JSON in it. Neither can be sent from a foreign page without a preflight.
    let is_ours = |kind: &str| {
        ["application/json", "application/graphql"]
            .iter()
            .any(|ours| kind.eq_ignore_ascii_case(ours))
    };
    parts.next().is_some_and(is_ours) && parts.all(is_utf8)
}

fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, Refusal> {
    if !is_bounded(json) {
        return Err(Refusal::bad_request("the JSON has too many values"));
    }
    serde_json::from_slice(json).map_err(|error| {
        Refusal::bad_request(match error.classify() {
            serde_json::error::Category::Data => "a parameter has the wrong type",
            _ => "this is not JSON",
        })
    })
}
