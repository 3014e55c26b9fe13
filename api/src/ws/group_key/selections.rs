//! What is selected of a value, in the order of the response.

use std::{
    collections::HashMap,
    fmt::{self, Display},
};

/// Selections, each of which has its place in the response.
#[derive(Clone, Default)]
pub(super) struct Selections {
    items: Vec<Item>,
    /// Where the last field with a response key stands.
    places: HashMap<String, usize>,
    /// Where the fields behind the last condition begin.
    unconditional: usize,
    has_field: bool,
    /// Whether a field within may be null for want of selections: the library merges nothing into that null.
    is_fragile: bool,
}

#[derive(Clone)]
enum Item {
    Field(Field),
    /// What is selected of values of one type alone.
    On(String, Selections),
}

/// A field: its name in the response, its own name and arguments, and what is selected of it.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) key: String,
    pub(super) head: String,
    pub(super) inner: Selections,
    pub(super) is_leaf: bool,
}

impl Selections {
    /// Adds a field. One that is there is not repeated, and one that is there in part is completed, as in the response.
    pub(super) fn add(&mut self, field: Field) {
        let place = self.places.get(&field.key).copied();
        if let Some(place) = place
            && let Item::Field(present) = &mut self.items[place]
            && present.head == field.head
        {
            if present.inner == field.inner {
                return;
            }
            // What stands under a condition between the two comes between them in the response.
            if place >= self.unconditional && !present.is_fragile() && !field.inner.is_fragile {
                return present.inner.extend(field.inner);
            }
        }
        self.has_field = true;
        self.is_fragile |= field.is_fragile();
        self.places.insert(field.key.clone(), self.items.len());
        self.items.push(Item::Field(field));
    }

    /// Adds what is selected of values of one type.
    pub(super) fn add_on(&mut self, condition: &str, inner: Self) {
        if inner.items.is_empty() {
            return;
        }
        self.is_fragile |= inner.is_fragile;
        match self.items.last_mut() {
            Some(Item::On(present, selections)) if present == condition => selections.extend(inner),
            _ => self.items.push(Item::On(condition.to_owned(), inner)),
        }
        self.unconditional = self.items.len();
    }

    fn extend(&mut self, other: Self) {
        for item in other.items {
            match item {
                Item::Field(field) => self.add(field),
                Item::On(condition, inner) => self.add_on(&condition, inner),
            }
        }
    }
}

impl Field {
    fn is_fragile(&self) -> bool {
        !self.is_leaf && (!self.inner.has_field || self.inner.is_fragile)
    }
}

impl PartialEq for Selections {
    fn eq(&self, other: &Self) -> bool {
        self.items == other.items
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Field(one), Self::Field(other)) => {
                one.head == other.head && one.inner == other.inner
            }
            (Self::On(one, its), Self::On(other, others)) => one == other && its == others,
            _ => false,
        }
    }
}

impl Display for Selections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for item in &self.items {
            let (head, inner) = match item {
                Item::Field(field) => (&field.head, &field.inner),
                Item::On(condition, inner) => {
                    f.write_str("...on ")?;
                    (condition, inner)
                }
            };
            write!(f, "{head}{{{inner}}} ")?;
        }
        Ok(())
    }
}
