//! `Query.viewer`, a unit resolver: find the profile, which stands before what the token says.

use crate::{Ctx, source::profiles::FindProfile};
use schema::{Result, User};

/// The signed-in user.
pub(super) async fn viewer(ctx: &Ctx) -> Result<User> {
    let profile = ctx.run(FindProfile(ctx.identity.sub.clone())).await?;

    Ok(profile.user(&ctx.identity))
}
