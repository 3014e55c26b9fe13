//! Which server holds which slot of a cluster.

use redis::{FromRedisValue, Value};
use schema::RoomId;
use std::ops::RangeInclusive;

/// The hash slots of a Redis cluster. A single server is treated as the holder of all.
pub(super) const ALL_SLOTS: RangeInclusive<u16> = 0..=16383;

/// A primary and the slots that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) slots: Vec<RangeInclusive<u16>>,
}

/// The channel that carries a room. The braces make the room's id alone decide the slot.
pub(super) fn channel(room: &RoomId) -> String {
    format!("plenary:{{{room}}}")
}

/// The room that a channel carries.
pub(super) fn room(channel: &[u8]) -> Option<RoomId> {
    let channel = std::str::from_utf8(channel).ok()?;
    channel.strip_prefix("plenary:{")?.strip_suffix('}')?.parse().ok()
}

/// The slot of the room's channel: CRC-16/XMODEM of what stands within the braces.
pub(super) fn slot(room: &RoomId) -> u16 {
    let shift = |crc: u16| if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
    let step = |crc: u16, byte: u8| (0..8).fold(crc ^ (u16::from(byte) << 8), |crc, _| shift(crc));
    room.as_str().bytes().fold(0, step) & ALL_SLOTS.end()
}

/// Reads the answer to `CLUSTER SLOTS`. A server that does not know its own address is at `asked`.
pub(super) fn parse_slots(answer: Value, asked: &str) -> Option<Vec<Shard>> {
    let Value::Array(rows) = answer else { return None };
    let mut shards: Vec<Shard> = Vec::new();
    for row in rows {
        let (slots, host, port) = parse_row(row, asked)?;
        match shards.iter_mut().find(|shard| shard.host == host && shard.port == port) {
            Some(shard) => shard.slots.push(slots),
            None => shards.push(Shard { host, port, slots: vec![slots] }),
        }
    }
    (!shards.is_empty()).then_some(shards)
}

/// A row is the first and last slot, the primary, then the replicas; a server is its host, port, and more.
fn parse_row(row: Value, asked: &str) -> Option<(RangeInclusive<u16>, String, u16)> {
    let Value::Array(row) = row else { return None };
    let [first, last, Value::Array(primary), ..] = row.as_slice() else { return None };
    let [host, port, ..] = primary.as_slice() else { return None };
    let host: Option<String> = FromRedisValue::from_redis_value_ref(host).ok()?;
    let host =
        host.filter(|host| !host.is_empty() && host != "?").unwrap_or_else(|| asked.to_owned());
    Some((number(first)?..=number(last)?, host, number(port)?))
}

fn number(value: &Value) -> Option<u16> {
    FromRedisValue::from_redis_value_ref(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_names_its_room_and_shards_by_it() {
        let id: RoomId = "town-hall".parse().unwrap();
        assert_eq!(channel(&id), "plenary:{town-hall}");
        assert_eq!(room(channel(&id).as_bytes()), Some(id.clone()));
        assert_eq!(slot(&"123456789".parse().unwrap()), 0x31C3);
        for other in ["plenary:town-hall", "plenary:{}", "other:{town-hall}", "plenary:{a b}"] {
            assert_eq!(room(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn slots_are_gathered_by_primary() {
        let text = |text: &str| Value::BulkString(text.as_bytes().to_vec());
        let row = |first, last, host: Value| {
            let server = |host, port| {
                Value::Array(vec![host, Value::Int(port), text("id"), Value::Array(vec![])])
            };
            Value::Array(vec![
                Value::Int(first),
                Value::Int(last),
                server(host, 7000),
                server(text("10.0.0.9"), 7001),
            ])
        };
        let answer = vec![
            row(0, 99, text("10.0.0.1")),
            row(100, 200, Value::Nil),
            row(201, 16383, text("10.0.0.1")),
        ];
        let shards = parse_slots(Value::Array(answer), "10.0.0.2").unwrap();
        assert_eq!(
            shards,
            [
                Shard { host: "10.0.0.1".into(), port: 7000, slots: vec![0..=99, 201..=16383] },
                Shard { host: "10.0.0.2".into(), port: 7000, slots: vec![100..=200] },
            ]
        );
        assert_eq!(parse_slots(Value::Array(vec![]), "10.0.0.2"), None);
        assert_eq!(parse_slots(Value::Okay, "10.0.0.2"), None);
    }
}
