//! What a schema says of its fields' types: whether a fragment's condition narrows anything.

use async_graphql::Positioned;
use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition},
};
use std::collections::HashMap;

/// The types of all fields. Without any, nothing is known, and fragments stay as they are spelled.
#[derive(Debug, Default)]
pub struct Types {
    types: HashMap<String, Fields>,
    subscription: String,
}

#[derive(Debug)]
struct Fields {
    is_object: bool,
    types: HashMap<String, String>,
}

impl Types {
    /// Reads a schema in its definition language.
    #[must_use]
    pub fn of(sdl: &str) -> Self {
        let Ok(schema) = parse_schema(sdl) else { return Self::default() };
        let mut all = Self { subscription: "Subscription".to_owned(), ..Self::default() };
        for definition in schema.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    if let Some(name) = schema.node.subscription {
                        all.subscription = name.node.to_string();
                    }
                }
                TypeSystemDefinition::Type(definition) => {
                    let fields = match &definition.node.kind {
                        TypeKind::Object(object) => Fields::of(true, &object.fields),
                        TypeKind::Interface(interface) => Fields::of(false, &interface.fields),
                        _ => continue,
                    };
                    all.types.insert(definition.node.name.node.to_string(), fields);
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        all
    }

    pub(super) fn subscription(&self) -> &str {
        &self.subscription
    }

    /// The type of a field, if the schema knows it.
    pub(super) fn of_field(&self, parent: &str, field: &str) -> Option<&str> {
        self.types.get(parent)?.types.get(field).map(String::as_str)
    }

    /// Whether a fragment on `condition` always applies to a value of this type. If it applies to an object at all, it always does.
    pub(super) fn is_always(&self, condition: &str, of: Option<&str>) -> bool {
        of.is_some_and(|of| {
            of == condition || self.types.get(of).is_some_and(|fields| fields.is_object)
        })
    }
}

impl Fields {
    fn of(is_object: bool, fields: &[Positioned<FieldDefinition>]) -> Self {
        let named = |field: &Positioned<FieldDefinition>| {
            (field.node.name.node.to_string(), base(&field.node.ty.node).to_owned())
        };
        Self { is_object, types: fields.iter().map(named).collect() }
    }
}

fn base(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => base(item),
    }
}
