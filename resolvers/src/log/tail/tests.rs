use super::*;
use crate::{
    Audience,
    log::{Change, entry::Pins},
};
use crate::{access::room_for_tests, function::message::message_for_tests};
use schema::{DateTime, MessageKind};

fn message(seq: Seq, content: &str) -> Message {
    let at = DateTime::from_millis(seq as i64);
    let content = Some(content.to_owned());
    Message { seq, content, ..message_for_tests("ada", MessageKind::Chat, at) }
}

fn most(entries: usize) -> Most {
    Most { entries, bytes: 10_000 }
}

fn tail(base: Seq) -> Tail {
    Tail::new(room_for_tests(), Arc::default(), base)
}

fn changed(seq: Seq, at: DateTime, target: Seq, change: Change, message: Option<Message>) -> Entry {
    Entry::Changed { seq, at, target, change, reason: None, pins: None, message }
}

fn sent(seq: Seq) -> Entry {
    Entry::Message(message(seq, "hello"))
}

fn deleted(seq: Seq, target: Seq) -> Entry {
    let at = DateTime::from_millis(seq as i64);
    let message = Some(message(target, "hello").tombstone(at));
    Entry::Deleted { seq, at, target, reason: None, message }
}

fn seqs(tail: &Tail, after: Seq) -> Vec<Seq> {
    let seq = |event: &Event| event.event.happened().0;
    let stretch =
        tail.after(after, Most { entries: 1_000, bytes: usize::MAX }, Audience::Staff).unwrap();
    stretch.events.iter().map(seq).collect()
}

#[test]
fn any_order_of_arrival_gives_one_order_of_delivery() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..200 {
        let mut arriving: Vec<Seq> = (1..=50).chain(1..=50).collect();
        random.shuffle(&mut arriving);
        let mut tail = tail(0);
        let mut position = 0;
        for seq in arriving {
            let moved = tail.offer(sent(seq));
            assert_eq!(moved, tail.position() > position);
            position = tail.position();
            assert_eq!(seqs(&tail, 0), (1..=position).collect::<Vec<_>>());
        }
        assert_eq!(position, 50);
    }
}

#[test]
fn what_is_missing_is_known_up_to_the_head() {
    let mut tail = tail(0);
    for seq in [1, 3, 4, 7] {
        tail.offer(sent(seq));
    }
    assert_eq!(tail.missing(0), [2..=2, 5..=6]);
    assert_eq!(tail.missing(9), [2..=2, 5..=6, 8..=9]);
    tail.offer(Entry::Void { seq: 2, at: DateTime::from_millis(0) });
    assert_eq!(tail.position(), 4);
    assert_eq!(seqs(&tail, 0), [1, 3, 4]);
}

#[test]
fn a_deleted_message_is_nowhere_left_in_memory() {
    let mut tail = tail(0);
    tail.offer(sent(1));
    tail.offer(sent(2));
    tail.offer(deleted(3, 1));
    let events = tail.after(0, most(10), Audience::Staff).unwrap().events;
    assert!(
        events
            .iter()
            .filter_map(|event| event.message.as_ref())
            .all(|m| m.seq == 2 || m.content.is_none())
    );
    let (page, more) = tail.newest(Seq::MAX, 10, |_| true).unwrap();
    assert_eq!(
        (page[0].content.as_deref(), page[1].content.as_deref(), more),
        (None, Some("hello"), false)
    );
}

#[test]
fn memory_is_bounded_in_entries_and_bytes_and_frees_what_it_drops() {
    let mut tail = tail(0);
    for seq in 1..=3 * KEEP_ENTRIES as Seq {
        tail.offer(if seq % 3 == 0 { deleted(seq, seq - 1) } else { sent(seq) });
    }
    assert_eq!(tail.entries.len(), KEEP_ENTRIES);
    assert!(tail.messages.len() <= KEEP_ENTRIES);
    assert!(tail.after(tail.base() - 1, most(10), Audience::Staff).is_none());

    let first = tail.position() + 1;
    for seq in first..first + 100 {
        tail.offer(Entry::Message(message(seq, &"x".repeat(KEEP_BYTES / 50))));
    }
    assert!(tail.bytes <= KEEP_BYTES && tail.entries.len() <= 50);
    let held: usize = tail.messages.values().map(|held| held.bytes).sum();
    assert_eq!(held, tail.bytes);
}

