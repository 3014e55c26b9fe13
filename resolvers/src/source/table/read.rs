//! Reads: one row, some rows, a range of rows.

use super::{Item, Key, expression::Expressions};
use crate::{
    Sources,
    source::{
        Request,
        definition::{PK, SK},
        table::Table,
    },
};
use aws_sdk_dynamodb::{
    operation::{batch_get_item::BatchGetItemError, get_item::GetItemError, query::QueryError},
    types::{AttributeValue, KeysAndAttributes},
};
use schema::{End, Error, Result};
use std::{collections::HashMap, time::Duration};

/// The most keys that one `BatchGetItem` takes.
const BATCH_KEYS: usize = 100;
/// How often keys that DynamoDB left unprocessed are asked for again.
const BATCH_ROUNDS: u32 = 6;

/// Reads one row, strongly consistent. Costs 1 read unit per 4 KB.
#[derive(Clone, Debug, PartialEq)]
pub struct Get(pub Key);

/// Reads rows by their keys, strongly consistent; those that do not exist are left out, the order is not kept.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchGet(pub Vec<Key>);

/// Sort keys of one partition, both ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Partition key.
    pub pk: String,
    /// The lowest sort key.
    pub low: String,
    /// The highest sort key.
    pub high: String,
}

/// Reads a range of rows, from one of its ends; DynamoDB answers at most 1 MB at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    index: Option<&'static str>,
    range: Range,
    end: End,
    limit: usize,
    only: Option<(&'static str, Vec<String>)>,
}

/// What a [`Query`] found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Items {
    /// The rows, in the order of the query.
    pub items: Vec<Item>,
    /// The sort key to go on after, when the range was not read to its end.
    pub last: Option<String>,
}

impl Query {
    /// A range of the table itself, strongly consistent; at most `limit` rows are looked at.
    pub fn new(range: Range, end: End, limit: usize) -> Self {
        Self { index: None, range, end, limit, only: None }
    }

    /// A range of a global secondary index, which is eventually consistent.
    pub fn index(index: &'static str, range: Range, end: End, limit: usize) -> Self {
        Self { index: Some(index), range, end, limit, only: None }
    }

    /// Only rows whose attribute has one of these values. Rows left out still count for `limit` and cost.
    pub fn only(mut self, attribute: &'static str, values: Vec<String>) -> Self {
        self.only = Some((attribute, values));
        self
    }
}

impl Request for Get {
    const NAME: &'static str = "get";
    type Output = Option<Item>;

    async fn send(self, sources: &Sources) -> Result<Option<Item>> {
        sources.table.get(self.0).await
    }
}

impl Request for BatchGet {
    const NAME: &'static str = "batch_get";
    type Output = Vec<Item>;

    async fn send(self, sources: &Sources) -> Result<Vec<Item>> {
        sources.table.batch_get(self.0).await
    }
}

impl Request for Query {
    const NAME: &'static str = "query";
    type Output = Items;

    async fn send(self, sources: &Sources) -> Result<Items> {
        sources.table.query(self).await
    }
}

impl Table {
    pub(crate) async fn get(&self, key: Key) -> Result<Option<Item>> {
        let call = self.call("GetItem").await;
        let get = self.client.get_item().table_name(&self.name).set_key(Some(key.into_item()));
        let get =
            get.consistent_read(true).customize().interceptor(call.attempts::<GetItemError>());
        Ok(get.send().await.map_err(|error| call.failure(error))?.item)
    }

    pub(crate) async fn batch_get(&self, keys: Vec<Key>) -> Result<Vec<Item>> {
        let mut found = Vec::with_capacity(keys.len());
        for keys in keys.chunks(BATCH_KEYS) {
            let mut wanted: Vec<Item> = keys.iter().cloned().map(Key::into_item).collect();
            for round in 0..BATCH_ROUNDS {
                let (items, left) = self.batch_round(wanted).await?;
                found.extend(items);
                wanted = left;
                if wanted.is_empty() {
                    break;
                }
                tokio::time::sleep(jitter(round)).await;
            }
            if !wanted.is_empty() {
                return Err(Error::Unavailable(None));
            }
        }
        Ok(found)
    }

    async fn batch_round(&self, keys: Vec<Item>) -> Result<(Vec<Item>, Vec<Item>)> {
        let call = self.call("BatchGetItem").await;
        let keys = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let keys = keys.map_err(Error::internal)?;
        let answer = self
            .client
            .batch_get_item()
            .request_items(&self.name, keys)
            .customize()
            .interceptor(call.attempts::<BatchGetItemError>())
            .send()
            .await
            .map_err(|error| call.failure(error))?;
        let items = answer.responses.unwrap_or_default().remove(&self.name).unwrap_or_default();
        let left = answer.unprocessed_keys.unwrap_or_default().remove(&self.name);
        if left.is_some() {
            call.throttled();
        }
        Ok((items, left.map(|left| left.keys).unwrap_or_default()))
    }

    pub(crate) async fn query(&self, query: Query) -> Result<Items> {
        // DynamoDB refuses such a range instead of finding nothing in it.
        if query.range.low > query.range.high {
            return Ok(Items::default());
        }
        let call = self.call("Query").await;
        let (pk, sk) = match query.index {
            None => (PK.to_owned(), SK.to_owned()),
            Some(index) => (format!("{index}PK"), format!("{index}SK")),
        };
        let mut expressions = Expressions::default();
        let key = format!(
            "{} = {} AND {} BETWEEN {} AND {}",
            expressions.name(&pk),
            expressions.value(AttributeValue::S(query.range.pk)),
            expressions.name(&sk),
            expressions.value(AttributeValue::S(query.range.low)),
            expressions.value(AttributeValue::S(query.range.high)),
        );
        let filter = query.only.map(|(attribute, values)| {
            let name = expressions.name(attribute);
            let values: Vec<_> =
                values.into_iter().map(|v| expressions.value(AttributeValue::S(v))).collect();
            format!("{name} IN ({})", values.join(", "))
        });
        let request = self
            .client
            .query()
            .table_name(&self.name)
            .set_index_name(query.index.map(str::to_owned));
        let answer = request
            .key_condition_expression(key)
            .set_filter_expression(filter)
            .set_expression_attribute_names(expressions.names())
            .set_expression_attribute_values(expressions.values())
            .consistent_read(query.index.is_none())
            .scan_index_forward(query.end == End::First)
            .limit(i32::try_from(query.limit).unwrap_or(i32::MAX))
            .customize()
            .interceptor(call.attempts::<QueryError>())
            .send()
            .await
            .map_err(|error| call.failure(error))?;
        let last = answer.last_evaluated_key.as_ref().and_then(|key| text(key, &sk));
        Ok(Items { items: answer.items.unwrap_or_default(), last })
    }
}

/// A random wait that grows with each round: full jitter.
pub(crate) fn jitter(round: u32) -> Duration {
    Duration::from_millis(fastrand::u64(1..=(5 << round.min(6))))
}

fn text(item: &HashMap<String, AttributeValue>, name: &str) -> Option<String> {
    item.get(name)?.as_s().ok().cloned()
}
