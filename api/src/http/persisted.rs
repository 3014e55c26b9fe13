//! Automatic persisted queries (<https://www.apollographql.com/docs/apollo-server/performance/apq>): a client names a
//! document by its SHA-256, and sends it along only when the server does not know it.

use super::refusal::Refusal;
use aws_lc_rs::digest::{SHA256, digest};
use moka::sync::Cache;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{fmt::Write, sync::Arc};

/// How many bytes of documents are kept. An application has some dozens of some KiB; those of others who only fill the room
/// are forgotten first, because nobody asks for them.
const MAX_BYTES: u64 = 16 << 20;
/// What the cache needs for an entry beside its texts, so that many short documents are no way around the bound.
const OVERHEAD: usize = 300;

/// The documents that this node knows. Cheap to clone.
#[derive(Clone)]
pub struct Persisted(Cache<String, Arc<str>>);

/// How a client names a document, in `extensions.persistedQuery`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Name {
    version: u32,
    sha256_hash: String,
}

impl Default for Persisted {
    fn default() -> Self {
        let weight = |hash: &String, document: &Arc<str>| {
            u32::try_from(OVERHEAD + hash.len() + document.len()).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(MAX_BYTES).weigher(weight).build())
    }
}

impl Persisted {
    /// The document that is meant by its text, its name, or both.
    pub(super) fn document(
        &self,
        text: Option<String>,
        extensions: Option<Map<String, Value>>,
    ) -> Result<String, Refusal> {
        let name = extensions.and_then(|mut extensions| extensions.remove("persistedQuery"));
        let Some(name) = name else {
            return text.ok_or_else(|| Refusal::bad_request("`query` is missing"));
        };
        let Ok(Name { version: 1, sha256_hash: hash }) = serde_json::from_value(name) else {
            return Err(Refusal::bad_request("`persistedQuery` is not one of version 1"));
        };
        match text {
            None => {
                let known = self.0.get(&hash).map(|document| document.to_string());
                known.ok_or_else(Refusal::persisted_query_not_found)
            }
            Some(text) if sha256(&text) == hash => {
                self.0.insert(hash, text.as_str().into());
                Ok(text)
            }
            Some(_) => Err(Refusal::bad_request("`sha256Hash` is not that of `query`")),
        }
    }
}

fn sha256(text: &str) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    digest.as_ref().iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a text can be written to");
        hex
    })
}
