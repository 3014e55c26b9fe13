//! What the room log relies on in a DynamoDB, and how the table is made. With `DYNAMODB_ENDPOINT` set, the same is asked
//! of that one.

#[path = "support/dynamodb.rs"]
mod dynamodb;

use aws_sdk_dynamodb::{
    Client,
    error::ProvideErrorMetadata as _,
    operation::{
        put_item::PutItemError, query::builders::QueryFluentBuilder, transact_write_items::TransactWriteItemsError,
        update_item::UpdateItemError,
    },
    types::{
        AttributeDefinition,
        AttributeValue::{self, N, S},
        BillingMode, ConditionCheck, GlobalSecondaryIndex, KeySchemaElement, KeyType, KeysAndAttributes, Projection,
        ProjectionType, Put, ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure, ScalarAttributeType,
        TimeToLiveSpecification, TransactWriteItem, Update,
    },
};
use dynamodb::{TestTable, item, key, table, without_table};
use resolvers::source::definition::{EXPIRES_AT, GSI1, GSI1PK, GSI1SK, INDEXES, create_table};
use std::collections::{BTreeSet, HashMap};

const ABSENT: &str = "attribute_not_exists(PK)";

#[tokio::test]
async fn nodes_that_start_together_make_one_table() {
    let table = without_table().await;
    let nodes: Vec<_> = (0..8)
        .map(|_| {
            let (client, name) = (table.client.clone(), table.name.clone());
            tokio::spawn(async move { create_table(&client, &name).await })
        })
        .collect();
    for node in nodes {
        node.await.unwrap().unwrap();
    }
    create_table(&table.client, &table.name).await.unwrap();
    let ttl = table.client.describe_time_to_live().table_name(&table.name).send().await.unwrap();
    assert_eq!(ttl.time_to_live_description.unwrap().attribute_name.as_deref(), Some(EXPIRES_AT));
}

#[tokio::test]
async fn a_table_with_another_key_is_refused() {
    let table = without_table().await;
    make(&table, [("id", KeyType::Hash), ("SK", KeyType::Range)], None).await;
    let refused = create_table(&table.client, &table.name).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!(
            "the table {} is not Plenary's: its key is (id S HASH, SK S RANGE), not (PK S HASH, SK S RANGE); \
             it has no index GSI1; it has no index GSI2",
            table.name
        )
    );
}

#[tokio::test]
async fn a_table_with_another_index_is_refused() {
    let table = without_table().await;
    make(&table, [("PK", KeyType::Hash), ("SK", KeyType::Range)], Some(ProjectionType::KeysOnly)).await;
    let refused = create_table(&table.client, &table.name).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        format!(
            "the table {} is not Plenary's: the key of its index GSI1 is (SK S HASH, PK S RANGE), \
             not (GSI1PK S HASH, GSI1SK S RANGE); its index GSI1 projects KEYS_ONLY, not ALL; it has no index GSI2",
            table.name
        )
    );
}

#[tokio::test]
async fn a_table_that_expires_by_another_attribute_is_refused() {
    let table = without_table().await;
    make_without_ttl(&table).await;
    let specification = TimeToLiveSpecification::builder().attribute_name("ttl").enabled(true).build().unwrap();
    let update = table.client.update_time_to_live().table_name(&table.name);
    update.time_to_live_specification(specification).send().await.unwrap();
    let refused = create_table(&table.client, &table.name).await.unwrap_err();
    let expected = format!("the table {} is not Plenary's: items expire by ttl, not by expiresAt", table.name);
    assert_eq!(refused.to_string(), expected);
}

