//! The two forms in which AppSync writes a filter, read into the same alternatives.

use super::{
    Alternative, Condition, MAX_ALTERNATIVES, MAX_CONDITIONS, MAX_FIELDS, field::Field,
    operator::Operator, refused,
};
use crate::{Error, Result};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// The filter that goes to `extensions.setSubscriptionFilter`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Raw {
    filter_group: Vec<RawAlternative>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAlternative {
    filters: Vec<RawCondition>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawCondition {
    field_name: String,
    operator: String,
    value: Value,
}

/// Reads a filter in either form.
pub(super) fn read(json: &Value) -> Result<Vec<Alternative>> {
    let Value::Object(members) = json else { return Err(refused("it is a JSON object")) };
    let alternatives = match members.contains_key("filterGroup") {
        true => read_raw(json)?,
        false => read_object(members)?,
    };
    if alternatives.is_empty() || alternatives.iter().any(Vec::is_empty) {
        return Err(refused("a filter has a condition in each alternative"));
    }
    check(alternatives)
}

fn read_raw(json: &Value) -> Result<Vec<Alternative>> {
    let raw = Raw::deserialize(json).map_err(|error| refused(error.to_string()))?;
    let read = |it: &RawCondition| condition(&it.field_name, &it.operator, &it.value);
    raw.filter_group.iter().map(|it| it.filters.iter().map(read).collect()).collect()
}

/// Reads what goes to `util.transform.toSubscriptionFilter`: fields with their operators, all of which must hold, and
/// under `and` and `or` lists of the same.
fn read_object(members: &Map<String, Value>) -> Result<Vec<Alternative>> {
    let mut alternatives = vec![Vec::new()];
    for (name, value) in members {
        alternatives = match name.as_str() {
            "and" => objects(name, value)?
                .into_iter()
                .try_fold(alternatives, |all, members| product(&all, &read_object(members)?))?,
            "or" => {
                let either = objects(name, value)?.into_iter().map(read_object);
                product(&alternatives, &either.collect::<Result<Vec<_>>>()?.concat())?
            }
            field => product(&alternatives, &[conditions(field, value)?])?,
        };
    }
    Ok(alternatives)
}

fn conditions(field: &str, value: &Value) -> Result<Alternative> {
    let by_operator = value.as_object().filter(|members| !members.is_empty());
    let malformed =
        || refused(format!("`{field}` has an object, of operators and what to compare with"));
    let by_operator = by_operator.ok_or_else(malformed)?;
    by_operator.iter().map(|(operator, value)| condition(field, operator, value)).collect()
}

fn condition(field: &str, operator: &str, value: &Value) -> Result<Condition> {
    let (field, operator) = (Field::parse(field)?, Operator::parse(operator)?);
    let operands = operator.operands(field.kind(), value)?;
    Ok(Condition { field, operator, operands })
}

fn objects<'a>(name: &str, value: &'a Value) -> Result<Vec<&'a Map<String, Value>>> {
    let items = value.as_array().filter(|items| !items.is_empty());
    let objects = items.and_then(|items| items.iter().map(Value::as_object).collect());
    objects.ok_or_else(|| refused(format!("`{name}` has a list of objects")))
}

/// What holds when both hold.
fn product(one: &[Alternative], other: &[Alternative]) -> Result<Vec<Alternative>> {
    let pairs = one.iter().flat_map(|left| other.iter().map(move |right| (left, right)));
    // One more than there may be is enough to be refused, however many there are.
    let both = pairs.take(MAX_ALTERNATIVES + 1).map(|(left, right)| [&left[..], right].concat());
    check(both.collect())
}

/// Refuses more than AppSync takes.
fn check(alternatives: Vec<Alternative>) -> Result<Vec<Alternative>> {
    let too_many = |what: &str, most: usize| -> Error {
        refused(format!("it has too many {what}, at most {most}"))
    };
    if alternatives.len() > MAX_ALTERNATIVES {
        return Err(too_many("alternatives", MAX_ALTERNATIVES));
    }
    for alternative in &alternatives {
        let fields: HashSet<_> = alternative.iter().map(|it| it.field.name()).collect();
        if fields.len() > MAX_FIELDS {
            return Err(too_many("fields in one alternative", MAX_FIELDS));
        }
    }
    match alternatives.iter().map(Vec::len).sum::<usize>() > MAX_CONDITIONS {
        true => Err(too_many("conditions", MAX_CONDITIONS)),
        false => Ok(alternatives),
    }
}
