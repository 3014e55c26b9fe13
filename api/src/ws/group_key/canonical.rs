//! The one spelling of a subscription.
//!
//! It follows what the execution really does: a nullable variable that is not given is null, but `@skip` and `@include`
//! do not see the defaults of variables. Only the root tells an argument that is null from one that is not there, and there
//! a variable that is not given is not there.

use super::{
    selections::{Field, Selections},
    types::{FieldType, Types},
    value,
};
use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{
        self, Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
        TypeCondition, VariableDefinition,
    },
};
use schema::MessageFilter;
use std::fmt::Write;

/// The root's argument that says where a subscriber begins; a group begins where it is.
const START: &str = "after";

/// The root's argument that has a spelling of its own.
const FILTER: &str = "filter";

/// How long a spelling may be. It is also how much is read, because what fragments repeat is spelled once.
const MAX_BYTES: usize = 64 * 1024;

/// The execution refuses what is deeper.
const MAX_LEVELS: usize = 32;

/// Spells a subscription that selects one root field; `None` if that is not certain to be what is executed.
pub(super) fn spelling(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
    types: &Types,
) -> Option<String> {
    let has_directives =
        |variable: &Positioned<VariableDefinition>| !variable.node.directives.is_empty();
    if !operation.directives.is_empty() || operation.variable_definitions.iter().any(has_directives)
    {
        return None;
    }
    let [Positioned { node: Selection::Field(root), .. }] = &operation.selection_set.node.items[..]
    else {
        return None;
    };
    let mut speller = Speller { document, operation, variables, types, left: MAX_BYTES };
    if !speller.is_selected(&root.node.directives)? {
        return None;
    }
    let mut root = root.node.clone();
    root.arguments.retain(|(name, _)| name.node != START);
    let mut selections = Selections::default();
    selections.add(speller.field(&root, types.subscription(), 0)?);
    Some(selections.to_string())
}

struct Speller<'a> {
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    types: &'a Types,
    left: usize,
}

