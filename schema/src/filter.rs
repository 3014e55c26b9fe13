//! Which messages a subscriber wants: AppSync's filters.
//!
//! Arguments named like a field are AppSync's basic filter, a text of JSON its enhanced one, in the form of
//! `extensions.setSubscriptionFilter` or of `util.transform.toSubscriptionFilter`
//! (<https://docs.aws.amazon.com/appsync/latest/devguide/extensions.html>). Its limits are AppSync's. What AWS leaves
//! open: a field that is null equals, contains and begins with nothing, so that only `ne`, `notContains` and `notIn` hold
//! of it; and both ends of `between` belong to it.

mod conditions;
mod field;
mod operator;
#[cfg(test)]
mod tests;

use crate::{Error, Message, Result};
use async_graphql::{InputType, MaybeUndefined};
use field::Field;
use operator::Operator;
use serde_json::{Value, json};
use std::fmt;

/// The longest text of a filter, in bytes: all that AppSync's other limits allow, with short texts.
const MAX_BYTES: usize = 8 * 1024;

/// Alternatives of a filter: AppSync's maximum of `filters` in a `filterGroup`.
const MAX_ALTERNATIVES: usize = 10;

/// Different fields of one alternative: AppSync's maximum of unique `fieldName`s.
const MAX_FIELDS: usize = 5;

/// Conditions of a filter in all. AppSync bounds the fields alone; every event is asked each of them.
const MAX_CONDITIONS: usize = MAX_ALTERNATIVES * MAX_FIELDS;

/// What a message has to be to be wanted: all that one of the alternatives says.
///
/// It is asked about the message that its subscriber is shown, so it tells nobody of what he may not see.
#[derive(Clone, Debug)]
pub struct MessageFilter {
    alternatives: Vec<Alternative>,
}

/// Conditions that must all hold.
type Alternative = Vec<Condition>;

/// What one field has to be.
#[derive(Clone, Debug)]
struct Condition {
    field: Field,
    operator: Operator,
    /// What the field is compared with, never nothing; null in a basic filter alone.
    operands: Vec<Value>,
}

impl MessageFilter {
    /// Reads an enhanced filter.
    pub fn parse(text: &str) -> Result<Self> {
        if text.len() > MAX_BYTES {
            return Err(refused(format!("it has {} bytes, at most {MAX_BYTES}", text.len())));
        }
        let json = serde_json::from_str(text).map_err(|error| refused(format!("{error}")))?;
        Ok(Self { alternatives: normal(conditions::read(&json)?) })
    }

    /// A basic filter without a condition, which everything passes.
    #[must_use]
    pub fn everything() -> Self {
        Self { alternatives: vec![Vec::new()] }
    }

    /// Demands also that a field of a message equals an argument, if the argument is given. Null is a value like any other.
    ///
    /// # Panics
    ///
    /// When messages have no such field.
    #[must_use]
    pub fn with<T: InputType>(mut self, field: &str, argument: &MaybeUndefined<T>) -> Self {
        let operand = match argument {
            MaybeUndefined::Undefined => return self,
            MaybeUndefined::Null => Value::Null,
            MaybeUndefined::Value(value) => value.to_value().into_json().unwrap_or_default(),
        };
        for alternative in &mut self.alternatives {
            let field = Field::parse(field).expect("an argument is named like a field");
            let operands = vec![operand.clone()];
            alternative.push(Condition { field, operator: Operator::Eq, operands });
        }
        self
    }

    /// Whether there is nothing that it demands.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.alternatives.iter().any(Vec::is_empty)
    }

    /// Whether a message is wanted.
    #[must_use]
    pub fn matches(&self, message: &Message) -> bool {
        let holds = |condition: &Condition| {
            condition.operator.holds(&condition.field.of(message), &condition.operands)
        };
        self.alternatives.iter().any(|alternative| alternative.iter().all(holds))
    }
}

/// The one spelling of filters that say the same in another order or form.
impl fmt::Display for MessageFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, alternative) in self.alternatives.iter().enumerate() {
            let conditions: Vec<_> = alternative.iter().map(Condition::spelling).collect();
            write!(f, "{}{}", if number > 0 { " or " } else { "" }, conditions.join(" and "))?;
        }
        Ok(())
    }
}

impl Condition {
    fn spelling(&self) -> String {
        json!([self.field.name(), self.operator.name(), self.operands]).to_string()
    }
}

/// Puts alternatives and their conditions in order, each of them once.
fn normal(mut alternatives: Vec<Alternative>) -> Vec<Alternative> {
    for alternative in &mut alternatives {
        alternative.sort_by_cached_key(Condition::spelling);
        alternative.dedup_by_key(|condition| condition.spelling());
    }
    let spelling = |alternative: &Alternative| -> Vec<String> {
        alternative.iter().map(Condition::spelling).collect()
    };
    alternatives.sort_by_cached_key(spelling);
    alternatives.dedup_by_key(|alternative| spelling(alternative));
    alternatives
}

fn refused(reason: impl Into<String>) -> Error {
    Error::bad_input("filter", reason)
}
