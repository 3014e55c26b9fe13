//! Arguments of a subscription, of which some are left out and others are null.

use async_graphql::{Context, InputType, MaybeUndefined, Name};
use schema::{Error, MessageFilter, Result};

/// The filter of a field, basic by its arguments or enhanced by its text, but never both, as in AppSync.
pub(super) struct Given<'a> {
    gql: &'a Context<'a>,
    basic: MessageFilter,
}

impl<'a> Given<'a> {
    pub(super) fn to(gql: &'a Context<'_>) -> Self {
        Self { gql, basic: MessageFilter::everything() }
    }

    /// Takes an argument that is named like a field of a message.
    pub(super) fn with<T: InputType>(self, name: &str, argument: &MaybeUndefined<T>) -> Self {
        if is_left_out(self.gql, name) {
            return self;
        }
        Self { basic: self.basic.with(name, argument), ..self }
    }

    /// What is wanted.
    pub(super) fn or(self, filter: Option<&str>) -> Result<MessageFilter> {
        match filter {
            None => Ok(self.basic),
            Some(filter) if self.basic.is_everything() => MessageFilter::parse(filter),
            Some(_) => Err(Error::bad_input(
                "filter",
                "it stands alone: put what the other arguments say into it",
            )),
        }
    }
}

/// Whether an argument is a variable that has no value. To the specification (6.4.1) it is as if the argument were not
/// there; the library makes it null.
fn is_left_out(gql: &Context<'_>, name: &str) -> bool {
    let argument = gql.item.node.get_argument(name).map(|argument| argument.node.clone());
    let variable: Option<Name> = argument.and_then(|it| it.into_const_with(Err).err());
    let Some(variable) = variable else { return false };
    let mut definitions = gql.query_env.operation.node.variable_definitions.iter();
    let definition = definitions.find(|definition| definition.node.name.node == variable);
    let has_default = definition.is_some_and(|definition| definition.node.default_value.is_some());
    !has_default && !gql.query_env.variables.contains_key(&variable)
}
