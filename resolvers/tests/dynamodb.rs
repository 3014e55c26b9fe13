//! What the room log relies on in a DynamoDB, and how the table is made. With `DYNAMODB_ENDPOINT` set, the same is asked
//! of that one.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

#[path = "dynamodb/definition.rs"]
mod definition;
#[path = "dynamodb/reads.rs"]
mod reads;
#[path = "support/dynamodb.rs"]
mod support;
#[path = "dynamodb/transactions.rs"]
mod transactions;
#[path = "dynamodb/writes.rs"]
mod writes;

use aws_sdk_dynamodb::{
    operation::query::builders::QueryFluentBuilder,
    types::AttributeValue::{self, N, S},
};
use resolvers::source::definition::GSI1;
use std::collections::HashMap;
use support::{TestTable, key};

const ABSENT: &str = "attribute_not_exists(PK)";

fn thread(table: &TestTable) -> QueryFluentBuilder {
    let query = table.client.query().table_name(&table.name).index_name(GSI1);
    query
        .key_condition_expression("GSI1PK = :pk")
        .expression_attribute_values(":pk", S("THREAD#r#0".to_owned()))
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

fn number(value: u64) -> AttributeValue {
    N(value.to_string())
}
