//! Writes of one item.

use crate::{
    ABSENT, get, number, put,
    support::{item, key, table},
    thread,
};
use aws_sdk_dynamodb::{
    Client,
    error::ProvideErrorMetadata as _,
    operation::{put_item::PutItemError, update_item::UpdateItemError},
    types::{
        AttributeValue::{self, N, S},
        ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure,
    },
};
use resolvers::source::definition::{GSI1PK, GSI1SK};
use std::collections::{BTreeSet, HashMap};

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
    let PutItemError::ConditionalCheckFailedException(refused) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(refused.item.expect("the old item")["text"], S("first".to_owned()));
}

#[tokio::test]
async fn an_update_whose_condition_fails_shows_the_item() {
    let table = table().await;
    put(&table, item("ROOM#r", "META", "version", number(3))).await;
    let update =
        table.client.update_item().table_name(&table.name).set_key(Some(key("ROOM#r", "META")));
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
    let UpdateItemError::ConditionalCheckFailedException(refused) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(refused.item.expect("the old item")["version"], number(3));
}

/// Positions of one call touch, those of two never overlap. An attempt that was lost on its way leaves a hole when the
/// SDK repeats it: the sequencer cannot know.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sequencer_hands_out_no_position_twice() {
    let table = table().await;
    let takers: Vec<_> = (1..=32)
        .map(|count: u64| tokio::spawn(take(table.client.clone(), table.name.clone(), count)))
        .collect();
    let mut taken = BTreeSet::new();
    for (taker, count) in takers.into_iter().zip(1..=32) {
        let last = taker.await.unwrap();
        for position in last - count + 1..=last {
            assert!(taken.insert(position), "position {position} was handed out twice");
        }
    }
    assert_eq!(get(&table, "ROOM#r", "SEQ").await.unwrap()["seq"], number(*taken.last().unwrap()));
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
async fn an_index_key_may_be_taken_away() {
    let table = table().await;
    let mut row = key("PART#r#u", "STATE");
    row.extend([
        (GSI1PK.to_owned(), S("THREAD#r#0".to_owned())),
        (GSI1SK.to_owned(), S("u".to_owned())),
    ]);
    put(&table, row).await;
    assert_eq!(thread(&table).send().await.unwrap().count(), 1);
    let update =
        table.client.update_item().table_name(&table.name).set_key(Some(key("PART#r#u", "STATE")));
    update.update_expression("REMOVE GSI1PK, GSI1SK").send().await.unwrap();
    assert_eq!(thread(&table).send().await.unwrap().count(), 0);
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
        (
            "map",
            AttributeValue::M(HashMap::from([
                ("a".to_owned(), S(String::new())),
                ("b".to_owned(), S("c".to_owned())),
            ])),
        ),
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
    let refused = table
        .client
        .put_item()
        .table_name(&table.name)
        .set_item(Some(key("", "META")))
        .send()
        .await;
    assert_eq!(refused.unwrap_err().into_service_error().code(), Some("ValidationException"));
}
