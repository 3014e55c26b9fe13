//! What a host does before participants come: create rooms.

use super::Plan;
use crate::{
    control::room_id,
    protocol::{self, Incoming},
    socket::{Door, Lost, Socket, Target},
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
        socket.say(&protocol::operation(room, &plan.load.create_room, &variables)).await?;
    }
    let mut unanswered = rooms.len();
    while unanswered > 0 {
        unanswered -= answers(&mut socket).await?;
    }
    Ok(())
}

/// How many operations have ended.
async fn answers(socket: &mut Socket) -> Result<usize, Lost> {
    let mut ended = 0;
    let understand = |incoming, frame: &[u8]| {
        let errors = match incoming {
            Incoming::Next => protocol::errors(frame),
            Incoming::Ended { errors, .. } => {
                ended += 1;
                errors
            }
            _ => None,
        };
        errors.map_or(Ok(()), |error| Err(Lost::Failed(format!("refused: {error}"))))
    };
    socket.hear(understand).await?;
    Ok(ended)
}
