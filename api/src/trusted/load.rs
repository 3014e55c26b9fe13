//! A list from its file to documents that are known to be sound.

use super::{
    List, TrustedDocuments,
    manifest::{self, Entry},
};
use async_graphql::{
    Name, ObjectType, Request, Response, Schema, SchemaBuilder, SubscriptionType, Value, Variables,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute},
    parser::{
        parse_query,
        types::{BaseType, OperationDefinition},
    },
};
use std::{collections::HashMap, fs, path::Path, sync::Arc};

/// Why a list cannot be used; it names the file, and the document in it.
#[derive(Debug, thiserror::Error)]
#[error("TRUSTED_DOCUMENTS {path}: {reason}")]
pub struct LoadError {
    path: String,
    reason: String,
}

impl TrustedDocuments {
    /// Reads a list, and checks each of its documents as the schema of this builder would before it ran it.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong: with the file, its JSON, or one of its documents.
    pub async fn load<Q, M, S>(
        path: &Path,
        builder: SchemaBuilder<Q, M, S>,
    ) -> Result<Self, LoadError>
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        let schema = builder.extension(DryRun).finish();
        let listed = async {
            let json = fs::read_to_string(path).map_err(|error| error.to_string())?;
            list(manifest::parse(&json)?, &schema).await
        };
        let list = listed
            .await
            .map_err(|reason| LoadError { path: path.display().to_string(), reason })?;
        tracing::info!(documents = list.by_name.len(), "only trusted documents run");
        Ok(Self(Some(Arc::new(list))))
    }
}

async fn list<Q, M, S>(entries: Vec<Entry>, schema: &Schema<Q, M, S>) -> Result<List, String>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let mut by_name: HashMap<String, Arc<str>> = HashMap::new();
    for Entry { id, name, text } in entries {
        let called = name.map(|name| format!(" ({name})")).unwrap_or_default();
        let named = |reason: String| format!("document `{id}`{called}: {reason}");
        check(&text, schema).await.map_err(named)?;
        let known = by_name.insert(id.clone(), text.as_str().into());
        if known.is_some_and(|known| *known != *text) {
            return Err(named("another document has the same id".to_owned()));
        }
    }
    let texts = by_name.values().cloned().collect();
    Ok(List { by_name, texts })
}

/// Checks each operation of a document.
async fn check<Q, M, S>(text: &str, schema: &Schema<Q, M, S>) -> Result<(), String>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    let document = parse_query(text).map_err(|error| error.to_string())?;
    for (name, operation) in document.operations.iter() {
        let mut request = Request::new(text).variables(numbers(&operation.node));
        request.operation_name = name.map(ToString::to_string);
        if let Some(error) = schema.execute(request).await.errors.first() {
            return Err(error.message.clone());
        }
    }
    Ok(())
}

/// A value for each number that an operation asks for: what a page costs cannot be told without its length. The others are
/// looked at only when they are there.
fn numbers(operation: &OperationDefinition) -> Variables {
    let mut variables = Variables::default();
    for definition in &operation.variable_definitions {
        let name = &definition.node.name.node;
        if definition.node.var_type.node.base == BaseType::Named(Name::new("Int")) {
            variables.insert(name.clone(), 1.into());
        }
    }
    variables
}

/// Stops where everything has been checked and nothing has been executed.
struct DryRun;

impl ExtensionFactory for DryRun {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for DryRun {
    async fn execute(
        &self,
        _: &ExtensionContext<'_>,
        _: Option<&str>,
        _: NextExecute<'_>,
    ) -> Response {
        Response::new(Value::Null)
    }
}
