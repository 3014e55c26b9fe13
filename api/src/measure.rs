//! How long each mutation takes.

use crate::errors::is_fault;
use async_graphql::{
    SchemaBuilder, ServerResult, Value,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextResolve, ResolveInfo},
};
use metrics::histogram;
use std::{mem, sync::Arc, time::Instant};

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
        let mut measured = Measured::begin(info.name);
        let value = next.run(ctx, info).await;
        measured.result = match &value {
            Ok(_) => "ok",
            Err(error) if is_fault(error) => "failed",
            Err(_) => "refused",
        };
        value
    }
}

/// A mutation under way. It is recorded when it is dropped, so that one that panics is, too.
struct Measured {
    field: String,
    result: &'static str,
    began: Instant,
}

impl Measured {
    fn begin(field: &str) -> Self {
        Self { field: field.to_owned(), result: "failed", began: Instant::now() }
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        let field = mem::take(&mut self.field);
        histogram!("plenary_mutation_duration_seconds", "field" => field, "result" => self.result)
            .record(self.began.elapsed());
    }
}
