//! `Mutation.createRoom`, a unit resolver: put the room, its sequencer and its first record in one transaction.

use crate::{
    Ctx,
    function::{audit::act, room::put_room},
    source::table::Written,
    word_filter::check_terms,
};
use schema::{
    Capability, CreateRoomInput, Error, Json, Result, Room, RoomId, RoomSettings, RoomStatus,
    room_name,
};

/// The new room. It is open, unless it begins later.
pub(super) async fn create_room(ctx: &Ctx, input: CreateRoomInput) -> Result<Room> {
    ctx.require(Capability::ManageRoom)?;
    let later = input.starts_at.is_some_and(|starts_at| starts_at > ctx.now);
    let room = Room {
        id: input.id.unwrap_or_else(RoomId::generate),
        name: room_name(&input.name)?,
        status: if later { RoomStatus::Scheduled } else { RoomStatus::Open },
        settings: input.settings.unwrap_or_default().apply(&RoomSettings::default())?,
        metadata: input.metadata.map(Json::within_limit).transpose()?,
        created_at: ctx.now,
        updated_at: ctx.now,
        starts_at: input.starts_at,
        closed_at: None,
        version: 1,
        pinned: Vec::new(),
        read_at: Some(0),
    };
    check_terms(&room.settings)?;

    match ctx.run(put_room(&room, &act(ctx, "createRoom"))).await? {
        Written::Done => Ok(room),
        Written::Refused { .. } => Err(Error::bad_input("id", "there is a room with this id")),
    }
}
