//! Condition and update expressions
//! (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html>). Every name and value goes through a
//! placeholder, so no attribute can be a reserved word and no value can be read as syntax.

use crate::source::definition::{EXPIRES_AT, PK};
use aws_sdk_dynamodb::types::AttributeValue;
use schema::DateTime;
use std::collections::HashMap;

/// What must hold for a write to happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// There is no such row.
    Absent,
    /// There is such a row.
    Present,
    /// There is no such row, or it is past its time.
    AbsentOrExpired(DateTime),
    /// The attribute has this value.
    Equals(&'static str, AttributeValue),
    /// The attribute has one of these values.
    OneOf(&'static str, Vec<AttributeValue>),
    /// The row does not have this attribute.
    Without(&'static str),
}

/// One change to an attribute.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    Set(&'static str, AttributeValue),
    SetIfAbsent(&'static str, AttributeValue),
    Add(&'static str, u64),
    Remove(&'static str),
}

/// Collects the placeholders of one request's expressions.
#[derive(Default)]
pub(super) struct Expressions {
    names: HashMap<String, String>,
    values: HashMap<String, AttributeValue>,
}

impl Expressions {
    /// The condition expression, `None` when nothing is required.
    pub(super) fn conditions(&mut self, conditions: &[Condition]) -> Option<String> {
        let terms: Vec<String> =
            conditions.iter().map(|condition| self.condition(condition)).collect();
        (!terms.is_empty()).then(|| terms.join(" AND "))
    }

    /// The update expression.
    pub(super) fn update(&mut self, changes: &[Change]) -> String {
        let mut clauses: [(&str, Vec<String>); 3] =
            [("SET", vec![]), ("ADD", vec![]), ("REMOVE", vec![])];
        for change in changes {
            let (clause, term) = match change {
                Change::Set(name, value) => {
                    (0, format!("{} = {}", self.name(name), self.value(value.clone())))
                }
                Change::SetIfAbsent(name, value) => {
                    let name = self.name(name);
                    (0, format!("{name} = if_not_exists({name}, {})", self.value(value.clone())))
                }
                Change::Add(name, count) => (
                    1,
                    format!(
                        "{} {}",
                        self.name(name),
                        self.value(AttributeValue::N(count.to_string()))
                    ),
                ),
                Change::Remove(name) => (2, self.name(name)),
            };
            clauses[clause].1.push(term);
        }
        let clauses = clauses.iter().filter(|(_, terms)| !terms.is_empty());
        clauses
            .map(|(clause, terms)| format!("{clause} {}", terms.join(", ")))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The placeholder of an attribute name.
    pub(super) fn name(&mut self, name: &str) -> String {
        let placeholder = format!("#{name}");
        self.names.insert(placeholder.clone(), name.to_owned());
        placeholder
    }

    /// The placeholder of a value.
    pub(super) fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    /// The names, `None` when there are none, as the API wants it.
    pub(super) fn names(&self) -> Option<HashMap<String, String>> {
        (!self.names.is_empty()).then(|| self.names.clone())
    }

    /// The values, `None` when there are none.
    pub(super) fn values(&self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }

    fn condition(&mut self, condition: &Condition) -> String {
        match condition {
            Condition::Absent => format!("attribute_not_exists({})", self.name(PK)),
            Condition::Present => format!("attribute_exists({})", self.name(PK)),
            Condition::AbsentOrExpired(now) => {
                let now = self.value(AttributeValue::N(now.as_secs().to_string()));
                format!(
                    "(attribute_not_exists({}) OR {} <= {now})",
                    self.name(PK),
                    self.name(EXPIRES_AT)
                )
            }
            Condition::Equals(name, value) => {
                format!("{} = {}", self.name(name), self.value(value.clone()))
            }
            Condition::OneOf(name, values) => {
                let values: Vec<_> = values.iter().map(|value| self.value(value.clone())).collect();
                format!("{} IN ({})", self.name(name), values.join(", "))
            }
            Condition::Without(name) => format!("attribute_not_exists({})", self.name(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_groups_its_changes_by_clause() {
        let mut expressions = Expressions::default();
        let update = expressions.update(&[
            Change::SetIfAbsent("repliedAt", AttributeValue::N("7".into())),
            Change::Add("replyCount", 1),
            Change::Set("status", AttributeValue::S("DELETED".into())),
            Change::Remove("content"),
        ]);
        assert_eq!(
            update,
            "SET #repliedAt = if_not_exists(#repliedAt, :0), #status = :2 ADD #replyCount :1 REMOVE #content"
        );
        assert_eq!(expressions.values().unwrap().len(), 3);
    }

    #[test]
    fn conditions_are_joined_and_none_is_none() {
        let mut expressions = Expressions::default();
        assert_eq!(expressions.conditions(&[]), None);
        let both = expressions.conditions(&[Condition::Present, Condition::Without("parentId")]);
        assert_eq!(both.unwrap(), "attribute_exists(#PK) AND attribute_not_exists(#parentId)");
    }
}
