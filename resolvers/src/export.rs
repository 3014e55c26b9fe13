//! A room as it stands in the table, line by line, for those who keep it or study it elsewhere.
//!
//! Rows are exported as they are stored, without what only the table and its nodes need, so a type of entry that is added to the log
//! later is exported without a change here. It relies on how rows are written: the name of an instant is `at`, `since` or
//! ends in `At`, and clients' own JSON is text under `metadata`, `data` or `details`.

mod hidden;
mod private;

use crate::{
    row::{ENTITY, WRITER, head_of, log_ranges, room_key, sequencer_key},
    source::definition::{EXPIRES_AT, GSI1PK, GSI1SK, GSI2PK, GSI2SK, PK, SK},
    source::table::{Item, Query, Range, Table, from_item, is_expired},
};
use hidden::Hidden;
use schema::{DateTime, End, Error, MessageId, Result, RoomId, Seq};
use serde::Serialize;
use serde_json::{Map, Value};

/// Rows asked for at once; with them in memory an export of any length needs a few megabytes.
const PAGE: usize = 500;

/// Attributes that are not part of what happened.
const INTERNAL: [&str; 9] =
    [PK, SK, GSI1PK, GSI1SK, GSI2PK, GSI2SK, WRITER, EXPIRES_AT, "countVersion"];
/// Who sent an anonymous question: nobody is told, wherever it stands. Only the audit log knows.
const SECRET: &str = "sender";
/// Attributes that hold JSON as text.
const JSON_TEXT: [&str; 3] = ["metadata", "data", "details"];

/// What of a room is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What its participants may know.
    Log,
    /// And what is for those who keep order: what is held and refused, who is sanctioned, and the audit log, which keeps what
    /// was deleted and who asked without a name.
    LogAndAudit,
}

/// One line of an export.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<Seq>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Value>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// A room that is being read, page by page.
pub struct Export {
    table: Table,
    room: RoomId,
    extent: Extent,
    begun: DateTime,
    hidden: Hidden,
    ranges: Box<dyn Iterator<Item = (Rows, Range)> + Send>,
    /// What is left of the range that is being read.
    rest: Option<(Rows, Range)>,
}

#[derive(Clone, Copy)]
enum Rows {
    Log,
    Audit,
}

