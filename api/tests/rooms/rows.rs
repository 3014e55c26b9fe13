//! Rows of the table as a test writes them, by DynamoDB's own API.

use super::cluster::Cluster;
use futures_util::future::join_all;
use serde_json::{Value, json};

/// The table of a cluster.
pub(crate) struct Rows {
    endpoint: String,
    table: String,
    http: reqwest::Client,
}

impl Rows {
    pub(crate) fn of(cluster: &Cluster) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { endpoint: cluster.table.endpoint.clone(), table: cluster.name().to_owned(), http }
    }

    /// Puts a row with these attributes.
    pub(crate) async fn put(&self, pk: &str, sk: &str, attributes: Value) {
        let item = item(pk, sk, attributes);
        self.call("PutItem", json!({ "TableName": self.table, "Item": item })).await;
    }

    /// Puts many rows.
    pub(crate) async fn put_all(&self, rows: Vec<(String, String, Value)>) {
        let puts = rows.into_iter().map(
            |(pk, sk, attributes)| json!({ "PutRequest": { "Item": item(&pk, &sk, attributes) } }),
        );
        let puts: Vec<Value> = puts.collect();
        for calls in puts.chunks(25 * 8) {
            let calls = calls.chunks(25).map(|puts| {
                self.call("BatchWriteItem", json!({ "RequestItems": { &self.table: puts } }))
            });
            for answer in join_all(calls).await {
                assert!(answer["UnprocessedItems"].as_object().is_none_or(|left| left.is_empty()));
            }
        }
    }

    /// Sets an attribute of a row.
    pub(crate) async fn set(&self, pk: &str, sk: &str, name: &str, value: Value) {
        let update = json!({
            "TableName": self.table, "Key": item(pk, sk, json!({})), "UpdateExpression": "SET #n = :v",
            "ExpressionAttributeNames": { "#n": name }, "ExpressionAttributeValues": { ":v": value },
        });
        self.call("UpdateItem", update).await;
    }

    /// Reads a row's attributes; null when there is none.
    pub(crate) async fn get(&self, pk: &str, sk: &str) -> Value {
        let key = item(pk, sk, json!({}));
        let get = json!({ "TableName": self.table, "Key": key, "ConsistentRead": true });
        self.call("GetItem", get).await["Item"].clone()
    }

    /// Fills a room's log from a position on with so many entries that a node keeps nothing older in memory.
    pub(crate) async fn fill(&self, room: &str, from: u64) {
        let last = from + 1_100;
        let entry = |seq: u64| {
            let attributes = json!({
                "entity": { "S": "CUSTOM" }, "seq": { "N": seq.to_string() }, "at": { "N": "1767225600000" },
                "name": { "S": "filler" },
            });
            (format!("LOG#{room}#{}", seq / 4096), format!("{seq:010}"), attributes)
        };
        self.put_all((from..=last).map(entry).collect()).await;
        self.set(&format!("ROOM#{room}"), "SEQ", "head", json!({ "N": last.to_string() })).await;
    }

    async fn call(&self, operation: &str, body: Value) -> Value {
        let request = self
            .http
            .post(&self.endpoint)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            // Nobody checks the signature, but DynamoDB Local wants one to be there.
            .header("x-amz-date", "20260101T000000Z")
            .header("authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0");
        let answer = request.body(body.to_string()).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{operation}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }
}

fn item(pk: &str, sk: &str, mut attributes: Value) -> Value {
    attributes["PK"] = json!({ "S": pk });
    attributes["SK"] = json!({ "S": sk });
    attributes
}
