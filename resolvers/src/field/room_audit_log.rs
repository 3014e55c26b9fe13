//! `Room.auditLog`, a pipeline resolver: read month by month, from the newest back to the room's first.

use crate::{
    Ctx,
    function::audit::list_acts,
    row::{audit_of, month},
};
use schema::{
    AuditEntry, AuditEntryConnection, Capability, DateTime, End, Error, Page, PageArgs, Result,
    Room,
};
use std::time::Duration;

/// How many months one page may look into. A page of a quiet room ends there, and its cursor leads on.
const MAX_MONTHS: usize = 24;
const DAY: Duration = Duration::from_secs(86_400);

/// A page of what was done, newest first.
pub(super) async fn room_audit_log(
    ctx: &Ctx,
    room: &Room,
    page: PageArgs,
) -> Result<AuditEntryConnection> {
    ctx.enter(&room.id, Capability::ManageRoom).await?;
    let page: Page<String> = page.check(End::First)?;
    let (mut at, below) = match &page.after {
        Some(after) => (begun_at(after)?, Some(after.as_str())),
        None => (ctx.now, None),
    };

    let (mut entries, mut below) = (Vec::new(), below);
    let oldest = month(room.created_at);
    for _ in 0..MAX_MONTHS {
        let (this, wanted) = (month(at), page.limit + 1 - entries.len());
        // The cursor's own entry is read again and left out.
        let query = list_acts(&room.id, &this, below, wanted + usize::from(below.is_some()));
        let read = ctx.run(query).await?.items.into_iter().map(audit_of);
        let read = read.collect::<Result<Vec<AuditEntry>>>()?;
        entries.extend(read.into_iter().filter(|entry| below != Some(entry.id.as_str())));
        if entries.len() > page.limit || this <= oldest {
            break;
        }
        below = None;
        while month(at) == this {
            at = at.minus(DAY);
        }
    }
    let more = entries.len() > page.limit;
    entries.truncate(page.limit);
    let items = entries.into_iter().map(|entry| (entry.id.to_string(), entry)).collect();
    Ok(AuditEntryConnection::of(items, &page, more))
}

/// When the entry with this id was written: a ULID begins with its time.
fn begun_at(id: &str) -> Result<DateTime> {
    let id: ulid::Ulid =
        id.parse().map_err(|_| Error::bad_input("after", "this is not a cursor"))?;
    Ok(DateTime::from_millis(i64::try_from(id.timestamp_ms()).unwrap_or(i64::MAX)))
}
