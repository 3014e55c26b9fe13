//! How a table differs from the definition, in words for whoever configured its name.

use super::{INDEXES, Keys, TABLE_KEYS};
use aws_sdk_dynamodb::types::{KeySchemaElement, ProjectionType, TableDescription};

/// Every difference that would break a request; more indexes, another billing mode or no stream would not.
pub(super) fn between(table: &TableDescription) -> Vec<String> {
    let mut differences = Vec::new();
    let (found, expected) = (spell(table, table.key_schema()), expected(TABLE_KEYS));
    if found != expected {
        differences.push(format!("its key is ({found}), not ({expected})"));
    }
    differences.extend(INDEXES.iter().flat_map(|(index, keys)| in_index(table, index, *keys)));
    differences
}

fn in_index(table: &TableDescription, name: &str, keys: Keys) -> Vec<String> {
    let Some(index) =
        table.global_secondary_indexes().iter().find(|index| index.index_name() == Some(name))
    else {
        return vec![format!("it has no index {name}")];
    };
    let mut differences = Vec::new();
    let (found, expected) = (spell(table, index.key_schema()), expected(keys));
    if found != expected {
        differences.push(format!("the key of its index {name} is ({found}), not ({expected})"));
    }
    let projection = index.projection().and_then(|projection| projection.projection_type());
    if projection != Some(&ProjectionType::All) {
        let found = projection.map_or("nothing", ProjectionType::as_str);
        differences.push(format!("its index {name} projects {found}, not ALL"));
    }
    differences
}

/// `PK S HASH, SK S RANGE`.
fn spell(table: &TableDescription, schema: &[KeySchemaElement]) -> String {
    let spelled = schema.iter().map(|key| {
        let definition = table
            .attribute_definitions()
            .iter()
            .find(|definition| definition.attribute_name() == key.attribute_name());
        let attribute_type =
            definition.map_or("?", |definition| definition.attribute_type().as_str());
        format!("{} {attribute_type} {}", key.attribute_name(), key.key_type())
    });
    spelled.collect::<Vec<_>>().join(", ")
}

fn expected(keys: Keys) -> String {
    format!("{} S HASH, {} S RANGE", keys.partition, keys.sort)
}
