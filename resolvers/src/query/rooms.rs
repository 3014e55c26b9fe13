//! `Query.rooms`: one query per status, merged by the time the rooms begin.

use crate::{
    Ctx, function::room::list_rooms, log::OpenRoom, row::room_order, source::table::from_item,
};
use futures_util::future::try_join_all;
use schema::{Capability, End, Error, Page, PageArgs, Result, Room, RoomConnection, RoomStatus};

const ALL: [RoomStatus; 4] =
    [RoomStatus::Open, RoomStatus::Scheduled, RoomStatus::Paused, RoomStatus::Closed];

/// Whether the answer shows the rooms' positions.
pub(super) enum Positions {
    /// Then they are taken before anything else of the rooms is read.
    Wanted,
    /// Then no room needs to be opened for it.
    Unwanted,
}

/// A page of rooms.
pub(super) async fn rooms(
    ctx: &Ctx,
    first: Option<i32>,
    after: Option<String>,
    status: Option<Vec<RoomStatus>>,
    positions: Positions,
) -> Result<RoomConnection> {
    ctx.require(Capability::Read)?;
    let page: Page<String> = PageArgs { first, after, ..PageArgs::default() }.check(End::First)?;
    if page.after.as_ref().is_some_and(|after| after.len() > 128 || !after.is_ascii()) {
        return Err(Error::bad_input("after", "this is not a cursor"));
    }
    let wanted = status.unwrap_or_else(|| ALL.to_vec());
    let statuses = ALL.into_iter().filter(|status| wanted.contains(status));

    let lists =
        statuses.map(|status| ctx.run(list_rooms(status, page.after.as_deref(), page.limit + 1)));
    let lists = try_join_all(lists).await?;

    let items = lists.into_iter().flat_map(|list| list.items);
    let mut rooms = items.map(from_item).collect::<Result<Vec<Room>>>()?;
    rooms.sort_by_key(room_order);
    let more = rooms.len() > page.limit;
    rooms.truncate(page.limit);
    if let Positions::Wanted = positions {
        let open =
            |room: Room| async move { ctx.run(OpenRoom(room.id)).await.map(|feed| feed.room()) };
        rooms = try_join_all(rooms.into_iter().map(open)).await?;
    }
    Ok(RoomConnection::of(
        rooms.into_iter().map(|room| (room_order(&room), room)).collect(),
        &page,
        more,
    ))
}
