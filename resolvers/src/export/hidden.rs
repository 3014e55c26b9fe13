//! What is hidden in a room and not yet deleted row by row: an export must not be faster than that.

use crate::source::{
    definition::GSI1,
    table::{Query, Range, Table, from_item},
};
use schema::{DateTime, End, Result, RoomId, Seq, UserId};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Rows asked for at once; there are as many as authors are being hidden at this moment.
const PAGE: usize = 100;

/// Everything of a room that is on its way to be deleted.
pub(super) struct Hidden(Vec<Hide>);

/// That what one author sent is hidden.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hide {
    user_id: UserId,
    /// Only what was sent from then on.
    since: Option<DateTime>,
    /// Only what stands before this position.
    until: Seq,
    at: DateTime,
}

impl Hidden {
    /// Reads them from the index that lists them until every row they cover is a tombstone.
    pub(super) async fn read(table: &Table, room: &RoomId) -> Result<Self> {
        let mut hides = Vec::new();
        let mut low = "HIDE#".to_owned();
        loop {
            let range = Range { pk: format!("MEMBERS#{room}"), low, high: "HIDE#~".to_owned() };
            let page = table.query(Query::index(GSI1, range, End::First, PAGE)).await?;
            for item in page.items {
                hides.push(from_item(item)?);
            }
            match page.last {
                Some(last) => low = format!("{last}!"),
                None => return Ok(Self(hides)),
            }
        }
    }

    /// Makes a tombstone of a message that is hidden; its instants are milliseconds still.
    pub(super) fn apply(&self, seq: Seq, message: &mut Map<String, Value>) {
        let Some(hide) = self.0.iter().find(|hide| hide.covers(seq, message)) else { return };
        message.retain(|name, _| !["content", "metadata", "pinnedAt"].contains(&name.as_str()));
        message.insert("status".to_owned(), "DELETED".into());
        message.entry("deletedAt").or_insert_with(|| hide.at.as_millis().into());
    }
}

impl Hide {
    /// What was sent without a name is not covered: hiding it would tell whose it is.
    fn covers(&self, seq: Seq, message: &Map<String, Value>) -> bool {
        let author = message.get("author").and_then(|author| author["userId"].as_str());
        let sent = message.get("createdAt").and_then(Value::as_i64).map(DateTime::from_millis);
        author == Some(self.user_id.as_str())
            && seq < self.until
            && self.since.is_none_or(|since| sent.is_none_or(|sent| sent >= since))
    }
}
