//! What of a schema decides whether two spellings mean the same.

use async_graphql::{
    Positioned,
    parser::{
        self, parse_schema,
        types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition},
    },
};
use std::collections::{HashMap, HashSet};

/// The types of a schema that have fields.
#[derive(Default)]
pub(in crate::ws) struct Types {
    subscription: Option<String>,
    types: HashMap<String, Fields>,
}

#[derive(Default)]
struct Fields {
    fields: HashMap<String, FieldType>,
    /// The interfaces of an object.
    implements: HashSet<String>,
}

/// What a field gives, and what it takes.
pub(super) struct FieldType {
    name: String,
    is_list_of_lists: bool,
    /// Arguments that have no default.
    without_default: HashSet<String>,
}

impl Types {
    /// Reads the SDL of a schema.
    pub(in crate::ws) fn parse(sdl: &str) -> parser::Result<Self> {
        let mut found = Self::default();
        for definition in parse_schema(sdl)?.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    found.subscription = schema.node.subscription.map(|name| name.node.to_string());
                }
                TypeSystemDefinition::Type(definition) => {
                    let name = definition.node.name.node.to_string();
                    found.types.insert(name, Fields::of(&definition.node.kind));
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        Ok(found)
    }

    pub(super) fn subscription(&self) -> Option<&str> {
        self.subscription.as_deref()
    }

    pub(super) fn field(&self, parent: &str, name: &str) -> Option<&FieldType> {
        self.types.get(parent)?.fields.get(name)
    }

    /// Whether a type condition holds for everything of a type.
    pub(super) fn is_always(&self, parent: Option<&str>, condition: &str) -> bool {
        let Some(parent) = parent else { return false };
        let implements = |fields: &Fields| fields.implements.contains(condition);
        parent == condition || self.types.get(parent).is_some_and(implements)
    }
}

impl Fields {
    fn of(kind: &TypeKind) -> Self {
        let fields_of = |fields: &[Positioned<FieldDefinition>]| {
            fields.iter().map(|field| FieldType::of(&field.node)).collect()
        };
        match kind {
            TypeKind::Object(object) => Self {
                fields: fields_of(&object.fields),
                implements: object.implements.iter().map(|name| name.node.to_string()).collect(),
            },
            TypeKind::Interface(interface) => {
                Self { fields: fields_of(&interface.fields), ..Self::default() }
            }
            _ => Self::default(),
        }
    }
}

impl FieldType {
    fn of(field: &FieldDefinition) -> (String, Self) {
        let arguments = field.arguments.iter().map(|argument| &argument.node);
        let without_default = arguments.filter(|argument| argument.default_value.is_none());
        let field_type = Self {
            name: named(&field.ty.node).to_owned(),
            is_list_of_lists: matches!(item(&field.ty.node), Some(inner) if item(inner).is_some()),
            without_default: without_default.map(|it| it.name.node.to_string()).collect(),
        };
        (field.name.node.to_string(), field_type)
    }

    /// The type of the field, or of the items in its list.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether its items are lists, which the execution does not merge.
    pub(super) fn is_list_of_lists(&self) -> bool {
        self.is_list_of_lists
    }

    /// Whether an argument that is not given is null. No resolver tells the two apart.
    pub(super) fn is_null_without(&self, argument: &str) -> bool {
        self.without_default.contains(argument)
    }
}

fn named(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}

fn item(of: &Type) -> Option<&Type> {
    match &of.base {
        BaseType::Named(_) => None,
        BaseType::List(item) => Some(item),
    }
}
