//! Writes of several items together.

use crate::{
    ABSENT, get, number, put, query,
    support::{TestTable, item, key, table},
};
use aws_sdk_dynamodb::{
    Client,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue::{self, S},
        ConditionCheck, Put, ReturnValuesOnConditionCheckFailure as OnFailure, TransactWriteItem,
        Update,
    },
};
use std::collections::HashMap;

#[tokio::test]
async fn a_transaction_that_fails_writes_nothing_and_says_why_for_each_part() {
    let table = table().await;
    put(&table, item("PART#r#u", "SENT#1", "messageId", S("first".to_owned()))).await;
    put(&table, item("ROOM#r", "META", "status", S("OPEN".to_owned()))).await;
    let check =
        ConditionCheck::builder().table_name(&table.name).set_key(Some(key("ROOM#r", "META")));
    let check = check.condition_expression("attribute_exists(PK)").build().unwrap();
    let refused = table
        .client
        .transact_write_items()
        .transact_items(put_if_absent(
            &table,
            item("LOG#r#0", "000000000002", "text", S("new".to_owned())),
        ))
        .transact_items(put_if_absent(
            &table,
            item("PART#r#u", "SENT#1", "messageId", S("second".to_owned())),
        ))
        .transact_items(TransactWriteItem::builder().condition_check(check).build())
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(refused) = refused else {
        panic!("{refused:?}")
    };
    let reasons = refused.cancellation_reasons.unwrap();
    let codes: Vec<_> = reasons.iter().map(|reason| reason.code().unwrap_or("absent")).collect();
    assert_eq!(codes, ["None", "ConditionalCheckFailed", "None"]);
    assert_eq!(reasons[1].item.as_ref().expect("the old item")["messageId"], S("first".to_owned()));
    assert!(get(&table, "LOG#r#0", "000000000002").await.is_none());
}

/// What `sendReply` does: a put, and an update of another item, together.
#[tokio::test]
async fn a_transaction_writes_all_its_parts() {
    let table = table().await;
    put(&table, item("LOG#r#0", "000000000001", "text", S("root".to_owned()))).await;
    let update =
        Update::builder().table_name(&table.name).set_key(Some(key("LOG#r#0", "000000000001")));
    let update = update
        .update_expression("SET lastReplyAt = :now, repliedAt = if_not_exists(repliedAt, :now) ADD replyCount :one")
        .condition_expression("attribute_exists(PK)")
        .expression_attribute_values(":now", S("2026-01-01T00:00:00.000Z".to_owned()))
        .expression_attribute_values(":one", number(1))
        .build()
        .unwrap();
    let transaction = table
        .client
        .transact_write_items()
        .transact_items(put_if_absent(
            &table,
            item("LOG#r#0", "000000000002", "text", S("reply".to_owned())),
        ))
        .transact_items(TransactWriteItem::builder().update(update).build());
    transaction.send().await.unwrap();
    assert!(get(&table, "LOG#r#0", "000000000002").await.is_some());
    assert_eq!(get(&table, "LOG#r#0", "000000000001").await.unwrap()["replyCount"], number(1));
}

/// DynamoDB refuses what meets on one item, an emulator may put it in a row; nothing is half done in either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_that_meet_on_one_item_are_each_done_or_refused() {
    let table = table().await;
    let writers: Vec<_> = (0..16)
        .map(|n| tokio::spawn(count_up(table.client.clone(), table.name.clone(), n)))
        .collect();
    let mut done = 0;
    for writer in writers {
        done += u64::from(writer.await.unwrap());
    }
    assert_eq!(get(&table, "ROOM#r", "COUNT").await.unwrap()["count"], number(done));
    let rows = query(&table, "LOG#r#0").send().await.unwrap();
    assert_eq!(u64::try_from(rows.count()).unwrap(), done);
}

async fn count_up(client: Client, table: String, row: usize) -> bool {
    let update = Update::builder().table_name(&table).set_key(Some(key("ROOM#r", "COUNT")));
    let update = update.update_expression("ADD #c :one").expression_attribute_names("#c", "count");
    let update = update.expression_attribute_values(":one", number(1)).build().unwrap();
    let put = Put::builder()
        .table_name(&table)
        .set_item(Some(key("LOG#r#0", &format!("{row:012}"))))
        .build()
        .unwrap();
    let transaction = client
        .transact_write_items()
        .transact_items(TransactWriteItem::builder().update(update).build())
        .transact_items(TransactWriteItem::builder().put(put).build());
    let Err(error) = transaction.send().await else { return true };
    let error = error.into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(canceled) = error else {
        panic!("{error:?}")
    };
    let reasons = canceled.cancellation_reasons();
    assert!(
        reasons.iter().any(|reason| reason.code() == Some("TransactionConflict")),
        "{reasons:?}"
    );
    false
}

#[tokio::test]
async fn a_transaction_sent_twice_with_one_token_is_done_once() {
    let table = table().await;
    for _ in 0..2 {
        let update =
            Update::builder().table_name(&table.name).set_key(Some(key("ROOM#r", "COUNT")));
        let update = update
            .update_expression("ADD amount :one")
            .expression_attribute_values(":one", number(1));
        let update = TransactWriteItem::builder().update(update.build().unwrap()).build();
        let transaction = table.client.transact_write_items().transact_items(update);
        transaction.client_request_token("01J0000000000000000000").send().await.unwrap();
    }
    assert_eq!(get(&table, "ROOM#r", "COUNT").await.unwrap()["amount"], number(1));
}

fn put_if_absent(table: &TestTable, item: HashMap<String, AttributeValue>) -> TransactWriteItem {
    let put =
        Put::builder().table_name(&table.name).set_item(Some(item)).condition_expression(ABSENT);
    let put = put.return_values_on_condition_check_failure(OnFailure::AllOld).build().unwrap();
    TransactWriteItem::builder().put(put).build()
}