#[test]
fn a_long_message_that_is_replied_to_again_and_again_counts_once() {
    let mut tail = tail(0);
    tail.offer(Entry::Message(message(1, &"x".repeat(40_000))));
    for seq in 2..=KEEP_ENTRIES as Seq {
        let root = Message {
            version: seq as u32,
            reply_count: seq as u32 - 1,
            ..message(1, &"x".repeat(40_000))
        };
        let (at, message) = (DateTime::from_millis(0), Some(root));
        tail.offer(changed(seq, at, 1, Change::Replied, message));
    }
    assert_eq!((tail.base(), tail.entries.len()), (0, KEEP_ENTRIES));
    assert!(tail.bytes < 50_000, "{} bytes", tail.bytes);
}

#[test]
fn what_is_hidden_stays_hidden_for_whoever_pins_it_not_knowing() {
    let mut tail = tail(0);
    let at = DateTime::from_millis(0);
    tail.offer(sent(1));
    tail.offer(Entry::Hidden { seq: 2, at, user_id: "ada".parse().unwrap(), since: None });
    let (change, reason) = (Change::Pinned, None);
    let pins = Some(Pins { version: 2, pinned: vec![1] });
    let message = Some(Message { version: 2, pinned_at: Some(at), ..message(1, "hello") });
    tail.offer(Entry::Changed { seq: 3, at, target: 1, change, reason, pins, message });
    for seq in 4..=3 + KEEP_ENTRIES as Seq {
        tail.offer(sent(seq));
    }
    assert_eq!(tail.room().pinned, [1]);
    assert_eq!(tail.message(1).unwrap().content, None);
}

#[test]
fn a_batch_is_bounded_in_bytes_but_never_empty() {
    let mut tail = tail(0);
    for seq in 1..=10 {
        tail.offer(match seq {
            1 => Entry::Message(message(seq, &"x".repeat(40_000))),
            _ => Entry::Message(message(seq, &"x".repeat(100))),
        });
    }
    for (position, bytes, end) in [(0, 1, 1), (0, 40_000, 1), (0, 40_100, 2), (1, 300, 4)] {
        let stretch = tail.after(position, Most { entries: 10, bytes }, Audience::Staff).unwrap();
        assert_eq!(
            (stretch.events.len() as Seq, stretch.position),
            (end - position, end),
            "{position} {bytes}"
        );
    }
    assert_eq!(tail.after(1, most(3), Audience::Staff).unwrap().position, 4);
    assert_eq!(tail.after(1, most(100), Audience::Staff).unwrap().position, 10);
}

#[test]
fn an_entry_about_another_message_than_it_says_cannot_break_the_tail() {
    let mut tail = tail(0);
    let at = DateTime::from_millis(0);
    let message = Some(message(900, "x"));
    tail.offer(changed(1, at, 5, Change::Edited, message));
    assert_eq!(seqs(&tail, 0), [1]);
    assert_eq!(tail.after(7, most(10), Audience::Staff).unwrap().position, 7);
}

#[test]
fn what_did_not_fit_is_still_known_to_be_missing() {
    let mut tail = tail(0);
    for seq in 2..=MAX_PARKED as Seq + 10 {
        tail.offer(sent(seq));
    }
    tail.offer(sent(1));
    assert_eq!(tail.position(), MAX_PARKED as Seq + 1);
    assert!(tail.has_holes());
    assert_eq!(tail.missing(0), [MAX_PARKED as Seq + 2..=MAX_PARKED as Seq + 10]);
}

#[test]
fn a_flood_that_is_read_in_steps_is_shown_as_one() {
    let room = Room {
        settings: schema::RoomSettings { max_delivery_rate: 5, ..Default::default() },
        ..room_for_tests()
    };
    let at = DateTime::from_millis(1_000);
    let step = |base: Seq, before: Option<DisplayCap>| {
        let mut tail = Tail::new(room.clone(), Arc::default(), base);
        tail = before.into_iter().fold(tail, Tail::going_on);
        for seq in base + 1..=base + 20 {
            tail.offer(Entry::Message(Message { created_at: at, ..message(seq, "hello") }));
        }
        let stretch = tail.after(base, most(100), Audience::Participants).unwrap();
        (stretch.events.len(), stretch.skipped, tail.display_cap().clone())
    };
    let (shown, skipped, left) = step(0, None);
    assert_eq!((shown, skipped), (5, 15));
    let (shown, skipped, _) = step(20, Some(left));
    assert_eq!((shown, skipped), (0, 20));
}
