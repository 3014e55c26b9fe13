//! A DynamoDB for a test. A test file takes it with `#[path = "support/dynamodb.rs"] mod dynamodb;`.

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, AttributeValue::S},
};
use resolvers::source::{
    client::{self, Endpoint},
    definition::{self, PK, SK},
    embedded::{Embedded, Storage},
};
use std::collections::HashMap;

/// A table of its own for one test, and what serves it.
pub(crate) struct TestTable {
    /// Any number of nodes' client.
    pub(crate) client: Client,
    /// The table's name, which no other test has.
    pub(crate) name: String,
    _embedded: Option<Embedded>,
}

/// A DynamoDB without any table of this test: the one at `DYNAMODB_ENDPOINT` when that is set, else an embedded one in
/// memory. `scripts/dynamodb-local.sh 8000 cargo test -p resolvers` runs the tests on AWS's emulator.
pub(crate) async fn without_table() -> TestTable {
    let name = format!("test-{}", ulid::Ulid::generate());
    if let Some(url) = std::env::var_os("DYNAMODB_ENDPOINT") {
        let client = client::connect(&Endpoint::Local(url.into_string().unwrap())).await;
        return TestTable { client, name, _embedded: None };
    }
    let embedded = Embedded::start(&Storage::Memory, "127.0.0.1:0".parse().unwrap()).unwrap();
    let client = client::connect(&Endpoint::Local(embedded.endpoint())).await;
    TestTable { client, name, _embedded: Some(embedded) }
}

/// The same with Plenary's table, empty.
pub(crate) async fn table() -> TestTable {
    let table = without_table().await;
    definition::create_table(&table.client, &table.name).await.unwrap();
    table
}

/// The key of an item.
pub(crate) fn key(pk: &str, sk: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([(PK.to_owned(), S(pk.to_owned())), (SK.to_owned(), S(sk.to_owned()))])
}

/// An item of one more attribute than its key.
pub(crate) fn item(
    pk: &str,
    sk: &str,
    name: &str,
    value: AttributeValue,
) -> HashMap<String, AttributeValue> {
    let mut item = key(pk, sk);
    item.insert(name.to_owned(), value);
    item
}
