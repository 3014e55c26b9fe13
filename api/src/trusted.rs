//! Trusted documents: a node that is given a list runs what is on it, and nothing else.
//!
//! A client names a document of the list, or sends its text exactly as it is listed. The list is read, parsed and validated
//! against the schema once, at start.

mod load;
mod manifest;

pub use load::LoadError;

use async_graphql::{Request, Value};
use schema::Error;
use serde::Deserialize;
use serde_json::Map;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// Which documents run: those of a list, or, by default, any. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct TrustedDocuments(Option<Arc<List>>);

#[derive(Debug)]
struct List {
    by_name: HashMap<String, Arc<str>>,
    texts: HashSet<Arc<str>>,
}

/// How Apollo's clients name a document, in `extensions.persistedQuery`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersistedQuery {
    pub(crate) version: u32,
    pub(crate) sha256_hash: String,
}

/// Where a request of a socket carries the name of its document until it is looked up.
const NAME: &str = "documentId";

/// What the GraphQL-over-HTTP draft puts before a hash that is a name.
const HASH_PREFIX: &str = "sha256:";

/// No list has a longer name.
const MAX_NAME_BYTES: usize = 256;

impl TrustedDocuments {
    /// Whether there is a list.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.0.is_some()
    }

    /// The document that a name or a text stands for. A name counts, whatever text comes with it: clients print a document in
    /// more than one way, and what runs is what is listed.
    ///
    /// # Errors
    ///
    /// `PERSISTED_QUERY_NOT_FOUND` for a name, `BAD_USER_INPUT` for a text that is not listed.
    pub(crate) fn document(
        &self,
        name: Option<&str>,
        text: Option<String>,
    ) -> Result<String, Error> {
        match (&self.0, name, text) {
            (Some(list), Some(name), _) => {
                list.named(name).map(|text| text.to_string()).ok_or(Error::PersistedQueryNotFound)
            }
            (Some(list), None, Some(text)) if list.texts.contains(text.as_str()) => Ok(text),
            (None, _, Some(text)) => Ok(text),
            (None, Some(_), None) => Err(Error::PersistedQueryNotFound),
            (Some(_), None, _) => {
                Err(Error::bad_input("query", "this node runs trusted documents alone"))
            }
            (None, None, None) => Err(Error::bad_input("query", "is missing")),
        }
    }

    /// Puts the document that is meant into a request that may [carry](carrying) a name.
    pub(crate) fn admit(&self, request: &mut Request) -> Result<(), Error> {
        let name = match request.extensions.0.remove(NAME) {
            Some(Value::String(name)) => Some(name),
            _ => None,
        };
        if self.0.is_none() && name.is_none() {
            return Ok(());
        }
        let text = Some(std::mem::take(&mut request.query)).filter(|text| !text.is_empty());
        request.query = self.document(name.as_deref(), text)?;
        Ok(())
    }
}

impl List {
    fn named(&self, name: &str) -> Option<&Arc<str>> {
        self.by_name.get(name).or_else(|| self.by_name.get(name.strip_prefix(HASH_PREFIX)?))
    }
}

/// The name among what a client sends beside its operation: its `documentId`, or else `extensions.persistedQuery`.
pub(crate) fn name(
    document_id: Option<String>,
    extensions: Option<&mut Map<String, serde_json::Value>>,
) -> Option<String> {
    let of_apollo = || {
        let name = extensions?.remove("persistedQuery")?;
        let name: PersistedQuery = serde_json::from_value(name).ok()?;
        (name.version == 1).then_some(name.sha256_hash)
    };
    document_id.or_else(of_apollo).filter(|name| name.len() <= MAX_NAME_BYTES)
}

/// A request whose document is named.
pub(crate) fn carrying(mut request: Request, name: Option<String>) -> Request {
    if let Some(name) = name {
        request.extensions.0.insert(NAME.to_owned(), Value::String(name));
    }
    request
}
