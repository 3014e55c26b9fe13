//! Values in a spelling that no other value has.

use async_graphql::Value;
use std::fmt::{self, Write};

/// Spells a value; the order of an object's members does not matter. `None` for what is no JSON.
pub(super) fn spelling(value: &Value) -> Option<String> {
    let mut text = String::new();
    write(value, &mut text).ok()?;
    Some(text)
}

fn write(value: &Value, text: &mut String) -> fmt::Result {
    match value {
        Value::Null => write!(text, "null"),
        Value::Number(number) => write!(text, "{number}"),
        Value::Boolean(boolean) => write!(text, "{boolean}"),
        Value::Enum(name) => write!(text, "{name}"),
        Value::String(string) => write!(text, "{string:?}"),
        Value::Binary(_) => Err(fmt::Error),
        Value::List(items) => {
            text.push('[');
            for item in items {
                write(item, text)?;
                text.push(',');
            }
            text.push(']');
            Ok(())
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.as_str());
            text.push('{');
            for (name, member) in members {
                // A variable's names may be any strings.
                write!(text, "{:?}:", name.as_str())?;
                write(member, text)?;
                text.push(',');
            }
            text.push('}');
            Ok(())
        }
    }
}