#[tokio::test]
async fn an_entry_is_written_once_and_the_loser_sees_the_first() {
    let table = table().await;
    let write = |text: &str| {
        let put = table.client.put_item().table_name(&table.name);
        put.set_item(Some(item("LOG#r#0", "000000000001", "text", S(text.to_owned()))))
            .condition_expression(ABSENT)
            .return_values_on_condition_check_failure(OnFailure::AllOld)
    };
    write("first").send().await.unwrap();
    let refused = write("second").send().await.unwrap_err().into_service_error();
    let PutItemError::ConditionalCheckFailedException(refused) = refused else { panic!("{refused:?}") };
    assert_eq!(refused.item.expect("the old item")["text"], S("first".to_owned()));
}

#[tokio::test]
async fn an_update_whose_condition_fails_shows_the_item() {
    let table = table().await;
    put(&table, item("ROOM#r", "META", "version", number(3))).await;
    let update = table.client.update_item().table_name(&table.name).set_key(Some(key("ROOM#r", "META")));
    let refused = update
        .update_expression("SET version = :next")
        .condition_expression("version = :seen")
        .expression_attribute_values(":next", number(3))
        .expression_attribute_values(":seen", number(2))
        .return_values_on_condition_check_failure(OnFailure::AllOld)
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    let UpdateItemError::ConditionalCheckFailedException(refused) = refused else { panic!("{refused:?}") };
    assert_eq!(refused.item.expect("the old item")["version"], number(3));
}

/// A hundred takers at once get positions that touch and do not overlap.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sequencer_hands_out_dense_positions() {
    let table = table().await;
    let takers: Vec<_> = (1..=100)
        .map(|count: u64| tokio::spawn(take(table.client.clone(), table.name.clone(), count)))
        .collect();
    let mut taken = BTreeSet::new();
    for (taker, count) in takers.into_iter().zip(1..=100) {
        let last = taker.await.unwrap();
        for position in last - count + 1..=last {
            assert!(taken.insert(position), "position {position} was handed out twice");
        }
    }
    assert_eq!((taken.first(), taken.len() as u64), (Some(&1), *taken.last().unwrap()));
}

async fn take(client: Client, table: String, count: u64) -> u64 {
    let update = client.update_item().table_name(table).set_key(Some(key("ROOM#r", "SEQ")));
    let updated = update
        .update_expression("ADD seq :count")
        .expression_attribute_values(":count", number(count))
        .return_values(ReturnValue::UpdatedNew)
        .send()
        .await
        .unwrap();
    let attributes = updated.attributes.unwrap();
    assert_eq!(attributes.len(), 1);
    attributes["seq"].as_n().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_transaction_that_fails_writes_nothing_and_says_why_for_each_part() {
    let table = table().await;
    put(&table, item("PART#r#u", "SENT#1", "messageId", S("first".to_owned()))).await;
    put(&table, item("ROOM#r", "META", "status", S("OPEN".to_owned()))).await;
    let check = ConditionCheck::builder().table_name(&table.name).set_key(Some(key("ROOM#r", "META")));
    let check = check.condition_expression("attribute_exists(PK)").build().unwrap();
    let refused = table
        .client
        .transact_write_items()
        .transact_items(put_if_absent(&table, item("LOG#r#0", "000000000002", "text", S("new".to_owned()))))
        .transact_items(put_if_absent(&table, item("PART#r#u", "SENT#1", "messageId", S("second".to_owned()))))
        .transact_items(TransactWriteItem::builder().condition_check(check).build())
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(refused) = refused else { panic!("{refused:?}") };
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
    let update = Update::builder().table_name(&table.name).set_key(Some(key("LOG#r#0", "000000000001")));
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
        .transact_items(put_if_absent(&table, item("LOG#r#0", "000000000002", "text", S("reply".to_owned()))))
        .transact_items(TransactWriteItem::builder().update(update).build());
    transaction.send().await.unwrap();
    assert!(get(&table, "LOG#r#0", "000000000002").await.is_some());
    assert_eq!(get(&table, "LOG#r#0", "000000000001").await.unwrap()["replyCount"], number(1));
}

/// DynamoDB refuses what meets on one item, an emulator may put it in a row; nothing is half done in either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_that_meet_on_one_item_are_each_done_or_refused() {
    let table = table().await;
    let writers: Vec<_> = (0..16).map(|n| tokio::spawn(count_up(table.client.clone(), table.name.clone(), n))).collect();
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
    let put = Put::builder().table_name(&table).set_item(Some(key("LOG#r#0", &format!("{row:012}")))).build().unwrap();
    let transaction = client
        .transact_write_items()
        .transact_items(TransactWriteItem::builder().update(update).build())
        .transact_items(TransactWriteItem::builder().put(put).build());
    let Err(error) = transaction.send().await else { return true };
    let error = error.into_service_error();
    let TransactWriteItemsError::TransactionCanceledException(canceled) = error else { panic!("{error:?}") };
    let reasons = canceled.cancellation_reasons();
    assert!(reasons.iter().any(|reason| reason.code() == Some("TransactionConflict")), "{reasons:?}");
    false
}

