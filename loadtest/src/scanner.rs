//! Finds in a frame what is measured, without parsing it: the load generator shares the machine with what it measures.
//!
//! It hops from string to string. A string that is followed by a colon is a key; of keys three are looked for, and of
//! other strings those that carry a [`Mark`]. That is exact for every JSON text, whatever messages say, as long as a
//! document that also yields events without a message selects `seq` before the message.

use crate::mark::{Mark, number};

/// One event of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) seq: Option<u64>,
    pub(crate) mark: Option<Mark>,
}

/// What a frame says about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Batch {
    /// The position after the frame, where the server tells it as a number.
    pub(crate) cursor: Option<u64>,
    /// Whether the frame says that something is missing before it.
    pub(crate) is_gap: bool,
}

/// What was found in the last frame. Everybody in a room gets the same bytes, and comparing costs less than looking.
#[derive(Debug, Default)]
pub(crate) struct Scanned {
    frame: Vec<u8>,
    pub(crate) events: Vec<Event>,
    pub(crate) batch: Batch,
}

impl Scanned {
    /// Scans a frame unless it is the same as the last one.
    pub(crate) fn look(&mut self, frame: &[u8]) {
        if self.frame != frame {
            let Self { frame: last, events, batch } = self;
            last.clear();
            last.extend_from_slice(frame);
            events.clear();
            *batch = scan(frame, |event| events.push(event));
        }
    }
}

/// Calls back for every event of a frame, in order.
pub(crate) fn scan(frame: &[u8], mut found: impl FnMut(Event)) -> Batch {
    let (mut batch, mut event, mut at) = (Batch::default(), Event::default(), 0);
    while let Some(open) = find_quote(frame, at) {
        let Some(close) = end_of_string(frame, open + 1) else { break };
        let text = &frame[open + 1..close];
        at = close + 1;
        let value = match text {
            b"seq" | b"cursor" | b"resume" => value_of_key(frame, at),
            _ => None,
        };
        match (text, value) {
            (b"seq", Some(value)) => {
                if let Some(seq) = number(digits(&frame[value..])) {
                    if event.seq.is_some() {
                        found(std::mem::take(&mut event));
                    }
                    event.seq = Some(seq);
                }
            }
            (b"cursor", Some(value)) => batch.cursor = string_at(frame, value).and_then(number),
            (b"resume", Some(value)) => batch.is_gap = string_at(frame, value) == Some(b"GAP"),
            _ => {
                if let Some(mark) = Mark::parse(text) {
                    if event.mark.is_some() {
                        found(std::mem::take(&mut event));
                    }
                    event.mark = Some(mark);
                }
            }
        }
    }
    if event != Event::default() {
        found(event);
    }
    batch
}

fn find_quote(frame: &[u8], from: usize) -> Option<usize> {
    frame[from..].iter().position(|&byte| byte == b'"').map(|offset| from + offset)
}

/// Where a string ends whose first byte this is.
fn end_of_string(frame: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += frame.get(at..)?.iter().position(|&byte| byte == b'"' || byte == b'\\')?;
        if frame[at] == b'"' {
            return Some(at);
        }
        at += 2;
    }
}

/// Where the value begins, when what ends here is a key.
fn value_of_key(frame: &[u8], after: usize) -> Option<usize> {
    let colon = skip_space(frame, after);
    (frame.get(colon) == Some(&b':')).then(|| skip_space(frame, colon + 1))
}

fn skip_space(frame: &[u8], from: usize) -> usize {
    let space = frame[from..].iter().take_while(|byte| byte.is_ascii_whitespace());
    from + space.count()
}

fn digits(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    match text.get(end) {
        // Not a whole number.
        Some(b'.' | b'e' | b'E') => &[],
        _ => &text[..end],
    }
}

fn string_at(frame: &[u8], at: usize) -> Option<&[u8]> {
    (frame.get(at) == Some(&b'"')).then_some(())?;
    Some(&frame[at + 1..end_of_string(frame, at + 1)?])
}

#[cfg(test)]
mod tests;
