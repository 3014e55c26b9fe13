//! `Mutation.sendEvent`, a unit resolver: put what the host application tells at the end of the room's log.

use crate::{
    Ctx,
    log::{Append, Appended, Entry},
};
use schema::{Capability, Error, Json, Result, RoomStatus, SendEventInput};

/// The longest name.
const MAX_NAME: usize = 64;

/// Whether it is told. An event has no key of its own: one that is sent again is told again.
pub(super) async fn send_event(ctx: &Ctx, input: SendEventInput) -> Result<bool> {
    let name = name(input.name)?;
    let data = input.data.map(Json::within_limit).transpose()?;
    let feed = ctx.enter(&input.room_id, Capability::ManageRoom).await?.feed;
    if feed.room().status == RoomStatus::Closed {
        return Err(Error::RoomNotOpen);
    }

    let event = Entry::Custom { seq: 0, at: ctx.now, name, data };
    match ctx.run(Append::new(&feed, ctx.now, event)).await? {
        Appended::Done(_) => Ok(true),
        Appended::Refused(_) | Appended::Duplicate(_) => {
            Err(Error::internal("an event goes alone"))
        }
    }
}

fn name(name: String) -> Result<String> {
    let valid = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
    match (1..=MAX_NAME).contains(&name.len()) && name.chars().all(valid) {
        true => Ok(name),
        false => Err(Error::bad_input("name", "a name is 1 to 64 of A-Z a-z 0-9 _ - . :")),
    }
}
