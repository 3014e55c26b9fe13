//! Automatic persisted queries (<https://www.apollographql.com/docs/apollo-server/performance/apq>): a client names a
//! document by its SHA-256, and sends it along only when the server does not know it.

use super::refusal::Refusal;
use crate::trusted::{PersistedQuery, TrustedDocuments};
use aws_lc_rs::digest::{SHA256, digest};
use moka::sync::Cache;
use schema::ErrorCode;
use serde_json::{Map, Value};
use std::{fmt::Write, sync::Arc};

/// How many bytes of documents are kept. An application has some dozens of some KiB; those of others who only fill the room
/// are forgotten first, because nobody asks for them.
const MAX_BYTES: u64 = 16 << 20;
/// What the cache needs for an entry beside its texts, so that many short documents are no way around the bound.
const OVERHEAD: usize = 300;

/// The documents that this node knows: those of a list, where there is one, or else those that clients have sent. Cheap to clone.
#[derive(Clone)]
pub struct Persisted {
    trusted: TrustedDocuments,
    sent: Cache<String, Arc<str>>,
}

impl Persisted {
    /// Nothing is known yet but what is listed.
    #[must_use]
    pub fn new(trusted: TrustedDocuments) -> Self {
        let weight = |hash: &String, document: &Arc<str>| {
            u32::try_from(OVERHEAD + hash.len() + document.len()).unwrap_or(u32::MAX)
        };
        Self { trusted, sent: Cache::builder().max_capacity(MAX_BYTES).weigher(weight).build() }
    }

    /// The document that is meant by its text, its name, or both.
    pub(super) fn document(
        &self,
        text: Option<String>,
        id: Option<String>,
        extensions: Option<Map<String, Value>>,
    ) -> Result<String, Refusal> {
        let hash = extensions.and_then(|mut extensions| extensions.remove("persistedQuery"));
        let hash = hash.map(hash_of).transpose()?;
        if self.trusted.is_listed() {
            return self.listed(id.or(hash).as_deref(), text);
        }
        match (hash, text) {
            (None, text) => text.ok_or_else(|| Refusal::bad_request("`query` is missing")),
            (Some(hash), None) => {
                let known = self.sent.get(&hash).map(|document| document.to_string());
                known.ok_or_else(Refusal::persisted_query_not_found)
            }
            (Some(hash), Some(text)) if sha256(&text) == hash => {
                self.sent.insert(hash, text.as_str().into());
                Ok(text)
            }
            (Some(_), Some(_)) => Err(Refusal::bad_request("`sha256Hash` is not that of `query`")),
        }
    }

    /// Nothing is learned where there is a list.
    fn listed(&self, name: Option<&str>, text: Option<String>) -> Result<String, Refusal> {
        self.trusted.document(name, text).map_err(|error| match error.code() {
            ErrorCode::PersistedQueryNotFound => Refusal::persisted_query_not_found(),
            _ => Refusal::untrusted_document(),
        })
    }
}

fn hash_of(name: Value) -> Result<String, Refusal> {
    match serde_json::from_value(name) {
        Ok(PersistedQuery { version: 1, sha256_hash }) => Ok(sha256_hash),
        _ => Err(Refusal::bad_request("`persistedQuery` is not one of version 1")),
    }
}

fn sha256(text: &str) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    digest.as_ref().iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a text can be written to");
        hex
    })
}
