//! `Query.viewer`: what the token says.

use crate::Ctx;
use schema::User;

/// The signed-in user; needs no data source.
pub(super) fn viewer(ctx: &Ctx) -> User {
    User {
        id: ctx.identity.sub.clone(),
        display_name: ctx.identity.display_name().to_owned(),
        avatar_url: ctx.identity.avatar_url().map(str::to_owned),
        groups: ctx.identity.groups.clone(),
    }
}
