//! What stands between a sender and the room: terms, limits, the review hook, and the room's own review. Who is on the staff
//! passes.

use crate::{
    Ctx, Verdict,
    access::Place,
    source::{
        limiter::{Action, Admit, Fingerprint, GiveBack, Rules, TokenBucket},
        review::Review,
    },
    word_filter::RoomTerms,
};
use schema::{Error, Json, Message, MessageKind, Result, ReviewMode, Room};
use std::{future::Future, time::Duration};

/// For how long a room with `uniqueMessages` refuses the same text of the same author.
const UNIQUE_FOR: Duration = Duration::from_secs(30);

/// What becomes of a message that is not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Everybody gets it.
    Publish,
    /// It waits for a review.
    Wait,
}

/// Lets a new message pass, once and in this order: what costs nothing, what is counted, what is asked elsewhere.
pub(super) async fn pass(
    ctx: &Ctx,
    place: &Place,
    room: &Room,
    message: &Message,
) -> Result<Outcome> {
    if place.role.is_staff() {
        return Ok(Outcome::Publish);
    }
    let words = words(ctx, room, message);
    refuse(words)?;
    let rules = sending_rules(ctx, room);
    ctx.run(admit(ctx, room, rules, message)).await?;
    let asked = ctx.run(question(ctx, place, message)).await?;
    refuse(asked)?;

    let waits = words.max(asked) == Verdict::Hold || is_reviewed(room, message);
    Ok(if waits { Outcome::Wait } else { Outcome::Publish })
}

/// Sends a message that has passed. If that fails, its retry must not be found too soon, or the same text again; it counts for
/// the rates all the same, which keep from the table what it cannot take.
pub(super) async fn after_pass<T>(
    ctx: &Ctx,
    place: &Place,
    room: &Room,
    message: &Message,
    send: impl Future<Output = Result<T>>,
) -> Result<T> {
    let sent = send.await;
    if sent.is_err() && !place.role.is_staff() {
        let rules = Rules { user: None, room: None, ..sending_rules(ctx, room) };
        ctx.run(GiveBack(admit(ctx, room, rules, message))).await?;
    }
    sent
}

/// Lets the new text of a message that everybody sees pass. It cannot wait, so that what would have to is refused.
pub(super) async fn pass_edit(
    ctx: &Ctx,
    place: &Place,
    room: &Room,
    message: &Message,
) -> Result<()> {
    if place.role.is_staff() {
        return Ok(());
    }
    if is_reviewed(room, message) || words(ctx, room, message) != Verdict::Allow {
        return Err(Error::ContentRefused);
    }
    let rules = Rules { user: ctx.guards().rates.of(Action::Send), ..Rules::default() };
    ctx.run(admit(ctx, room, rules, message)).await?;
    match ctx.run(question(ctx, place, message)).await? {
        Verdict::Allow => Ok(()),
        Verdict::Hold | Verdict::Refuse => Err(Error::ContentRefused),
    }
}

/// What limits a participant's messages.
pub(crate) fn sending_rules(ctx: &Ctx, room: &Room) -> Rules {
    let settings = &room.settings;
    let pause = Duration::from_secs(u64::from(settings.slow_mode_seconds));
    Rules {
        user: ctx.guards().rates.of(Action::Send),
        slow_mode: Some(pause).filter(|pause| !pause.is_zero()),
        unique_for: settings.unique_messages.then_some(UNIQUE_FOR),
        room: TokenBucket::per_second(settings.max_accept_rate, settings.max_accept_rate),
    }
}

/// What the terms say of all that the sender wrote: clients show of the metadata what they like, and the name above it.
fn words(ctx: &Ctx, room: &Room, message: &Message) -> Verdict {
    let (hold, refuse) = (&room.settings.held_terms[..], &room.settings.refused_terms[..]);
    let terms = RoomTerms { room: &room.id, version: room.version, hold, refuse };
    let check = |text: &str| ctx.guards().words.check(&terms, text);
    let name = message.author.as_ref().map(|author| check(&author.display_name));
    let content = message.content.as_deref().map(check);
    let metadata = message.metadata.as_ref().map(|metadata| check(&metadata.texts()));
    [name, content, metadata].into_iter().flatten().max().unwrap_or(Verdict::Allow)
}

fn refuse(verdict: Verdict) -> Result<()> {
    match verdict {
        Verdict::Refuse => Err(Error::ContentRefused),
        Verdict::Allow | Verdict::Hold => Ok(()),
    }
}

fn admit(ctx: &Ctx, room: &Room, rules: Rules, message: &Message) -> Admit {
    let text = message.content.as_deref().map(Fingerprint::of);
    let (room, user) = (Some(room.id.clone()), ctx.identity.sub.clone());
    Admit { room, user, action: Action::Send, rules, text }
}

fn question(ctx: &Ctx, place: &Place, message: &Message) -> Review {
    Review {
        room_id: message.room_id.clone(),
        user_id: ctx.identity.sub.clone(),
        role: place.role,
        kind: message.kind,
        content: message.content.clone().unwrap_or_default(),
        metadata: message.metadata.as_ref().map(Json::value),
        parent_id: message.parent_id.clone(),
        client_message_id: message.client_message_id.clone(),
        sent_at: ctx.now,
    }
}

fn is_reviewed(room: &Room, message: &Message) -> bool {
    match room.settings.review_mode {
        ReviewMode::Off => false,
        ReviewMode::Questions => message.kind == MessageKind::Question,
        ReviewMode::All => true,
    }
}
