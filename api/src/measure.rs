//! How long each mutation takes.

use async_graphql::{
    SchemaBuilder, ServerResult, Value,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo},
};
use std::{sync::Arc, time::Instant};

/// Times the fields of the mutation root.
#[must_use]
pub fn apply<Q, M, S>(builder: SchemaBuilder<Q, M, S>) -> SchemaBuilder<Q, M, S> {
    builder.extension(Measuring)
}

struct Measuring;

impl ExtensionFactory for Measuring {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Measuring)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Measuring {
    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        if info.parent_type != "Mutation" {
            return next.run(ctx, info).await;
        }
        // The name is one of the schema's, so there are only so many.
        let (field, began) = (info.name.to_owned(), Instant::now());
        let value = next.run(ctx, info).await;
        let result = if value.is_ok() { "ok" } else { "error" };
        metrics::histogram!("plenary_mutation_duration_seconds", "field" => field, "result" => result)
            .record(began.elapsed());
        value
    }
}
