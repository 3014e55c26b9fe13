//! The one table: its keys, its indexes, and how it comes into being.

mod difference;

use aws_sdk_dynamodb::{
    Client,
    error::{BoxError, BuildError, SdkError},
    operation::{create_table::CreateTableError as Refusal, describe_table::DescribeTableError},
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, IndexStatus, KeySchemaElement,
        KeyType, Projection, ProjectionType, ScalarAttributeType, StreamSpecification,
        StreamViewType, TableDescription, TableStatus, TimeToLiveDescription,
        TimeToLiveSpecification, TimeToLiveStatus,
    },
};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// The partition key.
pub const PK: &str = "PK";
/// The sort key.
pub const SK: &str = "SK";
/// The first overloaded index.
pub const GSI1: &str = "GSI1";
/// The partition key of [`GSI1`]; items without it are not in the index.
pub const GSI1PK: &str = "GSI1PK";
/// The sort key of [`GSI1`].
pub const GSI1SK: &str = "GSI1SK";
/// The second overloaded index.
pub const GSI2: &str = "GSI2";
/// The partition key of [`GSI2`]; items without it are not in the index.
pub const GSI2PK: &str = "GSI2PK";
/// The sort key of [`GSI2`].
pub const GSI2SK: &str = "GSI2SK";
/// When DynamoDB may delete the item, in seconds since 1970. It deletes late: reads filter what has expired.
pub const EXPIRES_AT: &str = "expiresAt";

/// AWS takes some ten seconds to make a table with two indexes.
const ACTIVE_TIMEOUT: Duration = Duration::from_secs(120);

/// `DescribeTable` costs nothing, and is limited to some tens a second per account.
const POLL_EVERY: Duration = Duration::from_millis(250);

/// Two strings that are the key of the table or of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The attribute that chooses the partition.
    pub partition: &'static str,
    /// The attribute that orders a partition.
    pub sort: &'static str,
}

/// The key of the table.
pub const TABLE_KEYS: Keys = Keys { partition: PK, sort: SK };

/// The indexes by name; each holds whole items.
pub const INDEXES: [(&str, Keys); 2] = [
    (GSI1, Keys { partition: GSI1PK, sort: GSI1SK }),
    (GSI2, Keys { partition: GSI2PK, sort: GSI2SK }),
];

