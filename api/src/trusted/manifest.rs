//! The two forms of a list: Apollo's persisted query manifest, and a map from names to texts, as Relay and GraphQL Code
//! Generator write it.

use serde::Deserialize;
use std::collections::BTreeMap;

/// A document of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: String,
    /// What it is called in the application, if the list says.
    pub(super) name: Option<String>,
    pub(super) text: String,
}

/// What is not a list, in words.
pub(super) type Malformed = String;

#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    Apollo(Apollo),
    Map(BTreeMap<String, String>),
}

#[derive(Deserialize)]
struct Apollo {
    format: String,
    version: u32,
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    name: Option<String>,
    body: String,
}

const APOLLO_FORMAT: &str = "apollo-persisted-query-manifest";

/// Reads a list.
pub(super) fn parse(json: &str) -> Result<Vec<Entry>, Malformed> {
    let value: serde_json::Value =
        serde_json::from_str(json).map_err(|error| format!("it is not JSON: {error}"))?;
    let manifest = serde_json::from_value(value).map_err(|_| {
        "it is neither a persisted query manifest nor an object from names to documents".to_owned()
    })?;
    let entries = match manifest {
        Manifest::Apollo(apollo) => of_apollo(apollo)?,
        Manifest::Map(map) => {
            map.into_iter().map(|(id, text)| Entry { id, name: None, text }).collect()
        }
    };
    match entries.is_empty() {
        true => Err("it lists no document, so nothing could be run".to_owned()),
        false => Ok(entries),
    }
}

fn of_apollo(manifest: Apollo) -> Result<Vec<Entry>, Malformed> {
    let Apollo { format, version, operations } = manifest;
    if (format.as_str(), version) != (APOLLO_FORMAT, 1) {
        return Err(format!("its format is `{format}` {version}, not `{APOLLO_FORMAT}` 1"));
    }
    let entry = |Operation { id, name, body }| Entry { id, name, text: body };
    Ok(operations.into_iter().map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entry(name: Option<&str>) -> Entry {
        Entry { id: "a1".into(), name: name.map(Into::into), text: "{ a }".into() }
    }

    #[test]
    fn both_forms_are_read() {
        let operation = json!({ "id": "a1", "name": "A", "type": "query", "body": "{ a }" });
        let apollo = json!({ "format": APOLLO_FORMAT, "version": 1, "operations": [operation] });
        assert_eq!(parse(&apollo.to_string()), Ok(vec![entry(Some("A"))]));
        assert_eq!(parse(r#"{ "a1": "{ a }" }"#), Ok(vec![entry(None)]));
    }

    #[test]
    fn what_is_no_list_is_refused_with_a_reason() {
        for (json, reason) in [
            ("", "not JSON"),
            ("{ a", "not JSON"),
            ("[]", "neither"),
            (r#"{"a":1}"#, "neither"),
            ("{}", "no document"),
            (r#"{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}"#, " 2"),
            (r#"{"format":"other","version":1,"operations":[]}"#, "`other`"),
            (
                r#"{"format":"apollo-persisted-query-manifest","version":1,"operations":[]}"#,
                "no document",
            ),
            (
                r#"{"format":"apollo-persisted-query-manifest","version":1,"operations":[{}]}"#,
                "neither",
            ),
        ] {
            let refused = parse(json).unwrap_err();
            assert!(refused.contains(reason), "{json}: {refused}");
        }
    }
}
