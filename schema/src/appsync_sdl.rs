//! The SDL in AppSync's dialect, for its tools and for AppSync itself.
//!
//! AppSync has scalars and directives of its own, and takes no others; nor does it take definitions of its own. It reads
//! descriptions as comments, none of them inside of an enum (aws/aws-appsync-community, issues 38 and 55).

mod selectable;
#[cfg(test)]
mod tests;

use async_graphql::{
    Name, Positioned,
    parser::{
        self, parse_schema,
        types::{
            BaseType, ConstDirective, EnumType, FieldDefinition, InputValueDefinition,
            SchemaDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
        },
    },
};
use std::fmt::Write;

/// What AppSync has in place of our scalars
/// (<https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html>).
const SCALARS: [(&str, &str); 2] = [("DateTime", "AWSDateTime"), ("JSON", "AWSJSON")];

/// Which of our directives AppSync knows.
const DIRECTIVES: [&str; 1] = ["aws_subscribe"];

/// Users and applications reach the same types: what they may do is a matter of their role in a room.
const ACCESS: &str = "@aws_cognito_user_pools @aws_api_key";

/// Writes an SDL in AppSync's dialect.
///
/// Defaults are left out, because AppSync loses them (aws/aws-appsync-community, issues 59 and 271). What has one need not
/// be given.
pub fn appsync_sdl(sdl: &str) -> parser::Result<String> {
    let mut definitions = parse_schema(sdl)?.definitions;
    selectable::keep(&mut definitions);
    let written = definitions.iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Schema(of) => Some(write_schema(&of.node)),
        TypeSystemDefinition::Type(of) => write_type(&of.node),
        TypeSystemDefinition::Directive(_) => None,
    });
    Ok(written.collect::<Vec<_>>().join("\n"))
}

fn write_schema(schema: &SchemaDefinition) -> String {
    let SchemaDefinition { query, mutation, subscription, .. } = schema;
    let roots = [("query", query), ("mutation", mutation), ("subscription", subscription)];
    let roots = roots
        .into_iter()
        .filter_map(|(kind, root)| root.as_ref().map(|root| format!("  {kind}: {}\n", root.node)));
    format!("schema {{\n{}}}\n", roots.collect::<String>())
}

fn write_type(of: &TypeDefinition) -> Option<String> {
    let name = &of.name.node;
    let text = match &of.kind {
        TypeKind::Scalar => return None,
        TypeKind::Enum(kind) => write_enum(name, kind),
        TypeKind::Union(kind) => format!("union {name} = {}\n", names(&kind.members, " | ")),
        TypeKind::InputObject(kind) => {
            let fields = kind.fields.iter().map(|field| {
                let field = &field.node;
                comment(field.description.as_ref(), "  ") + &format!("  {}\n", write_input(field))
            });
            format!("input {name} {{\n{}}}\n", fields.collect::<String>())
        }
        TypeKind::Interface(kind) => {
            format!("interface {name} {{\n{}}}\n", write_fields(&kind.fields))
        }
        TypeKind::Object(kind) => {
            let implements = match names(&kind.implements, " & ") {
                none if none.is_empty() => none,
                some => format!("implements {some} "),
            };
            format!("type {name} {implements}{ACCESS} {{\n{}}}\n", write_fields(&kind.fields))
        }
    };
    Some(comment(of.description.as_ref(), "") + &text)
}

/// What is to be said of its values stands in front of the enum.
fn write_enum(name: &Name, kind: &EnumType) -> String {
    let (mut said, mut values) = (String::new(), String::new());
    for Positioned { node: value, .. } in &kind.values {
        if let Some(description) = &value.description {
            let description = description.node.split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(said, "# {}: {description}", value.value.node);
        }
        let _ = writeln!(values, "  {}", value.value.node);
    }
    format!("{said}enum {name} {{\n{values}}}\n")
}

fn write_fields(fields: &[Positioned<FieldDefinition>]) -> String {
    fields.iter().map(|field| write_field(&field.node)).collect()
}

fn write_field(field: &FieldDefinition) -> String {
    let arguments: Vec<_> = field.arguments.iter().map(|it| write_input(&it.node)).collect();
    let arguments = match arguments.is_empty() {
        true => String::new(),
        false => format!("({})", arguments.join(", ")),
    };
    let known = field.directives.iter().map(|directive| &directive.node);
    let known = known.filter(|directive| DIRECTIVES.contains(&directive.name.node.as_str()));
    let directives: String = known.map(write_directive).collect();
    let (name, of) = (&field.name.node, write_reference(&field.ty.node));
    comment(field.description.as_ref(), "  ") + &format!("  {name}{arguments}: {of}{directives}\n")
}

fn write_directive(directive: &ConstDirective) -> String {
    let arguments = directive.arguments.iter();
    let arguments: Vec<_> =
        arguments.map(|(name, value)| format!("{}: {}", name.node, value.node)).collect();
    format!(" @{}({})", directive.name.node, arguments.join(", "))
}

fn write_input(input: &InputValueDefinition) -> String {
    let of = write_reference(&input.ty.node);
    let of = match input.default_value {
        Some(_) => of.trim_end_matches('!'),
        None => &of,
    };
    format!("{}: {of}", input.name.node)
}

fn write_reference(of: &Type) -> String {
    let text = match &of.base {
        BaseType::Named(name) => {
            let ours = SCALARS.iter().find(|(ours, _)| ours == name);
            ours.map_or(name.as_str(), |(_, theirs)| theirs).to_owned()
        }
        BaseType::List(item) => format!("[{}]", write_reference(item)),
    };
    if of.nullable { text } else { text + "!" }
}

fn names(names: &[Positioned<Name>], between: &str) -> String {
    names.iter().map(|name| name.node.as_str()).collect::<Vec<_>>().join(between)
}

fn comment(description: Option<&Positioned<String>>, indent: &str) -> String {
    let lines = description.map(|it| it.node.trim().lines()).into_iter().flatten();
    lines.map(|line| format!("{indent}# {}", line.trim()).trim_end().to_owned() + "\n").collect()
}
