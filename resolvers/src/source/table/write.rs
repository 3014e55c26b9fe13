//! Writes: conditional, alone or several as one transaction, and counting.

use super::{
    Item, Key,
    expression::{Change, Condition, Expressions},
    failure,
    read::jitter,
};
use crate::{
    Sources,
    source::{Request, table::Table},
};
use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{
        put_item::PutItemError, transact_write_items::TransactWriteItemsError,
        update_item::UpdateItemError,
    },
    types::{
        AttributeValue, CancellationReason, Put as SdkPut, ReturnValue,
        ReturnValuesOnConditionCheckFailure as OnRefusal, TransactWriteItem, Update as SdkUpdate,
    },
};
use schema::{Error, Result};

/// How often a write that collided with a transaction on the same row is tried.
const CONFLICT_ROUNDS: u32 = 12;

/// One conditional write of one row.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Puts a whole row.
    Put(Put),
    /// Changes attributes of a row.
    Update(Update),
}

/// Puts a whole row.
#[derive(Clone, Debug, PartialEq)]
pub struct Put {
    item: Item,
    conditions: Vec<Condition>,
}

/// Changes attributes of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    key: Key,
    changes: Vec<Change>,
    conditions: Vec<Condition>,
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

/// One attempt's end: written or refused, or in conflict with another transaction on the same row.
enum Attempt {
    Ended(Written),
    Conflict,
}

impl Table {
    pub(crate) async fn transact(&self, writes: Vec<Write>) -> Result<Written> {
        for round in 0..CONFLICT_ROUNDS {
            let attempt = match writes.as_slice() {
                [write] => self.write_one(write.clone()).await?,
                several => self.write_all(several).await?,
            };
            match attempt {
                Attempt::Ended(written) => return Ok(written),
                Attempt::Conflict => tokio::time::sleep(jitter(round)).await,
            }
        }
        Err(Error::unavailable("transactions on the same row kept colliding"))
    }

    pub(crate) async fn add(&self, add: Add) -> Result<Option<u64>> {
        let _turn = self.turn().await;
        let mut expressions = Expressions::default();
        let update = expressions.update(&[Change::Add(add.attribute, add.count)]);
        let condition = expressions.conditions(&[Condition::Present]);
        let request =
            self.client.update_item().table_name(&self.name).set_key(Some(add.key.into_item()));
        let answer = request
            .update_expression(update)
            .set_condition_expression(condition)
            .set_expression_attribute_names(expressions.names())
            .set_expression_attribute_values(expressions.values())
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await;
        match answer {
            Ok(answer) => Ok(answer.attributes.as_ref().and_then(|row| number(row, add.attribute))),
            Err(SdkError::ServiceError(e)) if e.err().is_conditional_check_failed_exception() => {
                Ok(None)
            }
            Err(error) => Err(failure(error)),
        }
    }

    async fn write_one(&self, write: Write) -> Result<Attempt> {
        match write {
            Write::Put(put) => self.put(put).await,
            Write::Update(update) => self.update(update).await,
        }
    }

    async fn put(&self, put: Put) -> Result<Attempt> {
        let _turn = self.turn().await;
        let mut expressions = Expressions::default();
        let condition = expressions.conditions(&put.conditions);
        let request = self.client.put_item().table_name(&self.name).set_item(Some(put.item));
        let answer = request
            .set_condition_expression(condition)
            .set_expression_attribute_names(expressions.names())
            .set_expression_attribute_values(expressions.values())
            .return_values_on_condition_check_failure(OnRefusal::AllOld)
            .send()
            .await;
        ended(answer.err(), |error| match error {
            PutItemError::ConditionalCheckFailedException(refused) => Some(refused.item().cloned()),
            _ => None,
        })
    }

