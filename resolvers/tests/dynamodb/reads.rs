//! Reads: pages, ranges, indexes, batches.

use crate::{
    put, query,
    support::{item, key, table},
    thread,
};
use aws_sdk_dynamodb::{
    error::ProvideErrorMetadata as _,
    operation::query::builders::QueryFluentBuilder,
    types::{AttributeValue::S, KeysAndAttributes},
};
use resolvers::source::definition::{GSI1PK, GSI1SK};

/// Scrolling back: pages from the newest, where zero-padded positions sort as numbers.
#[tokio::test]
async fn pages_run_from_the_newest_to_the_oldest() {
    let table = table().await;
    for position in [9, 10, 11, 99, 100, 101, 999, 1_000, 10_000] {
        put(&table, key("LOG#r#0", &format!("{position:012}"))).await;
    }
    let (mut positions, mut start) = (Vec::new(), None);
    loop {
        let page = query(&table, "LOG#r#0")
            .scan_index_forward(false)
            .limit(4)
            .set_exclusive_start_key(start);
        let page = page.send().await.unwrap();
        positions.extend(
            page.items().iter().map(|item| item["SK"].as_s().unwrap().parse::<u64>().unwrap()),
        );
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
    let after =
        query(&table, "LOG#r#0").set_exclusive_start_key(Some(key("LOG#r#0", "000000000003")));
    assert_eq!(positions(after).await, [4, 5]);
    let before =
        query(&table, "LOG#r#0").set_exclusive_start_key(Some(key("LOG#r#0", "000000000003")));
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
        let mut reply =
            item("LOG#r#0", &format!("{position:012}"), "text", S(format!("reply {position}")));
        reply.insert(GSI1PK.to_owned(), S("THREAD#r#0".to_owned()));
        reply.insert(GSI1SK.to_owned(), S(format!("{position:012}")));
        put(&table, reply).await;
    }
    put(&table, key("LOG#r#0", "000000000004")).await;
    let replies = thread(&table).scan_index_forward(false).send().await.unwrap();
    let texts: Vec<_> =
        replies.items().iter().map(|item| item["text"].as_s().unwrap().as_str()).collect();
    assert_eq!(texts, ["reply 3", "reply 2", "reply 1"]);
}

#[tokio::test]
async fn an_index_cannot_be_read_consistently() {
    let table = table().await;
    let refused =
        thread(&table).consistent_read(true).send().await.unwrap_err().into_service_error();
    assert_eq!(refused.code(), Some("ValidationException"));
}

#[tokio::test]
async fn a_batch_answers_what_is_there() {
    let table = table().await;
    for position in 0..100 {
        put(&table, key("LOG#r#0", &format!("{position:012}"))).await;
    }
    let keys = (50..150).map(|position| key("LOG#r#0", &format!("{position:012}"))).collect();
    let request =
        KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build().unwrap();
    let batch =
        table.client.batch_get_item().request_items(&table.name, request).send().await.unwrap();
    assert_eq!(batch.responses.unwrap()[&table.name].len(), 50);
    assert!(batch.unprocessed_keys.unwrap_or_default().is_empty());
}

async fn positions(query: QueryFluentBuilder) -> Vec<u64> {
    let page = query.send().await.unwrap();
    page.items().iter().map(|item| item["SK"].as_s().unwrap().parse().unwrap()).collect()
}
