use super::*;
use crate::clock::Moment;
use serde_json::{Value, json};

fn scanned(frame: &str) -> (Vec<Event>, Batch) {
    let mut events = Vec::new();
    let batch = scan(frame.as_bytes(), |event| events.push(event));
    (events, batch)
}

/// What the scanner must find, by way of a whole parse.
fn parsed(frame: &str) -> (Vec<Event>, Batch) {
    let frame: Value = serde_json::from_str(frame).unwrap();
    let batch = &frame["payload"]["data"]["roomEvents"];
    let event = |event: &Value| Event {
        seq: event["seq"].as_u64(),
        mark: event["message"]["content"].as_str().and_then(|text| Mark::parse(text.as_bytes())),
    };
    let events = batch["events"].as_array().unwrap().iter().map(event).collect();
    let cursor = batch["cursor"].as_str().and_then(|cursor| cursor.parse().ok());
    (events, Batch { cursor, is_gap: batch["resume"] == "GAP" })
}

/// Texts that try to look like what the scanner looks for.
const TRAPS: &[&str] = &[
    "",
    "\"seq\":7",
    "\\\"seq\\\":7",
    "seq",
    "cursor",
    "resume",
    "GAP",
    "ends with a backslash \\",
    "\\\\\"",
    "a plt 1 2 ",
    "{\"seq\":1,\"resume\":\"GAP\"}",
    "ünïcödé 🎤\u{2028}\n\t",
];

/// A batch as a server writes it for the default document: in the order of the selection, `seq` first.
fn random_frame(random: &mut fastrand::Rng) -> String {
    let colon = [":", ": ", " :\n"][random.usize(0..3)];
    let events: Vec<String> = (0..random.usize(0..5))
        .map(|_| {
            let mark = Mark { due: Moment(random.i64(0..i64::MAX)), number: random.u64(..) };
            let trap = TRAPS[random.usize(..TRAPS.len())];
            let rest = match random.u8(0..4) {
                0 => json!({ "name": trap }),
                1 => json!({ "content": trap, "id": trap }),
                _ => json!({ "author": trap, "content": mark.content(random.usize(0..300)) }),
            };
            format!("{{\"seq\"{colon}{},\"message\":{rest}}}", random.u64(..))
        })
        .collect();
    let resume = ["LIVE", "REPLAYED", "GAP"][random.usize(0..3)];
    let (cursor, events) = (random.u32(..), events.join(", "));
    let batch =
        format!(r#"{{"cursor"{colon}"{cursor}","resume"{colon}"{resume}","events":[{events}]}}"#);
    format!(r#"{{"id":"1","type":"next","payload":{{"data":{{"roomEvents":{batch}}}}}}}"#)
}

#[test]
fn it_finds_what_a_parser_finds() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..20_000 {
        let frame = random_frame(&mut random);
        assert_eq!(scanned(&frame), parsed(&frame), "{frame}");
    }
}

#[test]
fn a_frame_that_is_cut_off_anywhere_is_read_without_harm() {
    let mut random = fastrand::Rng::with_seed(8);
    for _ in 0..200 {
        let frame = random_frame(&mut random);
        for end in 0..frame.len() {
            scan(&frame.as_bytes()[..end], |_| {});
        }
    }
}

#[test]
fn one_object_per_frame_is_an_event_in_either_order() {
    let mark = Mark { due: Moment(5), number: 6 };
    let content = mark.content(40);
    for fields in [
        format!(r#""seq":3,"content":"{content}""#),
        format!(r#""content":"{content}", "seq" : 3"#),
    ] {
        let frame = format!(
            r#"{{"type":"next","id":"1","payload":{{"data":{{"messageSent":{{{fields}}}}}}}}}"#
        );
        assert_eq!(scanned(&frame).0, [Event { seq: Some(3), mark: Some(mark) }]);
    }
}

#[test]
fn a_frame_after_another_is_not_taken_for_it() {
    let mut scanned = Scanned::default();
    for seq in [7, 7, 8] {
        scanned.look(format!(r#"{{"cursor":"{seq}","events":[{{"seq":{seq}}}]}}"#).as_bytes());
        assert_eq!(scanned.batch.cursor, Some(seq));
        assert_eq!(scanned.events, [Event { seq: Some(seq), mark: None }]);
    }
}
