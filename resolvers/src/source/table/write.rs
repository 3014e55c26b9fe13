//! Writes as values: conditional, alone or several as one transaction, and counting.

use super::{
    Item, Key,
    expression::{Change, Condition},
};
use crate::{Sources, source::Request};
use aws_sdk_dynamodb::types::AttributeValue;
use schema::Result;

/// One conditional write of one row.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Puts a whole row.
    Put(Put),
    /// Changes attributes of a row.
    Update(Update),
    /// Deletes a row.
    Delete(Delete),
}

/// Puts a whole row.
#[derive(Clone, Debug, PartialEq)]
pub struct Put {
    pub(super) item: Item,
    pub(super) conditions: Vec<Condition>,
}

/// Changes attributes of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    pub(super) key: Key,
    pub(super) changes: Vec<Change>,
    pub(super) conditions: Vec<Condition>,
}

/// Deletes a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    pub(super) key: Key,
    pub(super) conditions: Vec<Condition>,
}

/// Performs writes, all or none. One alone costs 1 write unit per KB and index, several cost double.
#[derive(Clone, Debug, PartialEq)]
pub struct Transact(pub Vec<Write>);

/// How a [`Transact`] ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Written {
    /// Everything is written.
    Done,
    /// Nothing is written.
    Refused {
        /// Which write's condition did not hold: the first of them.
        write: usize,
        /// The row as it is.
        row: Option<Item>,
    },
}

/// Adds to a number of an existing row and answers its new value; `None` when there is no such row.
///
/// A call whose answer was lost may count twice.
#[derive(Clone, Debug, PartialEq)]
pub struct Add {
    /// The row.
    pub key: Key,
    /// The attribute.
    pub attribute: &'static str,
    /// How much.
    pub count: u64,
}

impl Put {
    /// Puts an item made by [`to_item`](super::to_item).
    pub fn new(item: Item) -> Self {
        Self { item, conditions: vec![] }
    }

    /// Only if this holds.
    pub fn when(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }
}

impl Update {
    /// Changes the row with this key.
    pub fn new(key: Key) -> Self {
        Self { key, changes: vec![], conditions: vec![] }
    }

    /// Only if this holds.
    pub fn when(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    /// Sets an attribute.
    pub fn set(mut self, name: &'static str, value: AttributeValue) -> Self {
        self.changes.push(Change::Set(name, value));
        self
    }

    /// Sets an attribute that is not there yet.
    pub fn set_if_absent(mut self, name: &'static str, value: AttributeValue) -> Self {
        self.changes.push(Change::SetIfAbsent(name, value));
        self
    }

    /// Adds to a number.
    pub fn add(mut self, name: &'static str, count: u64) -> Self {
        self.changes.push(Change::Add(name, count));
        self
    }

    /// Removes an attribute.
    pub fn remove(mut self, name: &'static str) -> Self {
        self.changes.push(Change::Remove(name));
        self
    }
}

impl Delete {
    /// Deletes the row with this key.
    pub fn new(key: Key) -> Self {
        Self { key, conditions: vec![] }
    }

    /// Only if this holds.
    pub fn when(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }
}

impl From<Delete> for Write {
    fn from(delete: Delete) -> Self {
        Self::Delete(delete)
    }
}

impl From<Put> for Write {
    fn from(put: Put) -> Self {
        Self::Put(put)
    }
}

impl From<Update> for Write {
    fn from(update: Update) -> Self {
        Self::Update(update)
    }
}

impl Request for Transact {
    const NAME: &'static str = "transact";
    type Output = Written;

    async fn send(self, sources: &Sources) -> Result<Written> {
        sources.table.transact(self.0).await
    }
}

impl Request for Add {
    const NAME: &'static str = "add";
    type Output = Option<u64>;

    async fn send(self, sources: &Sources) -> Result<Option<u64>> {
        sources.table.add(self).await
    }
}
