//! How the table is made and checked.

use crate::support::{TestTable, without_table};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, TimeToLiveSpecification,
};
use resolvers::source::definition::{EXPIRES_AT, GSI1, INDEXES, create_table};

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
    make(&table, [("PK", KeyType::Hash), ("SK", KeyType::Range)], Some(ProjectionType::KeysOnly))
        .await;
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
    let specification =
        TimeToLiveSpecification::builder().attribute_name("ttl").enabled(true).build().unwrap();
    let update = table.client.update_time_to_live().table_name(&table.name);
    update.time_to_live_specification(specification).send().await.unwrap();
    let refused = create_table(&table.client, &table.name).await.unwrap_err();
    let expected =
        format!("the table {} is not Plenary's: items expire by ttl, not by expiresAt", table.name);
    assert_eq!(refused.to_string(), expected);
}

/// A table with two string keys and, when a projection is given, a GSI1 that is wrong.
async fn make(table: &TestTable, keys: [(&str, KeyType); 2], index: Option<ProjectionType>) {
    let [(hash, _), (range, _)] = keys.clone();
    let schema = |name: &str, key_type: KeyType| {
        KeySchemaElement::builder().attribute_name(name).key_type(key_type).build().unwrap()
    };
    let mut request = table
        .client
        .create_table()
        .table_name(&table.name)
        .billing_mode(BillingMode::PayPerRequest);
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
    let mut request = table
        .client
        .create_table()
        .table_name(&table.name)
        .billing_mode(BillingMode::PayPerRequest);
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
        request = request
            .attribute_definitions(string(keys.partition))
            .attribute_definitions(string(keys.sort));
    }
    request.send().await.unwrap();
}

fn string(name: &str) -> AttributeDefinition {
    AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(ScalarAttributeType::S)
        .build()
        .unwrap()
}