impl<'a> Speller<'a> {
    /// Adds what a selection set selects of a parent, whose type is not always known.
    fn read(
        &mut self,
        set: &SelectionSet,
        parent: Option<&str>,
        level: usize,
        selections: &mut Selections,
    ) -> Option<()> {
        if level > MAX_LEVELS {
            return None;
        }
        for Positioned { node: selection, .. } in &set.items {
            self.spend(1)?;
            if !self.is_selected(selection.directives())? {
                continue;
            }
            let (condition, set) = match selection {
                Selection::Field(field) => {
                    selections.add(self.field(&field.node, parent, level)?);
                    continue;
                }
                Selection::InlineFragment(inline) => {
                    (inline.node.type_condition.as_ref(), &inline.node.selection_set.node)
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.node.fragment_name.node)?;
                    let fragment = Some(&fragment.node).filter(|it| it.directives.is_empty())?;
                    (Some(&fragment.type_condition), &fragment.selection_set.node)
                }
            };
            self.fragment(condition, set, parent, level, selections)?;
        }
        Some(())
    }

    fn fragment(
        &mut self,
        condition: Option<&Positioned<TypeCondition>>,
        set: &SelectionSet,
        parent: Option<&str>,
        level: usize,
        selections: &mut Selections,
    ) -> Option<()> {
        let condition = condition.map(|condition| condition.node.on.node.as_str());
        let condition = condition.filter(|condition| !self.types.is_always(parent, condition));
        let Some(condition) = condition else {
            return self.read(set, parent, level + 1, selections);
        };
        self.spend(condition.len() + "...on {} ".len())?;
        let mut inner = Selections::default();
        self.read(set, Some(condition), level + 1, &mut inner)?;
        selections.add_on(condition, inner);
        Some(())
    }

    fn field(&mut self, field: &types::Field, parent: Option<&str>, level: usize) -> Option<Field> {
        let (key, name) = (field.response_key().node.as_str(), field.name.node.as_str());
        let types: &'a Types = self.types;
        let field_type = parent.and_then(|parent| types.field(parent, name));
        if field_type.is_some_and(FieldType::is_list_of_lists) {
            return None;
        }
        let mut head = format!("{key}:{name}");
        match level {
            0 => self.arguments_of_root(field, field_type, &mut head)?,
            _ => self.arguments(field, field_type, &mut head)?,
        }
        self.spend(head.len() + "{} ".len())?;
        let mut inner = Selections::default();
        let field_type = field_type.map(FieldType::name);
        self.read(&field.selection_set.node, field_type, level + 1, &mut inner)?;
        let is_leaf = field.selection_set.node.items.is_empty();
        Some(Field { key: key.to_owned(), head, inner, is_leaf })
    }

    fn arguments(
        &mut self,
        field: &types::Field,
        field_type: Option<&FieldType>,
        head: &mut String,
    ) -> Option<()> {
        let mut spelled = Vec::with_capacity(field.arguments.len());
        for (name, given) in &field.arguments {
            let name = name.node.as_str();
            let given = given.node.clone().into_const_with(|it| self.bound(&it).ok_or(()));
            let given = given.ok()?;
            let is_as_if_absent = || field_type.is_some_and(|it| it.is_null_without(name));
            if given != Value::Null || !is_as_if_absent() {
                spelled.push((name, value::spelling(&given)?));
            }
        }
        write_sorted(spelled, head)
    }

    fn arguments_of_root(
        &mut self,
        root: &types::Field,
        field_type: Option<&FieldType>,
        head: &mut String,
    ) -> Option<()> {
        let mut spelled = Vec::with_capacity(root.arguments.len());
        for (name, given) in &root.arguments {
            let name = name.node.as_str();
            let variable = given.node.clone().into_const_with(Err::<Value, Name>).err();
            let is_left_out = variable.is_some_and(|variable| self.has_no_value(&variable));
            if is_left_out && field_type.is_some_and(|it| it.is_null_without(name)) {
                continue;
            }
            let given = given.node.clone().into_const_with(|it| self.bound(&it).ok_or(()));
            let value = match given.ok()? {
                // What is no filter is refused, and by nobody but the execution.
                Value::String(text) if name == FILTER => {
                    MessageFilter::parse(&text).ok()?.to_string()
                }
                given => value::spelling(&given)?,
            };
            spelled.push((name, value));
        }
        write_sorted(spelled, head)
    }

    /// A variable's value, each time at its length, because a list may repeat it.
    fn bound(&mut self, name: &Name) -> Option<Value> {
        let value = self.variable(name)?;
        self.spend(value::spelling(&value)?.len())?;
        Some(value)
    }

    fn variable(&self, name: &Name) -> Option<Value> {
        let definition = self.definition(name)?;
        self.variables.get(name).or_else(|| definition.default_value()).cloned()
    }

    /// Whether a variable, which need not be given, is not given.
    fn has_no_value(&self, name: &Name) -> bool {
        let may_be_left_out =
            |it: &VariableDefinition| it.var_type.node.nullable && it.default_value.is_none();
        !self.variables.contains_key(name) && self.definition(name).is_some_and(may_be_left_out)
    }

    fn definition(&self, name: &Name) -> Option<&'a VariableDefinition> {
        let mut definitions = self.operation.variable_definitions.iter();
        definitions.find(|definition| definition.node.name.node == *name).map(|it| &it.node)
    }

    /// Whether nothing skips a selection.
    fn is_selected(&self, directives: &[Positioned<Directive>]) -> Option<bool> {
        let mut is_selected = true;
        for Positioned { node: directive, .. } in directives {
            let included = match directive.name.node.as_str() {
                "skip" => false,
                "include" => true,
                _ => return None,
            };
            let given = |name| self.variables.get(&name).cloned().ok_or(());
            let condition = directive.get_argument("if")?.node.clone().into_const_with(given);
            let Ok(Value::Boolean(condition)) = condition else { return None };
            is_selected &= condition == included;
        }
        Some(is_selected)
    }

    fn spend(&mut self, bytes: usize) -> Option<()> {
        self.left = self.left.checked_sub(bytes)?;
        Some(())
    }
}

fn write_sorted(mut arguments: Vec<(&str, String)>, head: &mut String) -> Option<()> {
    arguments.sort();
    for (name, value) in arguments {
        write!(head, "({name}:{value})").ok()?;
    }
    Some(())
}
