//! What AppSync compares with, and how.

use super::{
    field::{Kind, MAX_TEXT},
    refused,
};
use crate::{Error, Result};
use serde_json::{Number, Value};
use std::cmp::Ordering;

/// AppSync's operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Contains,
    NotContains,
    BeginsWith,
    In,
    NotIn,
    Between,
    ContainsAny,
}

/// Their names, how many values each compares with, and whether that is written as a list.
const OPERATORS: [(&str, Operator, Takes); 13] = [
    ("eq", Operator::Eq, Takes::One),
    ("ne", Operator::Ne, Takes::One),
    ("lt", Operator::Lt, Takes::One),
    ("le", Operator::Le, Takes::One),
    ("gt", Operator::Gt, Takes::One),
    ("ge", Operator::Ge, Takes::One),
    ("contains", Operator::Contains, Takes::One),
    ("notContains", Operator::NotContains, Takes::One),
    ("beginsWith", Operator::BeginsWith, Takes::One),
    ("in", Operator::In, Takes::UpTo(5)),
    ("notIn", Operator::NotIn, Takes::UpTo(5)),
    ("between", Operator::Between, Takes::Pair),
    ("containsAny", Operator::ContainsAny, Takes::UpTo(20)),
];

#[derive(Clone, Copy)]
enum Takes {
    One,
    Pair,
    /// AppSync's maximum.
    UpTo(usize),
}

impl Operator {
    pub(super) fn parse(name: &str) -> Result<Self> {
        let found = OPERATORS.iter().find(|(known, ..)| *known == name);
        found.map(|(_, operator, _)| *operator).ok_or_else(|| {
            let known: Vec<_> = OPERATORS.iter().map(|(known, ..)| *known).collect();
            refused(format!("`{name}` is no operator; there are {}", known.join(", ")))
        })
    }

    pub(super) fn name(self) -> &'static str {
        self.row().0
    }

    fn row(self) -> &'static (&'static str, Self, Takes) {
        OPERATORS.iter().find(|(_, it, _)| *it == self).expect("each has its row")
    }

    /// Reads what a field of a kind is compared with.
    pub(super) fn operands(self, kind: Kind, value: &Value) -> Result<Vec<Value>> {
        let operands = match (self.row().2, value) {
            (Takes::One, value) => vec![value.clone()],
            (Takes::Pair, Value::Array(pair)) if pair.len() == 2 => pair.clone(),
            (Takes::UpTo(most), Value::Array(values)) if (1..=most).contains(&values.len()) => {
                let mut values = values.clone();
                values.sort_by_cached_key(Value::to_string);
                values.dedup();
                values
            }
            (Takes::Pair, _) => return Err(self.refuses("a list of two values")),
            (Takes::UpTo(most), _) => {
                return Err(self.refuses(&format!("a list of 1 to {most} values")));
            }
        };
        operands.iter().try_for_each(|operand| self.check(kind, operand))?;
        match &operands[..] {
            [from, to] if self == Self::Between && order(from, to).is_none() => {
                Err(self.refuses("two numbers or two strings"))
            }
            _ => Ok(operands),
        }
    }

    fn check(self, kind: Kind, operand: &Value) -> Result<()> {
        match operand {
            Value::String(text) if text.chars().count() > MAX_TEXT => {
                Err(self.refuses(&format!("strings of at most {MAX_TEXT} characters")))
            }
            Value::String(_) if kind != Kind::Number => Ok(()),
            Value::Number(_) if kind != Kind::Text && self != Self::BeginsWith => Ok(()),
            Value::Bool(_) if kind == Kind::Any && matches!(self, Self::Eq | Self::Ne) => Ok(()),
            _ => Err(self.refuses(match kind {
                _ if self == Self::BeginsWith => "a string, in a field of text",
                Kind::Text => "strings, in this field",
                Kind::Number => "numbers, in this field",
                Kind::Any if matches!(self, Self::Eq | Self::Ne) => "a string, number or Boolean",
                Kind::Any => "strings or numbers",
            })),
        }
    }

    fn refuses(self, what_it_takes: &str) -> Error {
        refused(format!("`{}` compares with {what_it_takes}", self.name()))
    }

    /// Whether what was found compares in this way.
    pub(super) fn holds(self, found: &Value, operands: &[Value]) -> bool {
        let ordered = |wanted: fn(Ordering) -> bool| order(found, &operands[0]).is_some_and(wanted);
        match self {
            Self::Eq => same(found, &operands[0]),
            Self::Ne => !same(found, &operands[0]),
            Self::Lt => ordered(Ordering::is_lt),
            Self::Le => ordered(Ordering::is_le),
            Self::Gt => ordered(Ordering::is_gt),
            Self::Ge => ordered(Ordering::is_ge),
            Self::Contains => contains(found, &operands[0]),
            Self::NotContains => !contains(found, &operands[0]),
            Self::BeginsWith => begins(found, &operands[0]),
            Self::In => operands.iter().any(|operand| same(found, operand)),
            Self::NotIn => !operands.iter().any(|operand| same(found, operand)),
            Self::Between => {
                ordered(Ordering::is_ge) && order(found, &operands[1]).is_some_and(Ordering::is_le)
            }
            Self::ContainsAny => operands.iter().any(|operand| has(found, operand)),
        }
    }
}

fn same(found: &Value, operand: &Value) -> bool {
    match (found, operand) {
        (Value::Number(_), Value::Number(_)) => order(found, operand) == Some(Ordering::Equal),
        _ => found == operand,
    }
}

/// How two numbers or two strings are ordered.
fn order(found: &Value, operand: &Value) -> Option<Ordering> {
    match (found, operand) {
        (Value::String(found), Value::String(operand)) => Some(found.cmp(operand)),
        (Value::Number(found), Value::Number(operand)) => order_numbers(found, operand),
        _ => None,
    }
}

fn order_numbers(found: &Number, operand: &Number) -> Option<Ordering> {
    match (found.as_i128(), operand.as_i128()) {
        (Some(found), Some(operand)) => Some(found.cmp(&operand)),
        _ => found.as_f64()?.partial_cmp(&operand.as_f64()?),
    }
}

/// Whether a text has another in it, or a set a value. What stands alone is a set of one.
fn contains(found: &Value, operand: &Value) -> bool {
    match (found, operand) {
        (Value::String(found), Value::String(operand)) => found.contains(operand.as_str()),
        _ => has(found, operand),
    }
}

fn has(found: &Value, operand: &Value) -> bool {
    match found {
        Value::Array(items) => items.iter().any(|item| same(item, operand)),
        found => same(found, operand),
    }
}

fn begins(found: &Value, operand: &Value) -> bool {
    matches!((found, operand), (Value::String(found), Value::String(operand)) if found.starts_with(operand.as_str()))
}
