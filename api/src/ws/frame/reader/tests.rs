use super::*;
use crate::ws::frame::{compress, stored};

const MAX: usize = 70_000;
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A client's frame; the first byte holds the flags and the opcode.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        len @ 0..126 => bytes.push(0x80 | u8::try_from(len).unwrap()),
        len @ 126..=0xffff => {
            bytes.push(0x80 | 126);
            bytes.extend(u16::try_from(len).unwrap().to_be_bytes());
        }
        len => {
            bytes.push(0x80 | 127);
            bytes.extend((len as u64).to_be_bytes());
        }
    }
    bytes.extend(MASK);
    bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

type Outcome = (Vec<Received>, Option<Violation>);

/// Reads chunks until they are used up or something is wrong.
fn read<'a>(chunks: impl IntoIterator<Item = &'a [u8]>, inflates: bool) -> Outcome {
    let mut reader = FrameReader::new(MAX, inflates);
    let mut all = Vec::new();
    for mut chunk in chunks {
        loop {
            match reader.read(&mut chunk) {
                Ok(Some(received)) => all.push(received),
                Ok(None) => break,
                Err(violation) => return (all, Some(violation)),
            }
        }
        assert!(chunk.is_empty());
    }
    (all, None)
}

/// Reads the same bytes whole, byte by byte and cut in two at every place: all must come to the same.
#[track_caller]
fn check(bytes: &[u8], inflates: bool, expected: &Outcome) {
    assert_eq!(read([bytes], inflates), *expected, "{bytes:x?} at once");
    assert_eq!(read(bytes.chunks(1), inflates), *expected, "{bytes:x?} byte by byte");
    if bytes.len() < 1000 {
        for cut in 0..bytes.len() {
            let (first, second) = bytes.split_at(cut);
            assert_eq!(read([first, second], inflates), *expected, "{bytes:x?} cut at {cut}");
        }
    }
}

fn text(text: &str) -> Received {
    Received::Text(text.to_owned())
}

#[test]
fn sound_frames_become_what_they_mean() {
    let long = "x".repeat(60_000);
    let closing = [&1000_u16.to_be_bytes()[..], b"bye"].concat();
    let bye = CloseFrame { code: CloseCode::Normal, reason: "bye".into() };
    for (frames, expected) in [
        (vec![frame(0x81, b"Hello")], vec![text("Hello")]),
        (vec![frame(0x81, b"")], vec![text("")]),
        (vec![frame(0x82, b"\xff")], vec![Received::Binary(vec![0xff])]),
        (vec![frame(0x81, &[b'x'; 200])], vec![text(&"x".repeat(200))]),
        (vec![frame(0x81, long.as_bytes())], vec![text(&long)]),
        (vec![frame(0x82, &[7; MAX])], vec![Received::Binary(vec![7; MAX])]),
        (vec![frame(0x89, b"a")], vec![Received::Ping("a".into())]),
        (vec![frame(0x8a, b"")], vec![Received::Pong]),
        (vec![frame(0x88, b"")], vec![Received::Close(None)]),
        (vec![frame(0x88, &closing)], vec![Received::Close(Some(bye))]),
        (vec![frame(0x81, b"a"), frame(0x81, b"b")], vec![text("a"), text("b")]),
        (
            vec![frame(0x01, b"a\xc3"), frame(0x89, b"p"), frame(0x00, b""), frame(0x80, b"\xa4b")],
            vec![Received::Fragment, Received::Ping("p".into()), Received::Fragment, text("aäb")],
        ),
    ] {
        check(&frames.concat(), false, &(expected, None));
    }
}

