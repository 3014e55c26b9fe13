//! The DynamoDB table: few verbs, all of them values.
//!
//! [`Get`], [`BatchGet`] and [`Query`] read; [`Transact`] performs [`Put`]s and [`Update`]s; [`Add`] counts. Which row has which
//! key stands in [`row`](crate::row).

mod attempt;
mod call;
mod expression;
mod perform;
mod read;
mod write;

pub(crate) use attempt::Refusal;
pub use expression::Condition;
pub(crate) use read::jitter;
pub use read::{BatchGet, Get, Items, Query, Range};
pub use write::{Add, Delete, Put, Transact, Update, Write, Written};

use super::definition::{EXPIRES_AT, PK, SK};
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use schema::{Error, Result};
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::HashMap, sync::Arc};
use tokio::sync::Semaphore;

/// A row as DynamoDB knows it.
pub type Item = HashMap<String, AttributeValue>;

/// A row's primary key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

/// How many calls are under way at once on one node; the others wait in the order they came. More would only open more
/// connections: at 5 ms a call this is 50,000 calls a second.
const MAX_CALLS: usize = 256;

/// The one table, reached by the AWS SDK.
#[derive(Clone, Debug)]
pub struct Table {
    client: Client,
    name: String,
    calls: Arc<Semaphore>,
}

impl Table {
    /// A table by its name.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self { client, name: name.into(), calls: Arc::new(Semaphore::new(MAX_CALLS)) }
    }
}

impl Key {
    /// A key of these two parts.
    pub fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    /// The key's attributes.
    pub fn into_item(self) -> Item {
        HashMap::from([
            (PK.to_owned(), AttributeValue::S(self.pk)),
            (SK.to_owned(), AttributeValue::S(self.sk)),
        ])
    }
}

/// Reads a row's type from an item; what does not fit is a fault of the server.
pub fn from_item<R: DeserializeOwned>(item: Item) -> Result<R> {
    serde_dynamo::from_item(item).map_err(Error::internal)
}

/// Writes a row under its key.
pub fn to_item(key: Key, row: &impl Serialize) -> Item {
    // Rows are plain structs and enums of ours: there is no map with keys that are not text and nothing that fails.
    let mut item: Item = serde_dynamo::to_item(row).expect("a row has only named fields");
    item.extend(key.into_item());
    item
}

/// Whether the item is past its time; DynamoDB deletes such items late.
pub fn is_expired(item: &Item, now: schema::DateTime) -> bool {
    matches!(item.get(EXPIRES_AT), Some(AttributeValue::N(at)) if at.parse().is_ok_and(|at: i64| at <= now.as_secs()))
}

fn is_transient(code: &str) -> bool {
    matches!(
        code,
        "ThrottlingException"
            | "ProvisionedThroughputExceededException"
            | "RequestLimitExceeded"
            | "LimitExceededException"
            | "TransactionInProgressException"
            | "TransactionConflictException"
    )
}
