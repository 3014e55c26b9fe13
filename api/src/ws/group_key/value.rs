//! Values of arguments in one spelling.

use async_graphql::{
    Name, Variables,
    parser::types::{OperationDefinition, VariableDefinition},
};
use async_graphql_value::{ConstValue, Value};
use std::collections::HashMap;

/// What the variables of an operation stand for.
pub(super) struct Bindings<'a> {
    given: &'a Variables,
    definitions: HashMap<&'a str, &'a VariableDefinition>,
}

impl<'a> Bindings<'a> {
    pub(super) fn new(operation: &'a OperationDefinition, given: &'a Variables) -> Self {
        let definitions = operation.variable_definitions.iter();
        let definitions =
            definitions.map(|definition| (definition.node.name.node.as_str(), &definition.node));
        Self { given, definitions: definitions.collect() }
    }

    /// The value with all variables replaced; `None` for a variable that has none.
    pub(super) fn resolve(&self, value: &Value) -> Option<ConstValue> {
        value.clone().into_const_with(|name| self.variable(&name).ok_or(())).ok()
    }

    /// Whether an argument counts as not given (GraphQL, section 6.4.1): its variable is not.
    pub(super) fn is_absent(&self, argument: &Value) -> bool {
        matches!(argument, Value::Variable(name) if self.variable(name).is_none())
    }

    fn variable(&self, name: &Name) -> Option<ConstValue> {
        let default = || self.definitions.get(name.as_str())?.default_value.as_ref();
        self.given.get(name).or_else(|| default().map(|value| &value.node)).cloned()
    }
}

/// Appends a value so that no two values read the same. The order of an object's fields means nothing.
pub(super) fn write(value: &ConstValue, text: &mut String) {
    match value {
        ConstValue::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            text.push('{');
            for (name, value) in fields {
                text.push_str(name);
                text.push(':');
                write(value, text);
                text.push(',');
            }
            text.push('}');
        }
        ConstValue::List(items) => {
            text.push('[');
            for item in items {
                write(item, text);
                text.push(',');
            }
            text.push(']');
        }
        // GraphQL's own spelling tells null, numbers, quoted strings, booleans and names apart.
        scalar => text.push_str(&scalar.to_string()),
    }
}
