//! The GraphQL schema: the three roots put together.

use crate::{field::Fields, mutation::Mutation, query::Query, subscription::Subscription};
use schema::FieldResolvers;

/// The API's schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;
/// Its builder, for limits and extensions.
pub type SchemaBuilder = async_graphql::SchemaBuilder<Query, Mutation, Subscription>;

/// The schema. Every request to it must carry a [`Ctx`](crate::Ctx) in its data.
#[must_use]
pub fn schema() -> SchemaBuilder {
    Schema::build(Query, Mutation, Subscription).data(Box::new(Fields) as Box<dyn FieldResolvers>)
}

/// The schema in GraphQL's schema definition language, as `schema/schema.graphql` keeps it.
#[must_use]
pub fn sdl() -> String {
    schema().finish().sdl()
}

/// The same in AppSync's dialect.
#[must_use]
pub fn appsync_sdl() -> String {
    schema::appsync_sdl(&sdl()).expect("it is an SDL")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sdl_that_is_kept_is_the_sdl_of_the_code() {
        let kept = include_str!("../../schema/schema.graphql");
        assert!(super::sdl() == kept, "schema/schema.graphql is old: run `make sdl`");
    }
}
