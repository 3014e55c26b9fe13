//! Where the data is: DynamoDB's client, the definition of the one table, and the DynamoDB that runs in this process.

pub mod client;
pub mod definition;
pub mod embedded;
