//! `Mutation.updateProfile`, a pipeline resolver: ask the limits, set what was given on the PROFILE row, then read it again for
//! this node.
//!
//! It needs no room and no capability: whoever is signed in may say who they are. Sending it again changes nothing more.

use crate::{
    Ctx,
    function::profile::set_profile,
    source::{
        limiter::{Action, Admit, Rules},
        profiles::{Profile, RefreshProfile},
    },
};
use schema::{Result, UpdateProfileInput, User, avatar_url, display_name};

/// The caller as others see them from now on.
pub(super) async fn update_profile(ctx: &Ctx, input: UpdateProfileInput) -> Result<User> {
    let changes = Profile {
        display_name: input.display_name.as_deref().map(display_name).transpose()?,
        avatar_url: input.avatar_url.as_deref().map(avatar_url).transpose()?,
    };
    let user = &ctx.identity.sub;

    if let Some(request) = set_profile(user, changes) {
        ctx.run(admit(ctx)).await?;
        ctx.run(request).await?;
    }
    let profile = ctx.run(RefreshProfile(user.clone())).await?;

    Ok(profile.user(&ctx.identity))
}

fn admit(ctx: &Ctx) -> Admit {
    let user = ctx.guards().rates.of(Action::Profile);
    Admit {
        room: None,
        user: ctx.identity.sub.clone(),
        action: Action::Profile,
        rules: Rules { user, ..Rules::default() },
        text: None,
    }
}
