//! Carries out what the rooms say: who must not go on as before is disconnected, and what comes back is judged anew.

use crate::ws::{CloseCode, Endpoint};
use resolvers::{Expelled, Expulsion};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// Runs for as long as there are rooms.
pub(crate) async fn run(sockets: Endpoint, mut expelled: Receiver<Expelled>) {
    loop {
        match expelled.recv().await {
            Ok(Expelled { room_id, user_id, cause }) => {
                tracing::debug!(room.id = %room_id, ?cause, "a user is expelled");
                sockets.expel(Some(&user_id), code(cause));
            }
            Err(RecvError::Lagged(missed)) => {
                // Nobody knows who they are, so everybody comes anew; bans must not be missed.
                tracing::warn!(missed, "expulsions were missed: all connections are closed");
                sockets.expel(None, CloseCode::RoleChanged);
            }
            Err(RecvError::Closed) => return,
        }
    }
}

fn code(cause: Expulsion) -> CloseCode {
    match cause {
        Expulsion::Banned => CloseCode::Banned,
        Expulsion::RoleChanged => CloseCode::RoleChanged,
    }
}