    async fn update(&self, update: Update) -> Result<Attempt> {
        let _turn = self.turn().await;
        let mut expressions = Expressions::default();
        let changes = expressions.update(&update.changes);
        let condition = expressions.conditions(&update.conditions);
        let request =
            self.client.update_item().table_name(&self.name).set_key(Some(update.key.into_item()));
        let answer = request
            .update_expression(changes)
            .set_condition_expression(condition)
            .set_expression_attribute_names(expressions.names())
            .set_expression_attribute_values(expressions.values())
            .return_values_on_condition_check_failure(OnRefusal::AllOld)
            .send()
            .await;
        ended(answer.err(), |error| match error {
            UpdateItemError::ConditionalCheckFailedException(refused) => {
                Some(refused.item().cloned())
            }
            _ => None,
        })
    }

    async fn write_all(&self, writes: &[Write]) -> Result<Attempt> {
        let _turn = self.turn().await;
        let items = writes
            .iter()
            .map(|write| self.transact_item(write.clone()))
            .collect::<Result<Vec<_>>>()?;
        let answer =
            self.client.transact_write_items().set_transact_items(Some(items)).send().await;
        match answer {
            Ok(_) => Ok(Attempt::Ended(Written::Done)),
            Err(SdkError::ServiceError(context)) => match context.err() {
                TransactWriteItemsError::TransactionCanceledException(canceled) => {
                    let attempt = canceled_by(canceled.cancellation_reasons());
                    attempt.ok_or_else(|| failure(SdkError::ServiceError(context)))
                }
                TransactWriteItemsError::TransactionInProgressException(_) => Ok(Attempt::Conflict),
                _ => Err(failure(SdkError::ServiceError(context))),
            },
            Err(error) => Err(failure(error)),
        }
    }

    fn transact_item(&self, write: Write) -> Result<TransactWriteItem> {
        let mut expressions = Expressions::default();
        let item = TransactWriteItem::builder();
        let item = match write {
            Write::Put(put) => {
                let row = SdkPut::builder().table_name(&self.name).set_item(Some(put.item));
                let row = row
                    .set_condition_expression(expressions.conditions(&put.conditions))
                    .set_expression_attribute_names(expressions.names())
                    .set_expression_attribute_values(expressions.values())
                    .return_values_on_condition_check_failure(OnRefusal::AllOld);
                item.put(row.build().map_err(Error::internal)?)
            }
            Write::Update(update) => {
                let row = SdkUpdate::builder()
                    .table_name(&self.name)
                    .set_key(Some(update.key.into_item()));
                let row = row
                    .update_expression(expressions.update(&update.changes))
                    .set_condition_expression(expressions.conditions(&update.conditions))
                    .set_expression_attribute_names(expressions.names())
                    .set_expression_attribute_values(expressions.values())
                    .return_values_on_condition_check_failure(OnRefusal::AllOld);
                item.update(row.build().map_err(Error::internal)?)
            }
        };
        Ok(item.build())
    }
}

fn ended<E>(
    error: Option<SdkError<E>>,
    refusal: impl Fn(&E) -> Option<Option<Item>>,
) -> Result<Attempt>
where
    E: aws_sdk_dynamodb::error::ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let Some(error) = error else { return Ok(Attempt::Ended(Written::Done)) };
    if let SdkError::ServiceError(context) = &error {
        if let Some(row) = refusal(context.err()) {
            return Ok(Attempt::Ended(Written::Refused { write: 0, row }));
        }
        if context.err().code() == Some("TransactionConflictException") {
            return Ok(Attempt::Conflict);
        }
    }
    Err(failure(error))
}

/// Why a transaction was canceled. A refusal counts before a conflict, because it stays true when tried again.
fn canceled_by(reasons: &[CancellationReason]) -> Option<Attempt> {
    let refused = reasons.iter().position(|reason| reason.code() == Some("ConditionalCheckFailed"));
    if let Some(write) = refused {
        return Some(Attempt::Ended(Written::Refused {
            write,
            row: reasons[write].item().cloned(),
        }));
    }
    let transient = |code: &str| {
        matches!(code, "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded")
    };
    reasons.iter().any(|reason| reason.code().is_some_and(transient)).then_some(Attempt::Conflict)
}

fn number(item: &Item, name: &str) -> Option<u64> {
    match item.get(name)? {
        AttributeValue::N(number) => number.parse().ok(),
        _ => None,
    }
}
