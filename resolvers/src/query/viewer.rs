//! `Query.viewer`: what the token says.

use crate::Ctx;
use schema::User;

/// The signed-in user; needs no data source.
pub(super) fn viewer(ctx: &Ctx) -> User {
    User {
        id: ctx.identity.sub.clone(),
        display_name: ctx.identity.display_name(),
        avatar_url: ctx.identity.avatar_url(),
        groups: ctx.identity.groups.clone(),
    }
}
