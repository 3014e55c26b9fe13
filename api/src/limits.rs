//! What a GraphQL document may ask for, checked before anything is executed.
//!
//! The tokens are counted before the text is parsed, because parsing costs far more. The document is measured before
//! the library looks at it, because its checks walk through every spread of a fragment: thirty fragments that each spread
//! the next one twice would keep a core busy for minutes. Both checks are linear in the size of the text, and so are the
//! last two: how often what is large is named, and what a subscription may select, which is executed once for many.

mod document;
mod read_only;
mod source;
mod subscription;
mod survey;
mod variables;

pub use read_only::ReadOnly;
pub use source::check as check_source;
pub use variables::weight;

use crate::config::{DocumentLimits, Mode};
use async_graphql::{
    ObjectType, Request, SchemaBuilder, ServerError, ServerResult, SubscriptionType,
    ValidationResult,
    extensions::{
        Extension, ExtensionContext, ExtensionFactory, NextPrepareRequest, NextValidation,
    },
    parser::types::ExecutableDocument,
};
use document::Measure;
use schema::Error;
use std::{mem, sync::Arc};

/// Sets the limits on a schema, and in production turns introspection and suggestions off.
///
/// Comes after [`errors::apply`](crate::errors::apply), which codes what this refuses.
#[must_use]
pub fn apply<Q, M, S>(
    builder: SchemaBuilder<Q, M, S>,
    limits: &DocumentLimits,
    mode: Mode,
) -> SchemaBuilder<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let builder = builder.extension(Limiting { limits: Arc::new(limits.clone()), mode });
    match mode {
        Mode::Development => builder,
        Mode::Production => builder.disable_introspection().disable_suggestions(),
    }
}

/// Turns a refusal into what the schema's extensions hand on.
#[must_use]
pub fn server_error(error: Error) -> ServerError {
    let mut refusal = ServerError::new(error.to_string(), None);
    refusal.source = Some(Arc::new(error));
    refusal
}

/// How many fields a document selects, wherever its fragments are spread; refused like its execution, if it has no measure.
pub fn count_fields(document: &ExecutableDocument) -> Result<usize, Error> {
    Measure::of(document).map(|measure| measure.fields())
}

#[derive(Clone)]
struct Limiting {
    limits: Arc<DocumentLimits>,
    mode: Mode,
}

impl ExtensionFactory for Limiting {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(self.clone())
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Limiting {
    async fn prepare_request(
        &self,
        ctx: &ExtensionContext<'_>,
        request: Request,
        next: NextPrepareRequest<'_>,
    ) -> ServerResult<Request> {
        let mut request = next.run(ctx, request).await?;
        check_source(&request.query, self.limits.max_tokens).map_err(server_error)?;
        let name = request.operation_name.clone();
        // Beside the document, which the request lends only as a whole.
        let variables = mem::take(&mut request.variables);
        let is_read_only = read_only::applies_to(&request.data);
        let document = request.parsed_query()?;
        if is_read_only {
            read_only::check(document).map_err(server_error)?;
        }
        Measure::of(document)
            .and_then(|measure| measure.check(&self.limits, self.mode))
            .and_then(|()| variables::check(document, &variables))
            .and_then(|()| subscription::check(document, name.as_deref(), &ctx.schema_env.registry))
            .map_err(server_error)?;
        request.variables = variables;
        Ok(request)
    }

    /// The schema's own weights are known only here.
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let result = next.run(ctx).await?;
        if result.complexity > self.limits.max_complexity {
            let reason = format!(
                "its fields cost {}, at most {}",
                result.complexity, self.limits.max_complexity
            );
            return Err(vec![server_error(Error::QueryTooComplex(reason))]);
        }
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use crate::config::DocumentLimits;

    /// The documented limits, written out so that a change of a default is seen.
    pub(super) fn limits() -> DocumentLimits {
        DocumentLimits {
            max_depth: 12,
            max_complexity: 1000,
            max_aliases: 30,
            max_root_fields: 20,
            max_tokens: 2000,
            max_directives: 4,
        }
    }
}
