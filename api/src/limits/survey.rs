//! How far the selections of a document reach, fragments expanded, in one pass over its text.

use async_graphql::{
    Name, Positioned,
    parser::types::{ExecutableDocument, Field, Selection, SelectionSet},
};
use schema::Error;
use std::collections::HashMap;

/// How far a selection set reaches.
#[derive(Clone, Copy, Default)]
pub(super) struct Extent {
    pub(super) depth: usize,
    pub(super) levels: usize,
    pub(super) fields: usize,
    pub(super) own_fields: usize,
    pub(super) aliases: usize,
    pub(super) lists: usize,
}

/// Measures selection sets; a fragment is measured once, however often it is spread.
pub(super) struct Surveyor<'a> {
    document: &'a ExecutableDocument,
    fragments: HashMap<&'a Name, Survey>,
    pub(super) directives: usize,
    /// The most arguments of one field.
    pub(super) arguments: usize,
    /// Fields, counted in each selection set that they come to be in: how many the library compares with each other.
    pub(super) compared: usize,
    /// The deepest nesting of lists in an introspection, when there is one.
    pub(super) introspection: Option<usize>,
}

/// How far the survey of a fragment is.
#[derive(Clone, Copy)]
enum Survey {
    Begun,
    Done(Extent),
}

impl Extent {
    /// Both, side by side.
    pub(super) fn beside(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            levels: self.levels.max(other.levels),
            fields: self.fields.saturating_add(other.fields),
            own_fields: self.own_fields.saturating_add(other.own_fields),
            aliases: self.aliases.saturating_add(other.aliases),
            lists: self.lists.max(other.lists),
        }
    }

    /// The same, one selection further down.
    fn below(self) -> Self {
        Self { levels: self.levels + 1, ..self }
    }
}

impl<'a> Surveyor<'a> {
    pub(super) fn new(document: &'a ExecutableDocument) -> Self {
        Self {
            document,
            fragments: HashMap::new(),
            directives: 0,
            arguments: 0,
            compared: 0,
            introspection: None,
        }
    }

    pub(super) fn selection_set(&mut self, set: &'a SelectionSet) -> Result<Extent, Error> {
        let mut extent = Extent::default();
        for selection in &set.items {
            extent = extent.beside(self.selection(selection)?);
        }
        self.compared = self.compared.saturating_add(extent.own_fields);
        Ok(extent)
    }

    fn selection(&mut self, selection: &'a Positioned<Selection>) -> Result<Extent, Error> {
        self.see_directives(selection.node.directives().len());
        match &selection.node {
            Selection::Field(field) => self.field(&field.node),
            Selection::InlineFragment(inline) => {
                Ok(self.selection_set(&inline.node.selection_set.node)?.below())
            }
            Selection::FragmentSpread(spread) => {
                Ok(self.fragment(&spread.node.fragment_name.node)?.below())
            }
        }
    }

    fn field(&mut self, field: &'a Field) -> Result<Extent, Error> {
        self.arguments = self.arguments.max(field.arguments.len());
        let inner = self.selection_set(&field.selection_set.node)?;
        let name = field.name.node.as_str();
        let is_introspection = matches!(name, "__schema" | "__type");
        if is_introspection {
            self.introspection = self.introspection.max(Some(inner.lists));
        }
        let is_list = matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes");
        Ok(Extent {
            // GraphiQL's introspection is deeper than what a client needs, and bounded by its lists instead.
            depth: if is_introspection { 1 } else { inner.depth + 1 },
            levels: inner.levels + 1,
            fields: inner.fields.saturating_add(1),
            own_fields: 1,
            aliases: inner.aliases.saturating_add(usize::from(field.alias.is_some())),
            lists: inner.lists + usize::from(is_list),
        })
    }

    pub(super) fn fragment(&mut self, name: &'a Name) -> Result<Extent, Error> {
        match self.fragments.get(name) {
            Some(Survey::Done(extent)) => return Ok(*extent),
            Some(Survey::Begun) => {
                return Err(Error::QueryTooComplex(format!("the fragment {name} spreads itself")));
            }
            None => {}
        }
        // It would have no fields, so that its spreads could be multiplied without being counted.
        let Some(fragment) = self.document.fragments.get(name) else {
            return Err(Error::bad_input("query", format!("there is no fragment {name}")));
        };
        self.fragments.insert(name, Survey::Begun);
        self.see_directives(fragment.node.directives.len());
        let extent = self.selection_set(&fragment.node.selection_set.node)?;
        self.fragments.insert(name, Survey::Done(extent));
        Ok(extent)
    }

    pub(super) fn see_directives(&mut self, count: usize) {
        self.directives = self.directives.max(count);
    }
}
