//! Performs writes, and tells a refusal from a collision and from a fault.

use super::{
    Item, Table,
    attempt::{Attempt, Refusal, canceled_by, ended},
    expression::{Change, Condition, Expressions},
    read::jitter,
    write::{Add, Delete, Put, Update, Write, Written},
};
use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{
        delete_item::DeleteItemError, put_item::PutItemError,
        transact_write_items::TransactWriteItemsError, update_item::UpdateItemError,
    },
    types::{
        AttributeValue, Delete as SdkDelete, Put as SdkPut, ReturnValue,
        ReturnValuesOnConditionCheckFailure as OnRefusal, TransactWriteItem, Update as SdkUpdate,
    },
};
use schema::{Error, Result};

/// How often a write that collided with a transaction on the same row is tried.
const CONFLICT_ROUNDS: u32 = 12;

impl Table {
    pub(crate) async fn transact(&self, writes: Vec<Write>) -> Result<Written> {
        let first = self.transact_all(writes).await?.into_iter().next();
        Ok(first.map_or(Written::Done, |Refusal { write, row }| Written::Refused { write, row }))
    }

    /// Performs writes, all or none. Answers all whose conditions did not hold: when that is none, everything is written.
    pub(crate) async fn transact_all(&self, writes: Vec<Write>) -> Result<Vec<Refusal>> {
        for round in 0..CONFLICT_ROUNDS {
            let attempt = match writes.as_slice() {
                [write] => self.write_one(write.clone()).await?,
                several => self.write_all(several).await?,
            };
            match attempt {
                Attempt::Ended(refusals) => return Ok(refusals),
                Attempt::Conflict => tokio::time::sleep(jitter(round)).await,
            }
        }
        Err(Error::unavailable("transactions on the same row kept colliding"))
    }

    pub(crate) async fn add(&self, add: Add) -> Result<Option<u64>> {
        let call = self.call("UpdateItem").await;
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
            .customize()
            .interceptor(call.attempts::<UpdateItemError>())
            .send()
            .await;
        match answer {
            Ok(answer) => Ok(answer.attributes.as_ref().and_then(|row| number(row, add.attribute))),
            Err(SdkError::ServiceError(e)) if e.err().is_conditional_check_failed_exception() => {
                Ok(None)
            }
            Err(error) => Err(call.failure(error)),
        }
    }

    async fn write_one(&self, write: Write) -> Result<Attempt> {
        match write {
            Write::Put(put) => self.put(put).await,
            Write::Update(update) => self.update(update).await,
            Write::Delete(delete) => self.delete(delete).await,
        }
    }

    async fn put(&self, put: Put) -> Result<Attempt> {
        let call = self.call("PutItem").await;
        let mut expressions = Expressions::default();
        let condition = expressions.conditions(&put.conditions);
        let request = self.client.put_item().table_name(&self.name).set_item(Some(put.item));
        let answer = request
            .set_condition_expression(condition)
            .set_expression_attribute_names(expressions.names())
            .set_expression_attribute_values(expressions.values())
            .return_values_on_condition_check_failure(OnRefusal::AllOld)
            .customize()
            .interceptor(call.attempts::<PutItemError>())
            .send()
            .await;
        ended(&call, answer.err(), |error| match error {
            PutItemError::ConditionalCheckFailedException(refused) => Some(refused.item().cloned()),
            _ => None,
        })
    }

    async fn update(&self, update: Update) -> Result<Attempt> {
        let call = self.call("UpdateItem").await;
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
            .customize()
            .interceptor(call.attempts::<UpdateItemError>())
            .send()
            .await;
        ended(&call, answer.err(), |error| match error {
            UpdateItemError::ConditionalCheckFailedException(refused) => {
                Some(refused.item().cloned())
            }
            _ => None,
        })
    }

    async fn delete(&self, delete: Delete) -> Result<Attempt> {
        let call = self.call("DeleteItem").await;
        let mut expressions = Expressions::default();
        let condition = expressions.conditions(&delete.conditions);
        let request =
            self.client.delete_item().table_name(&self.name).set_key(Some(delete.key.into_item()));
        let answer = request
            .set_condition_expression(condition)
            .set_expression_attribute_names(expressions.names())
            .set_expression_attribute_values(expressions.values())
            .return_values_on_condition_check_failure(OnRefusal::AllOld)
            .customize()
            .interceptor(call.attempts::<DeleteItemError>())
            .send()
            .await;
        ended(&call, answer.err(), |error| match error {
            DeleteItemError::ConditionalCheckFailedException(refused) => {
                Some(refused.item().cloned())
            }
            _ => None,
        })
    }

    async fn write_all(&self, writes: &[Write]) -> Result<Attempt> {
        let call = self.call("TransactWriteItems").await;
        let items = writes
            .iter()
            .map(|write| self.transact_item(write.clone()))
            .collect::<Result<Vec<_>>>()?;
        let answer = self
            .client
            .transact_write_items()
            .set_transact_items(Some(items))
            .customize()
            .interceptor(call.attempts::<TransactWriteItemsError>())
            .send()
            .await;
        match answer {
            Ok(_) => Ok(Attempt::Ended(Vec::new())),
            Err(SdkError::ServiceError(context)) => match context.err() {
                TransactWriteItemsError::TransactionCanceledException(canceled) => {
                    let attempt = canceled_by(canceled.cancellation_reasons());
                    attempt.ok_or_else(|| call.failure(SdkError::ServiceError(context)))
                }
                TransactWriteItemsError::TransactionInProgressException(_) => Ok(Attempt::Conflict),
                _ => Err(call.failure(SdkError::ServiceError(context))),
            },
            Err(error) => Err(call.failure(error)),
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
            Write::Delete(delete) => {
                let row = SdkDelete::builder()
                    .table_name(&self.name)
                    .set_key(Some(delete.key.into_item()));
                let row = row
                    .set_condition_expression(expressions.conditions(&delete.conditions))
                    .set_expression_attribute_names(expressions.names())
                    .set_expression_attribute_values(expressions.values())
                    .return_values_on_condition_check_failure(OnRefusal::AllOld);
                item.delete(row.build().map_err(Error::internal)?)
            }
        };
        Ok(item.build())
    }
}

fn number(item: &Item, name: &str) -> Option<u64> {
    match item.get(name)? {
        AttributeValue::N(number) => number.parse().ok(),
        _ => None,
    }
}
