//! What the mutations have in common by which order is kept.

use super::MAX_CONFLICTS;
use crate::{
    Ctx,
    access::Place,
    function::people::{get_member, hide_of, list_hides, member_of},
    log::{Append, Appended, BeginSweep, Entry, Feed},
    people::{Hide, Member},
    source::table::from_item,
};
use schema::{Capability, DateTime, Error, Result, Role, SanctionType, UserId};

/// What a change of a person comes to.
pub(super) enum Change<T> {
    /// Nothing: it is so already.
    None(T),
    /// Something to be written.
    Write(Append, T),
}

/// Changes what somebody is, as the table has it, and again if somebody else changes it first.
pub(super) async fn change<T: Send>(
    ctx: &Ctx,
    feed: &Feed,
    user: &UserId,
    plan: impl Fn(&Member) -> Result<Change<T>> + Send,
) -> Result<T> {
    let mut row = ctx.run(get_member(feed.id(), user)).await?;
    for _ in 0..MAX_CONFLICTS {
        let (append, answer) = match plan(&member_of(row, user)?)? {
            Change::None(answer) => return Ok(answer),
            Change::Write(append, answer) => (append, answer),
        };
        match ctx.run(append).await? {
            Appended::Done(entries) => {
                sweep(ctx, feed, &entries).await?;
                return Ok(answer);
            }
            Appended::Refused(found) => row = found,
            Appended::Duplicate(_) => {
                return Err(Error::internal("a change of a person has no marker"));
            }
        }
    }
    Err(Error::unavailable("others kept changing the same person"))
}

/// Whether all that somebody has sent since an instant is hidden, as far as this node knows.
pub(super) async fn is_hidden(
    ctx: &Ctx,
    feed: &Feed,
    user: &UserId,
    since: Option<DateTime>,
) -> Result<bool> {
    let rows = ctx.run(list_hides(feed.id(), user)).await?.items;
    let hides = rows.into_iter().map(from_item).collect::<Result<Vec<Hide>>>()?;
    let last = hides.into_iter().find(|hide| hide.since == since);
    Ok(last.is_some_and(|hide| feed.is_silent_since(user, hide.until)))
}

/// Begins to sweep what entries hide.
pub(super) async fn sweep(ctx: &Ctx, feed: &Feed, entries: &[Entry]) -> Result<()> {
    for hide in entries.iter().filter_map(hide_of) {
        ctx.run(BeginSweep { feed: feed.clone(), hide }).await?;
    }
    Ok(())
}

/// What a role needs to impose a sanction of this type, and to lift it.
pub(super) fn to_impose(of: SanctionType) -> Capability {
    match of {
        SanctionType::Mute => Capability::Mute,
        SanctionType::Ban => Capability::Ban,
    }
}

/// Refuses to judge those who were made to keep order in this room themselves, unless a host does.
pub(super) fn may_judge(place: &Place, target: &Member, capability: Capability) -> Result<()> {
    let keeps_order = matches!(target.role, Some(Role::Host | Role::Moderator));
    match keeps_order && place.role != Role::Host {
        true => Err(Error::Forbidden(capability)),
        false => Ok(()),
    }
}