#[tokio::test]
async fn a_transaction_sent_twice_with_one_token_is_done_once() {
    let table = table().await;
    for _ in 0..2 {
        let update = Update::builder().table_name(&table.name).set_key(Some(key("ROOM#r", "COUNT")));
        let update = update.update_expression("ADD amount :one").expression_attribute_values(":one", number(1));
        let update = TransactWriteItem::builder().update(update.build().unwrap()).build();
        let transaction = table.client.transact_write_items().transact_items(update);
        transaction.client_request_token("01J0000000000000000000").send().await.unwrap();
    }
    assert_eq!(get(&table, "ROOM#r", "COUNT").await.unwrap()["amount"], number(1));
}

/// Scrolling back: pages from the newest, where zero-padded positions sort as numbers.
#[tokio::test]
async fn pages_run_from_the_newest_to_the_oldest() {
    let table = table().await;
    for position in [9, 10, 11, 99, 100, 101, 999, 1_000, 10_000] {
        put(&table, key("LOG#r#0", &format!("{position:012}"))).await;
    }
    let (mut positions, mut start) = (Vec::new(), None);
    loop {
        let page = query(&table, "LOG#r#0").scan_index_forward(false).limit(4).set_exclusive_start_key(start);
        let page = page.send().await.unwrap();
        positions.extend(page.items().iter().map(|item| item["SK"].as_s().unwrap().parse::<u64>().unwrap()));
        start = page.last_evaluated_key;
        if start.is_none() {
            break;
        }
    }
    assert_eq!(positions, [10_000, 1_000, 999, 101, 100, 99, 11, 10, 9]);
}

#[tokio::test]
async fn a_page_may_start_at_a_position_that_is_not_there() {
    let table = table().await;
    for position in [1, 2, 4, 5] {
        put(&table, key("LOG#r#0", &format!("{position:012}"))).await;
    }
    let after = query(&table, "LOG#r#0").set_exclusive_start_key(Some(key("LOG#r#0", "000000000003")));
    assert_eq!(positions(after).await, [4, 5]);
    let before = query(&table, "LOG#r#0").set_exclusive_start_key(Some(key("LOG#r#0", "000000000003")));
    assert_eq!(positions(before.scan_index_forward(false)).await, [2, 1]);
}

#[tokio::test]
async fn a_range_of_positions_is_read_with_between() {
    let table = table().await;
    for position in 1..=9 {
        put(&table, key("LOG#r#0", &format!("{position:012}"))).await;
    }
    let range = table.client.query().table_name(&table.name);
    let range = range
        .key_condition_expression("PK = :pk AND SK BETWEEN :from AND :to")
        .expression_attribute_values(":pk", S("LOG#r#0".to_owned()))
        .expression_attribute_values(":from", S("000000000003".to_owned()))
        .expression_attribute_values(":to", S("000000000005".to_owned()))
        .consistent_read(true);
    assert_eq!(positions(range).await, [3, 4, 5]);
}

