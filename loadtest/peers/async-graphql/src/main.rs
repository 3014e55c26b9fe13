//! async-graphql on axum with the subscription service that async-graphql-axum brings: `async-graphql-peer PORT`.

mod rooms;
mod schema;

use async_graphql::Schema;
use async_graphql_axum::{GraphQL, GraphQLSubscription};
use axum::{Router, routing::get_service};
use rooms::Rooms;
use schema::{Mutation, Query, Subscription};
use std::{env, error::Error};
use tokio::net::TcpListener;

const DEFAULT_PORT: u16 = 4000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = env::args().nth(1).map_or(Ok(DEFAULT_PORT), |port| port.parse())?;
    let schema = Schema::build(Query, Mutation, Subscription).data(Rooms::default()).finish();
    let service =
        get_service(GraphQLSubscription::new(schema.clone())).post_service(GraphQL::new(schema));
    let app = Router::new().route("/graphql", service);
    axum::serve(TcpListener::bind(("127.0.0.1", port)).await?, app).await?;
    Ok(())
}
