//! DynamoDB's operations by name, on the engine.

use dynoxide::{
    Database, DynoxideError,
    actions::create_table::{CreateTableRequest, CreateTableResponse},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{fs::File, path::Path};

/// The engine, and the claim on its file for as long as it is open.
pub(super) struct Engine {
    database: Database,
    // After the database: fields are dropped in order, and the file is closed before the claim ends.
    _lock: Option<File>,
}

impl Engine {
    pub(super) fn memory() -> Result<Self, DynoxideError> {
        Ok(Self { database: Database::memory()?, _lock: None })
    }

    pub(super) fn file(path: &Path, lock: File) -> Result<Self, DynoxideError> {
        Ok(Self { database: Database::new(&path.to_string_lossy())?, _lock: Some(lock) })
    }

    /// Answers a request to an operation, both as DynamoDB's JSON.
    pub(super) fn call(&self, operation: &str, body: &[u8]) -> Result<Vec<u8>, DynoxideError> {
        let database = &self.database;
        match operation {
            "BatchGetItem" => answer(body, |request| database.batch_get_item(request)),
            "BatchWriteItem" => answer(body, |request| database.batch_write_item(request)),
            "CreateTable" => answer(body, |request| create_table(database, request)),
            "DeleteItem" => answer(body, |request| database.delete_item(request)),
            "DeleteTable" => answer(body, |request| database.delete_table(request)),
            "DescribeTable" => answer(body, |request| database.describe_table(request)),
            "DescribeTimeToLive" => answer(body, |request| database.describe_time_to_live(request)),
            "GetItem" => answer(body, |request| database.get_item(request)),
            "ListTables" => answer(body, |request| database.list_tables(request)),
            "PutItem" => answer(body, |request| database.put_item(request)),
            "Query" => answer(body, |request| database.query(request)),
            "Scan" => answer(body, |request| database.scan(request)),
            "TransactGetItems" => answer(body, |request| database.transact_get_items(request)),
            "TransactWriteItems" => answer(body, |request| database.transact_write_items(request)),
            "UpdateItem" => answer(body, |request| database.update_item(request)),
            "UpdateTimeToLive" => answer(body, |request| database.update_time_to_live(request)),
            _ => Err(DynoxideError::ValidationException(format!(
                "the embedded table has no operation {operation}"
            ))),
        }
    }

    /// Deletes what has expired.
    pub(super) fn sweep(&self) {
        match self.database.sweep_ttl() {
            Ok(deleted) => tracing::debug!(deleted, "expired items deleted"),
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "expired items not deleted"
            ),
        }
    }
}

/// The engine reads its whole stream at every write to number the next record, and never shortens it. Nothing reads
/// the stream of an embedded table, so it has none.
fn create_table(
    database: &Database,
    request: CreateTableRequest,
) -> Result<CreateTableResponse, DynoxideError> {
    database.create_table(CreateTableRequest { stream_specification: None, ..request })
}

fn answer<Request: DeserializeOwned, Response: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Request) -> Result<Response, DynoxideError>,
) -> Result<Vec<u8>, DynoxideError> {
    let request = serde_json::from_slice(body).map_err(|error| malformed(&error.to_string()))?;
    serde_json::to_vec(&operation(request)?)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// The engine's types mark, in the message, what is well-formed JSON and no valid value.
fn malformed(message: &str) -> DynoxideError {
    match message.split_once(':') {
        Some(("VALIDATION" | "VALIDATION_REQUEST", reason)) => {
            DynoxideError::ValidationException(reason.to_owned())
        }
        _ => DynoxideError::SerializationException(message.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn call(engine: &Engine, operation: &str, body: &Value) -> Result<Value, DynoxideError> {
        let answer = engine.call(operation, body.to_string().as_bytes())?;
        Ok(serde_json::from_slice(&answer).unwrap())
    }

    fn with_table() -> Engine {
        let engine = Engine::memory().unwrap();
        let table = json!({
            "TableName": "table",
            "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        });
        call(&engine, "CreateTable", &table).unwrap();
        engine
    }

    #[test]
    fn a_table_has_no_stream_here() {
        let table = call(&with_table(), "DescribeTable", &json!({"TableName": "table"})).unwrap();
        assert_eq!(table["Table"]["LatestStreamArn"], Value::Null);
    }

    #[test]
    fn a_sweep_deletes_what_has_expired_and_nothing_else() {
        let engine = with_table();
        let ttl = json!({"AttributeName": "expiresAt", "Enabled": true});
        call(
            &engine,
            "UpdateTimeToLive",
            &json!({"TableName": "table", "TimeToLiveSpecification": ttl}),
        )
        .unwrap();
        for (key, expires) in [("old", "1000000000"), ("new", "9999999999")] {
            let item = json!({"PK": {"S": key}, "expiresAt": {"N": expires}});
            call(&engine, "PutItem", &json!({"TableName": "table", "Item": item})).unwrap();
        }
        engine.sweep();
        let left = call(&engine, "Scan", &json!({"TableName": "table"})).unwrap();
        assert_eq!(left["Items"][0]["PK"]["S"], "new");
        assert_eq!(left["Count"], 1);
    }

    #[test]
    fn a_value_that_is_no_number_is_a_validation_error() {
        let item = json!({"PK": {"S": "k"}, "n": {"N": "many"}});
        let refused = call(&with_table(), "PutItem", &json!({"TableName": "table", "Item": item}));
        assert!(matches!(refused, Err(DynoxideError::ValidationException(_))), "{refused:?}");
    }

    #[test]
    fn what_is_no_request_is_a_serialization_error() {
        let refused = with_table().call("PutItem", b"{\"TableName\": 7");
        assert!(matches!(refused, Err(DynoxideError::SerializationException(_))), "{refused:?}");
    }
}
