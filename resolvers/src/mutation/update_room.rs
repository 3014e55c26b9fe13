//! `Mutation.updateRoom`, a pipeline resolver: open the room, then change its row and record the change in one transaction.

use super::MAX_CONFLICTS;
use crate::{
    Ctx,
    function::{
        audit::act,
        room::{changes, put_change},
    },
    log::{Appended, Entry},
    source::table::from_item,
    word_filter::check_terms,
};
use schema::{Capability, Error, Json, Result, Room, RoomStatus, UpdateRoomInput, room_name};

/// The room as it is now.
pub(super) async fn update_room(ctx: &Ctx, input: UpdateRoomInput) -> Result<Room> {
    let feed = ctx.enter(&input.room_id, Capability::ManageRoom).await?.feed;
    let mut before = feed.room();
    for _ in 0..MAX_CONFLICTS {
        let room = changed(ctx, &before, &input)?;
        let act = act(ctx, "updateRoom").with(changes(&before, &room)?);

        match ctx.run(put_change(&feed, &before, &room, &act)).await? {
            Appended::Done(entries) => {
                return Ok(Room { read_at: entries.first().map(Entry::seq), ..room });
            }
            Appended::Refused(Some(row)) => before = from_item(row)?,
            Appended::Refused(None) => return Err(Error::NotFound("room")),
            Appended::Duplicate(_) => {
                return Err(Error::internal("a change of a room has no marker"));
            }
        }
    }
    Err(Error::VersionConflict { current: before.version })
}

fn changed(ctx: &Ctx, before: &Room, input: &UpdateRoomInput) -> Result<Room> {
    let status = input.status.unwrap_or(before.status);
    let metadata = input.metadata.clone().map(Json::within_limit).transpose()?;
    let settings = match input.settings.clone() {
        Some(changes) => changes.apply(&before.settings)?,
        None => before.settings.clone(),
    };
    check_terms(&settings)?;
    Ok(Room {
        name: input.name.as_deref().map_or(Ok(before.name.clone()), room_name)?,
        status,
        settings,
        metadata: metadata.or_else(|| before.metadata.clone()),
        updated_at: ctx.now,
        starts_at: input.starts_at.or(before.starts_at),
        closed_at: (status == RoomStatus::Closed).then(|| before.closed_at.unwrap_or(ctx.now)),
        version: before.version + 1,
        ..before.clone()
    })
}