impl Export {
    /// Begins with the line about the room itself. What is appended from now on is not exported.
    pub async fn begin(table: Table, room: RoomId, extent: Extent) -> Result<(Line, Self)> {
        let begun = DateTime::now();
        let row = table.get(room_key(&room)).await?.ok_or(Error::NotFound("room"))?;
        let head = table.get(sequencer_key(&room)).await?.as_ref().map_or(0, head_of);
        let stored: schema::Room = from_item(row.clone())?;
        let mut rest = shown(from_item(row)?);
        if extent == Extent::Log {
            private::strip(&mut rest);
        }
        let mut line = Line { r#type: "room".to_owned(), seq: None, at: None, rest };
        line.rest.insert("head".to_owned(), head.into());
        let hidden = Hidden::read(&table, &room).await?;

        let log = log_ranges(&room, 1, head).map(|range| (Rows::Log, range));
        let log = log.collect::<Vec<_>>();
        let audit = match extent {
            Extent::Log => Vec::new(),
            Extent::LogAndAudit => audit_ranges(&room, stored.created_at, begun),
        };
        let ranges = log.into_iter().chain(audit.into_iter().map(|range| (Rows::Audit, range)));
        Ok((
            line,
            Self { table, room, extent, begun, hidden, ranges: Box::new(ranges), rest: None },
        ))
    }

    /// The next lines, perhaps none; `None` when everything has been read.
    pub async fn page(&mut self) -> Result<Option<Vec<Line>>> {
        let Some((rows, range)) = self.rest.take().or_else(|| self.ranges.next()) else {
            return Ok(None);
        };
        let read = self.table.query(Query::new(range.clone(), End::First, PAGE)).await?;
        // Sort keys of one partition are of one length, so this one is behind the last and before the next.
        self.rest = read.last.map(|last| (rows, Range { low: format!("{last}!"), ..range }));
        let lines = read.items.into_iter().filter_map(|item| self.line(rows, item).transpose());
        lines.collect::<Result<Vec<Line>>>().map(Some)
    }

    /// A row as a line, unless it is void or past its time.
    fn line(&self, rows: Rows, item: Item) -> Result<Option<Line>> {
        if is_expired(&item, self.begun) {
            return Ok(None);
        }
        let sk = item.get(SK).and_then(|sk| sk.as_s().ok()).cloned().unwrap_or_default();
        let mut row: Map<String, Value> = from_item(item)?;
        let (r#type, seq) = match (rows, row.remove(ENTITY)) {
            (Rows::Audit, _) => {
                row.insert("id".to_owned(), sk.into());
                ("AUDIT".to_owned(), None)
            }
            (Rows::Log, Some(Value::String(entity))) if entity != "VOID" => {
                row.remove("seq");
                (entity, Some(sk.parse().map_err(Error::internal)?))
            }
            (Rows::Log, _) => return Ok(None),
        };
        if self.extent == Extent::Log {
            if private::is_private(&r#type, &row) {
                return Ok(None);
            }
            private::strip(&mut row);
        }
        if let (Some(seq), "MESSAGE" | "THREAD") = (seq, r#type.as_str()) {
            self.hidden.apply(seq, &mut row);
            row.extend(row.get("createdAt").cloned().map(|at| ("at".to_owned(), at)));
            let id = MessageId::new(self.room.clone(), seq);
            row.insert("id".to_owned(), id.to_string().into());
        }
        let mut rest = shown(row);
        Ok(Some(Line { r#type, seq, at: rest.remove("at"), rest }))
    }
}

/// Where the audit log of a room is, month by month.
fn audit_ranges(room: &RoomId, from: DateTime, to: DateTime) -> Vec<Range> {
    let (first, last) = (month(from), month(to));
    let of = |month: i64| Range {
        pk: format!("AUDIT#{room}#{:04}{:02}", month / 12, month % 12 + 1),
        low: "0".to_owned(),
        high: "~".to_owned(),
    };
    (first..=last).map(of).collect()
}

/// Months since the year 0.
fn month(at: DateTime) -> i64 {
    let text = at.to_string();
    let mut parts = text.split('-').map(|part| part.parse().unwrap_or(1));
    parts.next().unwrap_or(1970) * 12 + parts.next().unwrap_or(1) - 1
}

/// A row's attributes as somebody outside reads them.
fn shown(mut row: Map<String, Value>) -> Map<String, Value> {
    row.retain(|name, _| !INTERNAL.contains(&name.as_str()));
    present(&mut row);
    row
}

fn present(row: &mut Map<String, Value>) {
    row.remove(SECRET);
    for (name, value) in row {
        match value {
            Value::Object(inner) => present(inner),
            Value::Array(items) => {
                items.iter_mut().filter_map(Value::as_object_mut).for_each(present)
            }
            Value::Number(millis) if is_instant(name) => {
                let at = millis.as_i64().map(|millis| DateTime::from_millis(millis).to_string());
                *value = at.into();
            }
            Value::String(text) if JSON_TEXT.contains(&name.as_str()) => {
                *value = serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into());
            }
            _ => {}
        }
    }
}

fn is_instant(name: &str) -> bool {
    name == "at" || name == "since" || name.ends_with("At")
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::{
        parse_schema,
        types::{TypeKind, TypeSystemDefinition},
    };

    /// Rows have the names of the fields that they serve.
    #[test]
    fn an_instant_is_known_by_its_name() {
        let mut instants = 0;
        for definition in parse_schema(crate::sdl()).unwrap().definitions {
            let TypeSystemDefinition::Type(of) = definition else { continue };
            let TypeKind::Object(object) = &of.node.kind else { continue };
            // It is computed for each caller and stands in no row.
            if of.node.name.node == "RoomViewer" {
                continue;
            }
            for field in &object.fields {
                let (name, is) = (&field.node.name.node, field.node.ty.node.to_string());
                let is_stored_as_one = is.trim_end_matches('!') == "DateTime";
                assert_eq!(is_instant(name), is_stored_as_one, "{name} of {}", of.node.name.node);
                instants += usize::from(is_stored_as_one);
            }
        }
        assert!(instants > 8, "{instants}");
    }

    #[test]
    fn a_hidden_sender_is_removed_wherever_it_stands_and_a_clients_own_json_is_not_touched() {
        let row = serde_json::json!({
            "sender": "eve", "PK": "x", "message": { "sender": "eve", "editedAt": 1 },
            "list": [{ "sender": "eve", "since": 0 }], "metadata": "{\"sender\":1,\"at\":2}", "data": "{",
        });
        let shown = Value::Object(shown(row.as_object().unwrap().clone()));
        let expected = serde_json::json!({
            "message": { "editedAt": "1970-01-01T00:00:00.001Z" }, "list": [{ "since": "1970-01-01T00:00:00.000Z" }],
            "metadata": { "sender": 1, "at": 2 }, "data": "{",
        });
        assert_eq!(shown, expected);
    }
}
