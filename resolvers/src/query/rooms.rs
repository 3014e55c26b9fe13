//! `Query.rooms`: one query per status, merged by the time the rooms begin.

use crate::{Ctx, function::room::list_rooms, row::room_order, source::table::from_item};
use futures_util::future::try_join_all;
use schema::{Capability, End, Error, Page, PageArgs, Result, Room, RoomConnection, RoomStatus};

const ALL: [RoomStatus; 4] =
    [RoomStatus::Open, RoomStatus::Scheduled, RoomStatus::Paused, RoomStatus::Closed];

/// A page of rooms.
pub(super) async fn rooms(
    ctx: &Ctx,
    first: Option<i32>,
    after: Option<String>,
    status: Option<Vec<RoomStatus>>,
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
    Ok(RoomConnection::of(
        rooms.into_iter().map(|room| (room_order(&room), room)).collect(),
        &page,
        more,
    ))
}
