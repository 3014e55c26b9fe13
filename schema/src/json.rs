//! The scalar `JSON`.

use crate::{Error, Result};
use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use serde::{Deserialize, Serialize};

/// The longest JSON text that is stored for a client, in bytes.
pub const MAX_JSON_BYTES: usize = 1024;

/// A client's own JSON object, kept as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json(String);

impl Json {
    /// The server's own object.
    #[must_use]
    pub fn of(value: &serde_json::Value) -> Self {
        Self(value.to_string())
    }

    /// What the text says.
    #[must_use]
    pub fn value(&self) -> serde_json::Value {
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// Its texts, names and values alike, each on a side of its own of a bar.
    #[must_use]
    pub fn texts(&self) -> String {
        let mut texts = String::new();
        collect(&self.value(), &mut texts);
        texts
    }

    /// Refuses what is longer than [`MAX_JSON_BYTES`].
    pub fn within_limit(self) -> Result<Self> {
        match self.0.len() <= MAX_JSON_BYTES {
            true => Ok(self),
            false => Err(Error::MetadataTooLarge),
        }
    }
}

fn collect(value: &serde_json::Value, texts: &mut String) {
    match value {
        serde_json::Value::String(text) => {
            texts.push_str(text);
            texts.push('|');
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                texts.push_str(name);
                texts.push('|');
                collect(value, texts);
            }
        }
        _ => {}
    }
}

/// A JSON object, at most 1 KiB as text. Stored and returned, never interpreted. It may be given as its text, too, as
/// AppSync's clients do (AWSJSON).
#[Scalar(name = "JSON")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        let json = match &value {
            Value::String(text) => serde_json::from_str(text).map_err(InputValueError::custom)?,
            _ => value.clone().into_json().map_err(InputValueError::custom)?,
        };
        match json {
            serde_json::Value::Object(_) => Ok(Self(json.to_string())),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        // The text was made by `parse`, so it is an object; a damaged row reads as null rather than as a fault.
        serde_json::from_str(&self.0)
            .map_or(Value::Null, |json| Value::from_json(json).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::InputType;
    use serde_json::json;

    #[test]
    fn an_object_is_given_as_it_is_or_as_its_text() {
        let parse = |json| <Json as InputType>::parse(Value::from_json(json).ok());
        let object = parse(json!({ "a": [1, "b"] })).unwrap();
        assert_eq!(object.value(), json!({ "a": [1, "b"] }));
        assert_eq!(parse(json!("{ \"a\": [1, \"b\"] }")).unwrap(), object);
        for other in
            [json!(1), json!("1"), json!("[]"), json!("{"), json!([]), json!("\"{}\""), json!(null)]
        {
            assert!(parse(other.clone()).is_err(), "{other}");
        }
    }
}