#[tokio::test]
async fn an_index_holds_whole_items_that_have_its_key_in_order() {
    let table = table().await;
    for position in [3, 1, 2] {
        let mut reply = item("LOG#r#0", &format!("{position:012}"), "text", S(format!("reply {position}")));
        reply.insert(GSI1PK.to_owned(), S("THREAD#r#0".to_owned()));
        reply.insert(GSI1SK.to_owned(), S(format!("{position:012}")));
        put(&table, reply).await;
    }
    put(&table, key("LOG#r#0", "000000000004")).await;
    let replies = thread(&table).scan_index_forward(false).send().await.unwrap();
    let texts: Vec<_> = replies.items().iter().map(|item| item["text"].as_s().unwrap().as_str()).collect();
    assert_eq!(texts, ["reply 3", "reply 2", "reply 1"]);
}

#[tokio::test]
async fn an_index_cannot_be_read_consistently() {
    let table = table().await;
    let refused = thread(&table).consistent_read(true).send().await.unwrap_err().into_service_error();
    assert_eq!(refused.code(), Some("ValidationException"));
}

fn thread(table: &TestTable) -> QueryFluentBuilder {
    let query = table.client.query().table_name(&table.name).index_name(GSI1);
    query.key_condition_expression("GSI1PK = :pk").expression_attribute_values(":pk", S("THREAD#r#0".to_owned()))
}

#[tokio::test]
async fn a_batch_answers_what_is_there() {
    let table = table().await;
    for position in 0..100 {
        put(&table, key("LOG#r#0", &format!("{position:012}"))).await;
    }
    let keys = (50..150).map(|position| key("LOG#r#0", &format!("{position:012}"))).collect();
    let request = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build().unwrap();
    let batch = table.client.batch_get_item().request_items(&table.name, request).send().await.unwrap();
    assert_eq!(batch.responses.unwrap()[&table.name].len(), 50);
    assert!(batch.unprocessed_keys.unwrap_or_default().is_empty());
}

/// Values come back as they were written, but for numbers, which DynamoDB writes in its own way.
#[tokio::test]
async fn values_come_back() {
    let table = table().await;
    let mut row = key("ROOM#r", "META");
    let values = [
        ("empty", S(String::new())),
        ("text", S("\u{0}line\nbreak \u{1F9D1}\u{200D}\u{1F680} \u{202E}".to_owned())),
        ("yes", AttributeValue::Bool(true)),
        ("none", AttributeValue::Null(true)),
        ("list", AttributeValue::L(vec![S(String::new()), number(1)])),
        ("map", AttributeValue::M(HashMap::from([("a".to_owned(), S(String::new())), ("b".to_owned(), S("c".to_owned()))]))),
        ("names", AttributeValue::Ss(vec!["a".to_owned(), "b".to_owned()])),
        ("millis", number(1_767_225_600_123)),
        ("big", N("99999999999999999999999999999999999999".to_owned())),
        ("negative", N("-0.5".to_owned())),
    ];
    row.extend(values.map(|(name, value)| (name.to_owned(), value)));
    put(&table, row.clone()).await;
    assert_eq!(get(&table, "ROOM#r", "META").await.unwrap(), row);
}

#[tokio::test]
async fn an_empty_key_is_refused() {
    let table = table().await;
    let refused = table.client.put_item().table_name(&table.name).set_item(Some(key("", "META"))).send().await;
    assert_eq!(refused.unwrap_err().into_service_error().code(), Some("ValidationException"));
}

#[tokio::test]
async fn an_index_key_may_be_taken_away() {
    let table = table().await;
    let mut row = key("PART#r#u", "STATE");
    row.extend([(GSI1PK.to_owned(), S("THREAD#r#0".to_owned())), (GSI1SK.to_owned(), S("u".to_owned()))]);
    put(&table, row).await;
    assert_eq!(thread(&table).send().await.unwrap().count(), 1);
    let update = table.client.update_item().table_name(&table.name).set_key(Some(key("PART#r#u", "STATE")));
    update.update_expression("REMOVE GSI1PK, GSI1SK").send().await.unwrap();
    assert_eq!(thread(&table).send().await.unwrap().count(), 0);
}

