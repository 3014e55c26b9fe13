//! What a host does before participants come: create rooms.

use super::Plan;
use crate::{
    control::room_id,
    protocol::{self, Incoming},
    socket::{Door, Lost, Socket, Target, hear, say},
};
use serde_json::json;
use std::{error::Error, time::Duration};
use tokio::time::timeout;

/// Rooms that are asked for on one connection, which a server may allow only so many operations at once.
const ON_ONE_CONNECTION: usize = 50;
/// How long those may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Creates the rooms, on the first machine; the others begin late enough.
pub(super) async fn create_rooms(
    plan: &Plan,
    target: &Target,
    run_id: &str,
) -> Result<(), Box<dyn Error>> {
    if plan.load.create_room.trim().is_empty() || plan.shard.index > 0 {
        return Ok(());
    }
    let rooms: Vec<String> = (0..plan.load.rooms()).map(|room| room_id(run_id, room)).collect();
    for some in rooms.chunks(ON_ONE_CONNECTION) {
        let created = timeout(PATIENCE, create(plan, target, some)).await;
        let created = created.map_err(|_| format!("no room within {PATIENCE:?}"))?;
        created.map_err(|lost| format!("rooms cannot be created: {lost}"))?;
    }
    Ok(())
}

async fn create(plan: &Plan, target: &Target, rooms: &[String]) -> Result<(), Lost> {
    let mut socket = target.connect(Door::default(), &plan.tokens.host).await?;
    for room in rooms {
        let variables = json!({ "id": room, "name": "Load test" });
        say(&mut socket, protocol::subscribe(room, &plan.load.create_room, &variables)).await?;
    }
    for _ in rooms {
        answer(&mut socket).await?;
    }
    Ok(())
}

/// Waits for the end of one operation.
async fn answer(socket: &mut Socket) -> Result<(), Lost> {
    loop {
        let frame = hear(socket).await?;
        let errors = match protocol::classify(&frame) {
            Incoming::Next => protocol::errors(&frame),
            Incoming::Ping => {
                say(socket, protocol::pong()).await?;
                None
            }
            Incoming::Ended { errors: None, .. } => return Ok(()),
            Incoming::Ended { errors, .. } => errors,
            Incoming::Acknowledged | Incoming::Pong | Incoming::Unknown => None,
        };
        if let Some(error) = errors {
            return Err(Lost(format!("refused: {error}")));
        }
    }
}