#[test]
fn every_violation_is_named() {
    let unmasked = vec![0x81, 0x01, b'a'];
    let not_minimal = [&[0x81, 0x80 | 126, 0, 1][..], &MASK, &[b'a' ^ MASK[0]]].concat();
    let negative = [&[0x82, 0x80 | 127, 0x80, 0, 0, 0, 0, 0, 0, 0][..], &MASK].concat();
    let huge = [&[0x82, 0x80 | 127, 0, 0, 1, 0, 0, 0, 0, 0][..], &MASK].concat();
    for (bytes, violation) in [
        (unmasked, Violation::Protocol),
        (not_minimal, Violation::Protocol),
        (negative, Violation::Protocol),
        (huge, Violation::TooBig),
        (frame(0xc1, b"a"), Violation::Protocol),
        (frame(0xa1, b"a"), Violation::Protocol),
        (frame(0x91, b"a"), Violation::Protocol),
        (frame(0x83, b"a"), Violation::Protocol),
        (frame(0x8b, b"a"), Violation::Protocol),
        (frame(0x09, b"a"), Violation::Protocol),
        (frame(0x89, &[0; 126]), Violation::Protocol),
        (frame(0x80, b"a"), Violation::Protocol),
        (frame(0x81, b"a\xff"), Violation::Utf8),
        (frame(0x81, b"\xed\xa0\x80"), Violation::Utf8),
        (frame(0x81, b"\xc3"), Violation::Utf8),
        (frame(0x88, b"\x03"), Violation::Protocol),
        (frame(0x88, &1005_u16.to_be_bytes()), Violation::Protocol),
        (frame(0x88, &999_u16.to_be_bytes()), Violation::Protocol),
        (frame(0x88, b"\x03\xe8\xff"), Violation::Utf8),
        (frame(0x82, &[0; MAX + 1]), Violation::TooBig),
    ] {
        check(&bytes, false, &(vec![], Some(violation)));
    }
}

#[test]
fn frames_keep_their_order_and_together_the_limit() {
    let begun = frame(0x01, b"a");
    for (second, violation) in [
        (frame(0x81, b"b"), Violation::Protocol),
        (frame(0x80, &[b'x'; MAX]), Violation::TooBig),
        (frame(0x80, b"\xc3"), Violation::Utf8),
    ] {
        let bytes = [begun.clone(), second].concat();
        check(&bytes, false, &(vec![Received::Fragment], Some(violation)));
    }
}

#[test]
fn text_is_refused_at_its_first_wrong_byte() {
    let bytes = frame(0x81, b"ab\xffcd");
    let (whole, _) = bytes.split_at(bytes.len() - 2);
    assert_eq!(read([whole], false), (vec![], Some(Violation::Utf8)));
}

#[test]
fn compressed_messages_are_inflated_within_the_limit() {
    let hello = compress(b"Hello");
    let (first, second) = hello.split_at(3);
    let parts = [frame(0x41, first), frame(0x80, second)].concat();
    let not_text = compress(b"\xff");
    let beyond = compress(&[b'x'; MAX + 1]);
    for (bytes, expected) in [
        (frame(0xc1, &hello), (vec![text("Hello")], None)),
        (frame(0x81, b"Hello"), (vec![text("Hello")], None)),
        (frame(0xc1, &stored(b"Hello")), (vec![text("Hello")], None)),
        (parts, (vec![Received::Fragment, text("Hello")], None)),
        (frame(0xc1, &not_text), (vec![], Some(Violation::Utf8))),
        (frame(0xc1, &beyond), (vec![], Some(Violation::TooBig))),
        (frame(0xc1, b"\xff\xff"), (vec![], Some(Violation::Protocol))),
        (frame(0xc9, b"a"), (vec![], Some(Violation::Protocol))),
        (
            [frame(0x41, first), frame(0xc0, second)].concat(),
            (vec![Received::Fragment], Some(Violation::Protocol)),
        ),
    ] {
        check(&bytes, true, &expected);
    }
}

#[test]
fn an_idle_reader_is_small() {
    let mut reader = FrameReader::new(MAX, true);
    let bytes = frame(0x81, b"Hello");
    assert!(size_of::<FrameReader>() <= 64);
    reader.read(&mut &bytes[..]).unwrap();
    assert!(reader.progress.is_none());
    reader.read(&mut &bytes[..3]).unwrap();
    assert!(reader.progress.is_some());
}

#[test]
fn a_huge_announcement_costs_nothing() {
    let mut reader = FrameReader::new(usize::MAX >> 1, false);
    let head = [&[0x82, 0x80 | 127, 0, 0, 1, 0, 0, 0, 0, 0][..], &MASK, b"abc"].concat();
    reader.read(&mut &head[..]).unwrap();
    let message = reader.progress.unwrap().message.unwrap();
    assert!(message.payload.capacity() < 100);
}