/// Why there is no table to work with.
#[derive(Debug, thiserror::Error)]
pub enum CreateTableError {
    /// There is a table of this name, and it is another one.
    #[error("the table {table} is not Plenary's: {differences}")]
    Differs {
        /// Its name.
        table: String,
        /// What was found, and what should be.
        differences: String,
    },
    /// It is still being made.
    #[error("the table {0} does not become active")]
    NotActive(String),
    /// DynamoDB refused, or did not answer.
    #[error("cannot create the table {0}")]
    Request(String, #[source] BoxError),
}

/// Makes the table, or checks the one there is, and returns when it can be used.
///
/// Nodes that start together may all call this: one makes the table, the others wait for it.
pub async fn create_table(client: &Client, name: &str) -> Result<(), CreateTableError> {
    let request = |error| CreateTableError::Request(name.to_owned(), error);
    if describe(client, name).await.map_err(request)?.is_none() {
        create(client, name).await.map_err(request)?;
    }
    timeout(ACTIVE_TIMEOUT, active(client, name))
        .await
        .map_err(|_| CreateTableError::NotActive(name.to_owned()))??;
    expire(client, name).await
}

/// What is there under this name; nothing is not an error.
async fn describe(client: &Client, name: &str) -> Result<Option<TableDescription>, BoxError> {
    match client.describe_table().table_name(name).send().await {
        Ok(output) => Ok(output.table),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(DescribeTableError::is_resource_not_found_exception) =>
        {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

async fn create(client: &Client, name: &str) -> Result<(), BoxError> {
    let mut request = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(attribute_definitions()?))
        .set_key_schema(Some(key_schema(TABLE_KEYS)?))
        .stream_specification(
            StreamSpecification::builder()
                .stream_enabled(true)
                .stream_view_type(StreamViewType::NewAndOldImages)
                .build()?,
        );
    for (index, keys) in INDEXES {
        request = request.global_secondary_indexes(
            GlobalSecondaryIndex::builder()
                .index_name(index)
                .set_key_schema(Some(key_schema(keys)?))
                .projection(Projection::builder().projection_type(ProjectionType::All).build())
                .build()?,
        );
    }
    match request.send().await {
        Ok(_) => {
            tracing::info!(table.name = name, "table created");
            Ok(())
        }
        Err(error)
            if error.as_service_error().is_some_and(Refusal::is_resource_in_use_exception) =>
        {
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

fn attribute_definitions() -> Result<Vec<AttributeDefinition>, BuildError> {
    let keys = [TABLE_KEYS].into_iter().chain(INDEXES.map(|(_, keys)| keys));
    keys.flat_map(|keys| [keys.partition, keys.sort])
        .map(|name| {
            AttributeDefinition::builder()
                .attribute_name(name)
                .attribute_type(ScalarAttributeType::S)
                .build()
        })
        .collect()
}

fn key_schema(keys: Keys) -> Result<Vec<KeySchemaElement>, BuildError> {
    [(keys.partition, KeyType::Hash), (keys.sort, KeyType::Range)]
        .into_iter()
        .map(|(name, key_type)| {
            KeySchemaElement::builder().attribute_name(name).key_type(key_type).build()
        })
        .collect()
}

/// Returns when table and indexes are active, or at once when they are others than these.
async fn active(client: &Client, name: &str) -> Result<(), CreateTableError> {
    loop {
        let table = describe(client, name)
            .await
            .map_err(|error| CreateTableError::Request(name.to_owned(), error))?;
        // Just made, it may not be visible yet.
        if let Some(table) = table {
            let differences = difference::between(&table);
            if !differences.is_empty() {
                return Err(CreateTableError::Differs {
                    table: name.to_owned(),
                    differences: differences.join("; "),
                });
            }
            if is_active(&table) {
                return Ok(());
            }
        }
        sleep(POLL_EVERY).await;
    }
}

fn is_active(table: &TableDescription) -> bool {
    let usable = matches!(table.table_status(), Some(TableStatus::Active | TableStatus::Updating));
    usable
        && table.global_secondary_indexes().iter().all(|index| {
            matches!(index.index_status(), Some(IndexStatus::Active | IndexStatus::Updating))
        })
}

/// Sees to it that items expire by [`EXPIRES_AT`].
async fn expire(client: &Client, name: &str) -> Result<(), CreateTableError> {
    if expires(client, name).await? {
        return Ok(());
    }
    let specification =
        TimeToLiveSpecification::builder().attribute_name(EXPIRES_AT).enabled(true).build();
    let specification =
        specification.map_err(|error| CreateTableError::Request(name.to_owned(), error.into()))?;
    let updated = client
        .update_time_to_live()
        .table_name(name)
        .time_to_live_specification(specification)
        .send()
        .await;
    match updated {
        Ok(_) => Ok(()),
        // Another node may have been faster, which DynamoDB calls a validation error.
        Err(SdkError::ServiceError(_)) if expires(client, name).await? => Ok(()),
        Err(error) => Err(CreateTableError::Request(name.to_owned(), error.into())),
    }
}

/// Whether items expire by [`EXPIRES_AT`]; expiring by another attribute is another table.
async fn expires(client: &Client, name: &str) -> Result<bool, CreateTableError> {
    let output = client.describe_time_to_live().table_name(name).send().await;
    let output =
        output.map_err(|error| CreateTableError::Request(name.to_owned(), error.into()))?;
    let Some(ttl) = output.time_to_live_description.filter(is_enabled) else {
        return Ok(false);
    };
    let attribute = ttl.attribute_name.unwrap_or_default();
    if attribute == EXPIRES_AT {
        return Ok(true);
    }
    let differences = format!("items expire by {attribute}, not by {EXPIRES_AT}");
    Err(CreateTableError::Differs { table: name.to_owned(), differences })
}

fn is_enabled(ttl: &TimeToLiveDescription) -> bool {
    matches!(
        ttl.time_to_live_status(),
        Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)
    )
}