/// A table with two string keys and, when a projection is given, a GSI1 that is wrong.
async fn make(table: &TestTable, keys: [(&str, KeyType); 2], index: Option<ProjectionType>) {
    let [(hash, _), (range, _)] = keys.clone();
    let schema = |name: &str, key_type: KeyType| {
        KeySchemaElement::builder().attribute_name(name).key_type(key_type).build().unwrap()
    };
    let mut request = table.client.create_table().table_name(&table.name).billing_mode(BillingMode::PayPerRequest);
    if let Some(projection) = index {
        let index = GlobalSecondaryIndex::builder()
            .index_name(GSI1)
            .key_schema(schema(range, KeyType::Hash))
            .key_schema(schema(hash, KeyType::Range))
            .projection(Projection::builder().projection_type(projection).build());
        request = request.global_secondary_indexes(index.build().unwrap());
    }
    for (name, key_type) in keys.clone() {
        request = request.key_schema(schema(name, key_type)).attribute_definitions(string(name));
    }
    request.send().await.unwrap();
}

/// Plenary's table before anybody said what expires.
async fn make_without_ttl(table: &TestTable) {
    let schema = |name: &str, key_type: KeyType| {
        KeySchemaElement::builder().attribute_name(name).key_type(key_type).build().unwrap()
    };
    let mut request = table.client.create_table().table_name(&table.name).billing_mode(BillingMode::PayPerRequest);
    for (name, key_type) in [("PK", KeyType::Hash), ("SK", KeyType::Range)] {
        request = request.key_schema(schema(name, key_type)).attribute_definitions(string(name));
    }
    for (name, keys) in INDEXES {
        let index = GlobalSecondaryIndex::builder()
            .index_name(name)
            .key_schema(schema(keys.partition, KeyType::Hash))
            .key_schema(schema(keys.sort, KeyType::Range))
            .projection(Projection::builder().projection_type(ProjectionType::All).build());
        request = request.global_secondary_indexes(index.build().unwrap());
        request = request.attribute_definitions(string(keys.partition)).attribute_definitions(string(keys.sort));
    }
    request.send().await.unwrap();
}

fn string(name: &str) -> AttributeDefinition {
    AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build().unwrap()
}

fn put_if_absent(table: &TestTable, item: HashMap<String, AttributeValue>) -> TransactWriteItem {
    let put = Put::builder().table_name(&table.name).set_item(Some(item)).condition_expression(ABSENT);
    let put = put.return_values_on_condition_check_failure(OnFailure::AllOld).build().unwrap();
    TransactWriteItem::builder().put(put).build()
}

async fn put(table: &TestTable, item: HashMap<String, AttributeValue>) {
    table.client.put_item().table_name(&table.name).set_item(Some(item)).send().await.unwrap();
}

async fn get(table: &TestTable, pk: &str, sk: &str) -> Option<HashMap<String, AttributeValue>> {
    let get = table.client.get_item().table_name(&table.name).set_key(Some(key(pk, sk)));
    get.consistent_read(true).send().await.unwrap().item
}

fn query(table: &TestTable, pk: &str) -> QueryFluentBuilder {
    let query = table.client.query().table_name(&table.name).consistent_read(true);
    query.key_condition_expression("PK = :pk").expression_attribute_values(":pk", S(pk.to_owned()))
}

async fn positions(query: QueryFluentBuilder) -> Vec<u64> {
    let page = query.send().await.unwrap();
    page.items().iter().map(|item| item["SK"].as_s().unwrap().parse().unwrap()).collect()
}

fn number(value: u64) -> AttributeValue {
    N(value.to_string())
}
