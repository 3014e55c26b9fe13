//! What `amplify codegen` may select.
//!
//! It writes a document for each field of the roots, and selects in it, some levels deep, whatever is there, without
//! arguments. A field that cannot be selected so spoils every document that reaches it.

use crate::not_in_subscription;
use async_graphql::{
    Positioned,
    parser::types::{
        BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition,
    },
};
use std::collections::HashSet;

/// Takes out what needs an argument further down than at the roots, and of what a subscription gives what cannot be
/// selected in one.
pub(super) fn keep(definitions: &mut [TypeSystemDefinition]) {
    let (roots, subscription) = roots(definitions);
    let given = given_by(definitions, subscription.as_deref());
    let mark = not_in_subscription::apply(String::new()).name;
    for definition in definitions {
        let TypeSystemDefinition::Type(of) = definition else { continue };
        let name = of.node.name.node.as_str();
        if roots.contains(name) {
            continue;
        }
        let is_given = given.contains(name);
        let is_marked = |field: &FieldDefinition| {
            field.directives.iter().any(|directive| directive.node.name.node == mark)
        };
        if let TypeKind::Object(kind) = &mut of.node.kind {
            let is_spoiling =
                |field: &FieldDefinition| needs_argument(field) || is_given && is_marked(field);
            kind.fields.retain(|field| !is_spoiling(&field.node));
        }
    }
}

fn roots(definitions: &[TypeSystemDefinition]) -> (HashSet<String>, Option<String>) {
    let (mut roots, mut subscription) = (HashSet::new(), None);
    for definition in definitions {
        let TypeSystemDefinition::Schema(schema) = definition else { continue };
        let schema = &schema.node;
        let all = [&schema.query, &schema.mutation, &schema.subscription];
        roots.extend(all.into_iter().flatten().map(|root| root.node.to_string()));
        subscription = schema.subscription.as_ref().map(|root| root.node.to_string());
    }
    (roots, subscription)
}

/// The types that the fields of an object give.
fn given_by(definitions: &[TypeSystemDefinition], object: Option<&str>) -> HashSet<String> {
    let fields = definitions.iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(of) if Some(of.node.name.node.as_str()) == object => {
            Some(&of.node.kind)
        }
        _ => None,
    });
    let fields = fields.filter_map(|kind| match kind {
        TypeKind::Object(kind) => Some(&kind.fields),
        _ => None,
    });
    fields.flatten().map(|field| named(&field.node.ty.node).to_owned()).collect()
}

fn needs_argument(field: &FieldDefinition) -> bool {
    let is_needed = |argument: &Positioned<InputValueDefinition>| {
        !argument.node.ty.node.nullable && argument.node.default_value.is_none()
    };
    field.arguments.iter().any(is_needed)
}

fn named(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}
