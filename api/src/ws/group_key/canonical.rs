//! One spelling for all selections with the same result.

use super::{
    types::Types,
    value::{self, Bindings},
};
use async_graphql::{
    Positioned, Variables,
    parser::types::{
        Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
    },
};
use async_graphql_value::ConstValue;
use std::{cell::Cell, fmt};

/// What it takes to spell an operation.
pub(super) struct Canonical<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    bindings: Bindings<'a>,
    types: &'a Types,
    /// How much may still be looked at. Fragments may multiply without end.
    budget: Cell<usize>,
}

/// A selection set, its fragments resolved as far as they narrow nothing.
#[derive(Default)]
pub(super) struct Canonicals<'a>(Vec<Entry<'a>>);

enum Entry<'a> {
    Field { key: &'a str, name: &'a str, arguments: String, fields: Canonicals<'a> },
    On { condition: &'a str, fields: Canonicals<'a> },
}

const BUDGET: usize = 10_000;

/// The argument that says where a subscription begins, which is each subscriber's own business.
const WHERE_IT_BEGINS: &str = "after";

impl<'a> Canonical<'a> {
    pub(super) fn new(
        document: &'a ExecutableDocument,
        operation: &'a OperationDefinition,
        variables: &'a Variables,
        types: &'a Types,
    ) -> Self {
        let bindings = Bindings::new(operation, variables);
        Self { document, operation, bindings, types, budget: Cell::new(BUDGET) }
    }

    /// The operation's selections; `None` where something cannot be told before the execution.
    pub(super) fn selection(&self) -> Option<Canonicals<'a>> {
        if !self.operation.directives.is_empty() {
            return None;
        }
        let mut fields = Canonicals::default();
        let root = &self.operation.selection_set.node;
        self.collect(root, Some(self.types.subscription()), true, &mut fields)?;
        Some(fields)
    }

    /// Adds selections in the order in which they are executed (GraphQL, section 6.3.2, "`CollectFields`").
    fn collect(
        &self,
        set: &'a SelectionSet,
        parent: Option<&str>,
        is_root: bool,
        into: &mut Canonicals<'a>,
    ) -> Option<()> {
        for selection in &set.items {
            self.budget.set(self.budget.get().checked_sub(1)?);
            if !self.is_included(selection.node.directives())? {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent, is_root, into)?,
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let condition = condition.map(|condition| condition.node.on.node.as_str());
                    self.fragment(condition, &fragment.node.selection_set.node, parent, into)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let fragment = &self.document.fragments.get(name)?.node;
                    if !fragment.directives.is_empty() {
                        return None;
                    }
                    let condition = fragment.type_condition.node.on.node.as_str();
                    let set = &fragment.selection_set.node;
                    self.fragment(Some(condition), set, parent, into)?;
                }
            }
        }
        Some(())
    }

    fn fragment(
        &self,
        condition: Option<&'a str>,
        set: &'a SelectionSet,
        parent: Option<&str>,
        into: &mut Canonicals<'a>,
    ) -> Option<()> {
        match condition {
            Some(condition) if !self.types.is_always(condition, parent) => {
                self.collect(set, Some(condition), false, into.on(condition))
            }
            _ => self.collect(set, parent, false, into),
        }
    }

    fn field(
        &self,
        field: &'a Field,
        parent: Option<&str>,
        is_root: bool,
        into: &mut Canonicals<'a>,
    ) -> Option<()> {
        let name = field.name.node.as_str();
        let mut arguments: Vec<_> = field.arguments.iter().collect();
        arguments.retain(|(name, argument)| {
            let is_own = is_root && name.node == WHERE_IT_BEGINS;
            !(is_own || self.bindings.is_absent(&argument.node))
        });
        arguments.sort_by(|(one, _), (other, _)| one.node.cmp(&other.node));
        let mut text = String::new();
        for (name, argument) in arguments {
            text.push_str(&name.node);
            text.push(':');
            value::write(&self.bindings.resolve(&argument.node)?, &mut text);
            text.push(',');
        }
        let fields = into.field(field.response_key().node.as_str(), name, text);
        let parent = parent.and_then(|parent| self.types.of_field(parent, name));
        self.collect(&field.selection_set.node, parent, false, fields)
    }

    /// What `@skip` and `@include` say; `None` for what is said by others.
    fn is_included(&self, directives: &[Positioned<Directive>]) -> Option<bool> {
        let mut included = true;
        for Positioned { node: directive, .. } in directives {
            let unless = match directive.name.node.as_str() {
                "skip" => true,
                "include" => false,
                _ => return None,
            };
            let ConstValue::Boolean(condition) =
                self.bindings.resolve(&directive.get_argument("if")?.node)?
            else {
                return None;
            };
            included &= condition != unless;
        }
        Some(included)
    }
}

impl<'a> Canonicals<'a> {
    /// The selections of a field. One that is there already has the new ones behind its own, unless what stands between
    /// might come first.
    fn field(&mut self, key: &'a str, name: &'a str, arguments: String) -> &mut Self {
        let last_condition = self.0.iter().rposition(|entry| matches!(entry, Entry::On { .. }));
        let start = last_condition.map_or(0, |at| at + 1);
        let same = self.0[start..].iter().position(|entry| {
            matches!(entry, Entry::Field { key: other, name: its, arguments: with, .. }
                if *other == key && *its == name && *with == arguments)
        });
        let at = same.map_or(self.0.len(), |at| start + at);
        if same.is_none() {
            self.0.push(Entry::Field { key, name, arguments, fields: Self::default() });
        }
        self.0[at].fields()
    }

    /// The selections that need a condition.
    fn on(&mut self, condition: &'a str) -> &mut Self {
        let is_last =
            matches!(self.0.last(), Some(Entry::On { condition: last, .. }) if *last == condition);
        if !is_last {
            self.0.push(Entry::On { condition, fields: Self::default() });
        }
        let last = self.0.len() - 1;
        self.0[last].fields()
    }
}

impl<'a> Entry<'a> {
    fn fields(&mut self) -> &mut Canonicals<'a> {
        match self {
            Self::Field { fields, .. } | Self::On { fields, .. } => fields,
        }
    }
}

impl fmt::Display for Canonicals<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for entry in &self.0 {
            match entry {
                Entry::Field { key, name, arguments, fields } => {
                    write!(f, "{key}:{name}({arguments}){fields} ")?;
                }
                Entry::On { condition, fields } => write!(f, "...{condition}{fields} ")?,
            }
        }
        f.write_str("}")
    }
}
