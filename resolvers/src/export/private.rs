//! What stands in a room's log and is not for everybody in it.

use serde_json::{Map, Value};

/// Whether participants may not know of an entry: what waits for a review or was refused by one, that it was, and what
/// somebody is in the room.
pub(super) fn is_private(entity: &str, row: &Map<String, Value>) -> bool {
    let text = |name: &str| row.get(name).and_then(Value::as_str);
    match entity {
        "MESSAGE" | "THREAD" => matches!(text("status"), Some("HELD" | "REJECTED")),
        "CHANGED" => text("change") == Some("REJECTED"),
        "MEMBER" => true,
        _ => false,
    }
}

/// Takes away what of a row, or of the room in it, participants may not know.
pub(super) fn strip(row: &mut Map<String, Value>) {
    row.remove("reportCount");
    if let Some(Value::Object(settings)) = row.get_mut("settings") {
        settings.remove("heldTerms");
        settings.remove("refusedTerms");
    }
    if let Some(Value::Object(room)) = row.get_mut("room") {
        strip(room);
    }
}
