//! `Mutation.reportMessage`, a pipeline resolver: find the message, look for the caller's report, put it and count it on the
//! message's row in one transaction, then tell those who keep order.

use super::reason;
use crate::{
    Ctx,
    function::{
        audit::{act, put_act},
        report::{count_report, get_message, get_report, put_report},
    },
    log::{Feed, TellReport, history::FindMessage},
    row::{Act, reports_of},
    source::{
        limiter::{Action, Admit, Rules},
        table::{Transact, Write, Written},
    },
};
use schema::{Capability, Error, Message, MessageStatus, ReportMessageInput, Result};

/// Whether the message is reported. A person's second report of a message changes nothing and tells nobody.
pub(super) async fn report_message(ctx: &Ctx, input: ReportMessageInput) -> Result<bool> {
    let reason = reason::given(&input.reason)?;
    let (id, user) = (&input.message_id, &ctx.identity.sub);
    // Who is muted may still call for help.
    let feed = ctx.enter(id.room(), Capability::Read).await?.feed;
    let message = ctx.run(FindMessage { feed: feed.clone(), seq: id.seq() }).await?;
    reportable(ctx, &message)?;
    if ctx.run(get_report(id, user)).await?.is_some() {
        return Ok(true);
    }
    ctx.run(may_report(ctx, &feed)).await?;

    let act = record(ctx, &message, &reason);
    let report = put_report(id, &act, feed.room().settings.retention());
    let Some(turn) = feed.turn_to_count(id.seq()).await? else {
        return reported(&ctx.run(Transact(vec![report])).await?);
    };
    let written = ctx.run(Transact(counted(report, &message, &act))).await?;
    if written != Written::Done {
        return reported(&written);
    }
    let count = ctx.run(get_message(id)).await?.as_ref().map_or(1, reports_of);
    ctx.run(TellReport { feed: feed.clone(), target: id.seq(), count, reason }).await?;
    drop(turn);
    Ok(true)
}

/// Refuses what the caller does not see, and what is the caller's own.
fn reportable(ctx: &Ctx, message: &Message) -> Result<()> {
    if message.status != MessageStatus::Published {
        return Err(Error::NotFound("message"));
    }
    match message.is_by(&ctx.identity.sub) {
        true => Err(Error::bad_input("messageId", "this is your own message: delete it")),
        false => Ok(()),
    }
}

fn may_report(ctx: &Ctx, feed: &Feed) -> Admit {
    let user = ctx.guards().rates.of(Action::Report);
    Admit {
        room: Some(feed.id().clone()),
        user: ctx.identity.sub.clone(),
        action: Action::Report,
        rules: Rules { user, ..Rules::default() },
        text: None,
    }
}

fn record(ctx: &Ctx, message: &Message, reason: &str) -> Act {
    let act = act(ctx, "reportMessage").to_message(&message.id()).because(Some(reason));
    match &message.author {
        Some(author) => act.to_user(&author.user_id),
        None => act,
    }
}

fn counted(report: Write, message: &Message, act: &Act) -> Vec<Write> {
    let id = message.id();
    vec![report, count_report(&id), put_act(id.room(), act)]
}

/// What became of a report: written, there already, or of a message that is gone meanwhile.
fn reported(written: &Written) -> Result<bool> {
    match written {
        Written::Done | Written::Refused { write: 0, .. } => Ok(true),
        Written::Refused { .. } => Err(Error::NotFound("message")),
    }
}
